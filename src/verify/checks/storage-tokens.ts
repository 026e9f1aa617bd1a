import type { Check } from "../check.js";
import { CheckSkipped } from "../check-errors.js";
import { expectProperties, holds, refused, same, succeeded } from "../expectation.js";
import { ownProperty, type Json } from "../reply.js";
import type { Stage } from "../stage.js";

const collection = "tokens";

export const storageTokenChecks: readonly Check[] = [
  {
    name: "storage.plain-token",
    level: "protocol",
    rule: "R39",
    proves: "A document set in tokens without fields is handed out as it is, less its id.",
    fix: "Hand out the members as Token Vault set them, each with its type, the secret ones decrypted; drop `id` and what the webhook added to keep them.",
    writes: true,
    capabilities: ["storage", "credential"],
    async run(stage) {
      const service = stage.service("plain");
      const document = {
        accessToken: stage.secretText("access"),
        apiKey: stage.secretText("api-key"),
        pin: 1234,
        login: { user: "verify", password: stage.secretText("password"), tries: [1, null] },
        name: "Mail",
        nested: { number: 1, id: "kept" },
        none: null,
      };
      await stage.setDocument(collection, service, { id: "tok_1", ...document });
      expectExactly("token", succeeded(await stage.credential(service)).at("token"), document);
    },
  },
  {
    name: "storage.moved-value",
    level: "security",
    rule: "R35",
    proves: "An encrypted value is refused under another service or field, also as one of v: 1.",
    fix: "Open each value of `fields` at its service and name before the document is taken (R49), and answer 400 invalid_request when one does not open; a `v: 1` value only if it is the stored one.",
    writes: true,
    capabilities: ["storage", "store", "credential"],
    async run(stage) {
      const bankToken = stage.secretText("bank");
      const bank = await stage.stored({ accessToken: bankToken, refreshToken: stage.secretText("refresh") });
      const blogToken = stage.secretText("blog");
      const blog = await stage.stored({ accessToken: blogToken });
      const document = await sealedDocument(stage, bank);
      const { fields } = document;
      const blogFields = (await sealedDocument(stage, blog)).fields;
      const random = Buffer.from(crypto.getRandomValues(new Uint8Array(60))).toString("base64");
      const moved: readonly (readonly [string, Json])[] = [
        [blog, document],
        [stage.service("new"), document],
        [bank, { ...document, fields: { ...fields, accessToken: fields["refreshToken"] } }],
        [bank, { ...document, fields: { ...fields, refreshToken: fields["accessToken"] } }],
        [bank, { ...document, fields: { ...fields, scope: fields["refreshToken"] } }],
        [bank, { ...document, fields: { ...fields, accessToken: blogFields["accessToken"] } }],
        [bank, { ...document, fields: { ...fields, accessToken: random } }],
        [bank, { ...document, fields: { ...fields, accessToken: "in clear" } }],
        [blog, { ...document, v: 1 }],
      ];
      for (const [key, data] of moved) {
        const reply = await stage.tokenVault.storage({ operation: "set", collection, key, data });
        refused(reply, "invalid_request");
      }
      same("accessToken of the first service", (await stage.credential(bank)).at("token", "accessToken"), bankToken);
      same("accessToken of the second service", (await stage.credential(blog)).at("token", "accessToken"), blogToken);
    },
  },
  {
    name: "storage.set-back",
    level: "protocol",
    rule: "R35",
    proves: "What get gave of a token can be set again, with other meta too, and still opens.",
    fix: "Take a document whose values open at their place, and keep its encrypted values as they are.",
    writes: true,
    capabilities: ["storage", "store", "credential"],
    async run(stage) {
      const secrets = { accessToken: stage.secretText("access"), password: stage.secretText("password") };
      const stored = await stage.stored({ ...secrets, scope: "repo", provider: "verify" });
      const document = await stage.getDocument(collection, stored);
      holds(typeof document === "object" && document !== null, "The stored document is not there.");
      await stage.setDocument(collection, stored, document as Json);
      await expectToken(stage, stored, { ...secrets, scope: "repo", provider: "verify" });
      const meta = ownProperty(document, "meta");
      holds(typeof meta === "object" && meta !== null, "The stored document has no meta.");
      await stage.setDocument(collection, stored, { ...document, meta: { ...meta, scope: "user" } });
      await expectToken(stage, stored, { ...secrets, scope: "user", provider: "verify" });

      const plain = stage.service("plain");
      await stage.setDocument(collection, plain, { id: "tok_1", ...secrets, name: "Mail" });
      const kept = await stage.getDocument(collection, plain);
      holds(typeof kept === "object" && kept !== null, "The document that was set is not there.");
      await stage.setDocument(collection, plain, kept as Json);
      const token = succeeded(await stage.credential(plain)).at("token");
      expectExactly("token of the document that was set without fields", token, { ...secrets, name: "Mail" });
    },
  },
];

/** The check secrecy.at-rest-form judges the form itself. */
const otherFormReason = "the webhook gives a stored token in another form than fields with encrypted values";

/** Resolves to a stored token as storage get gives it. @throws CheckSkipped when it has no fields */
export async function sealedDocument(stage: Stage, service: string): Promise<Json & { readonly fields: Json }> {
  const document = await stage.getDocument(collection, service);
  const fields = ownProperty(document, "fields");
  if (typeof fields !== "object" || fields === null) throw new CheckSkipped(otherFormReason);
  return { ...(document as Json), fields: fields as Json };
}

async function expectToken(stage: Stage, service: string, properties: Json): Promise<void> {
  expectProperties("token", succeeded(await stage.credential(service)).at("token"), properties);
}

/** Compares property by property, so that a failure shows no more than the one that differs. */
function expectExactly(what: string, actual: unknown, expected: Json): void {
  expectProperties(what, actual, expected);
  same(`The names in ${what}`, Object.keys(actual as Json).sort(), Object.keys(expected).sort());
}
