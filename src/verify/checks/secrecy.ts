import { Secret } from "otpauth";
import { sensitiveFieldValues, type Collection } from "../../../generated/operations.js";
import type { Check } from "../check.js";
import { sealedDocument } from "./storage-tokens.js";
import { expectProperties, expects, holds, same, succeeded } from "../expectation.js";
import { ownProperty, textOf, type Json, type Reply } from "../reply.js";
import type { Stage } from "../stage.js";

const purposes = ["agent_credential", "user_reveal"] as const;

export const secrecyChecks: readonly Check[] = [
  {
    name: "secrecy.list",
    level: "security",
    rule: "R31",
    proves: "list and list_batch of tokens show no sensitive field, and no filter finds one.",
    fix: "Make an item's meta without the sensitive fields of R36, whether the document came from a browser or from Token Vault, and compare filters with that meta only.",
    writes: true,
    capabilities: ["storage", "store"],
    async run(stage) {
      const run = crypto.randomUUID();
      const secrets = sensitiveTexts(stage);
      const [service, ...others] = [stage.service(), stage.service(), stage.service()] as const;
      expectAbsent(succeeded(await stage.store(service, { ...secrets, run })), Object.values(secrets));
      await stage.setDocument("tokens", others[0], { ...secrets, run });
      await stage.setDocument("tokens", others[1], { run, meta: secrets });
      await expectNothingListed(stage, "tokens", run, Object.values(secrets), [service, ...others]);
      if (stage.isOlder) return;
      for (const [name, value] of Object.entries(secrets)) {
        const options = { filters: { run, [name]: value }, limit: 1 };
        const reply = succeeded(await stage.tokenVault.storage({ operation: "list", collection: "tokens", options }));
        same(`The number of items found by their ${name}`, reply.at("pagination", "totalCount"), 0);
      }
    },
  },
  {
    name: "secrecy.nested",
    level: "security",
    rule: "R31",
    proves: "No sensitive field is listed from inside meta, objects or lists, in no collection.",
    fix: "Walk the whole document when it is listed, lists too, and drop the sensitive fields at every depth.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      for (const collection of stage.collections.filter((name) => name !== "audit")) {
        const run = crypto.randomUUID();
        const secrets = { ...sensitiveTexts(stage), ...(stage.has("totp") && { totpUri: stage.secretText("uri") }) };
        const key = stage.key("nested");
        await stage.setDocument(collection, key, {
          run,
          deep: { list: [[{ ...secrets, shown: 1 }], { deeper: { ...secrets } }] },
          meta: { provider: "verify", inner: { ...secrets, list: [secrets] } },
        });
        await expectNothingListed(stage, collection, run, Object.values(secrets), [key]);
      }
    },
  },
  {
    name: "secrecy.audit",
    level: "security",
    rule: "R31",
    proves: "Neither data nor meta of an audit item shows a sensitive field.",
    fix: "Drop the sensitive fields at every depth from an audit item's `data` as from its `meta`.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const run = crypto.randomUUID();
      const secrets = { ...sensitiveTexts(stage), ...(stage.has("totp") && { totpUri: stage.secretText("uri") }) };
      const timestamp = new Date().toISOString();
      const event = { run, timestamp, type: "token.read", ...secrets, details: { list: [{ ...secrets, shown: 1 }] } };
      const key = stage.key("event");
      await stage.setDocument("audit", key, event);
      const [item] = await expectNothingListed(stage, "audit", run, Object.values(secrets), [key]);
      const shown = { run, timestamp, type: "token.read", details: { list: [{ shown: 1 }] } };
      same("data of the audit item", ownProperty(item, "data"), shown);
    },
  },
  {
    name: "secrecy.other-secrets",
    level: "security",
    rule: "R36",
    proves:
      "Members whose name says that they are secret are not listed, and the ticket's holder gets them as they were.",
    fix: "Encrypt the members that the pattern of R36 names, and those that hold such a one; keep their JSON type.",
    writes: true,
    capabilities: ["storage", "store", "credential"],
    async run(stage) {
      const run = crypto.randomUUID();
      const texts = ["password", "apiKey", "client_secret", "Session-Cookie", "id_token", "recoveryCodes"];
      const secrets = Object.fromEntries(texts.map((name) => [name, stage.secretText(name)]));
      const inner = [stage.secretText("inner"), stage.secretText("listed")];
      const others = {
        pin: 918_273,
        login: { user: "verify", password: inner[0] },
        logins: [{ url: "verify", Passphrase: inner[1] }],
      };
      const open = { passwordless: true, note: "shown" };
      const service = await stage.stored({ accessToken: stage.secretText(), run, ...secrets, ...others, ...open });
      const hidden = [...Object.values(secrets), ...inner, "918273"].map(String);
      const [item] = await expectNothingListed(stage, "tokens", run, hidden, [service]);
      expectProperties("meta", ownProperty(item, "meta"), open);
      const token = succeeded(await stage.credential(service)).at("token");
      expectProperties("token", token, { ...secrets, ...others, ...open });
    },
  },
  {
    name: "secrecy.totp",
    level: "security",
    rule: "R39",
    proves: "A TOTP seed and its URI are in no answer, whoever asks and wherever they stand.",
    fix: "Leave totpSecret and totpUri out of credentials and meta, at any depth, in any case and with `_` or `-`; keep the parts of the URI, not itself.",
    writes: true,
    capabilities: ["storage", "store", "credential", "totp"],
    async run(stage) {
      const seed = newSeed(stage);
      const label = stage.secretText("label");
      const totpUri = `otpauth://totp/${label}?secret=${seed}&digits=6`;
      const accessToken = stage.secretText();
      const documents: readonly Json[] = [
        { accessToken, totpSecret: seed },
        { accessToken, totpUri },
        { tokenType: "TOTP", totpSecret: seed },
        { tokenType: "TOTP", totpUri },
      ];
      for (const tokenData of documents) {
        const service = stage.service();
        expectAbsent(succeeded(await stage.store(service, tokenData)), [seed, "otpauth:"]);
        await expectSeedKept(stage, service, seed);
        const plain = stage.service("plain");
        await stage.setDocument("tokens", plain, { ...tokenData });
        await expectSeedKept(stage, plain, seed);
      }
      // Credentials must be free of these names and depths too.
      const spelt = { totp_secret: seed, "totp-secret": seed, TotpUri: totpUri, parts: [{ TOTP_URI: totpUri }] };
      const nested = { backup: { totpSecret: seed, list: [{ totpUri }, spelt] } };
      const service = await stage.stored({ accessToken, ...spelt, ...nested });
      for (const purpose of purposes)
        expectAbsent(succeeded(await stage.credential(service, purpose)), [seed, "otpauth:"]);
    },
  },
  {
    name: "secrecy.refresh-token",
    level: "security",
    rule: "R39",
    proves: "A refresh token goes to its owner, not to agents.",
    fix: "Hand out refreshToken for the purpose user_reveal only; drop it for agents at any depth, in any case and with `_` or `-`.",
    writes: true,
    capabilities: ["storage", "store", "credential"],
    async run(stage) {
      const refreshToken = stage.secretText("refresh");
      const deep = stage.secretText("deep");
      const tokenData = {
        accessToken: stage.secretText(),
        refreshToken,
        refresh_token: deep,
        "Refresh-Token": deep,
        session: { user: "verify", list: [{ refreshToken: deep, REFRESH_TOKEN: deep }] },
      };
      const plain = stage.service("plain");
      await stage.setDocument("tokens", plain, tokenData);
      for (const service of [await stage.stored(tokenData), plain]) {
        expectAbsent(succeeded(await stage.credential(service)), [refreshToken, deep]);
        const owner = succeeded(await stage.credential(service, "user_reveal"));
        same("refreshToken for the owner", owner.at("token", "refreshToken"), refreshToken);
      }
    },
  },
  {
    name: "secrecy.at-rest",
    level: "security",
    rule: "R48",
    proves: "storage get of what a browser stored shows no secret, and each encrypted value has an iv of its own.",
    fix: "Encrypt the sensitive fields, each with 12 fresh random bytes as its iv, and give Token Vault the ciphertext only.",
    writes: true,
    capabilities: ["storage", "store"],
    async run(stage) {
      const secrets = sensitiveTexts(stage);
      const stored = await stage.stored(secrets);
      await expectNothingGot(stage, stored, Object.values(secrets));
      const { fields } = await sealedDocument(stage, stored);
      succeeded(await stage.store(stored, secrets));
      const again = (await sealedDocument(stage, stored)).fields;
      const ivs = [...Object.values(fields), ...Object.values(again)].map((value) =>
        Buffer.from(textOf(value), "base64").subarray(0, 12).toString("hex"),
      );
      same("The number of different ivs", new Set(ivs).size, ivs.length);
    },
  },
  {
    name: "secrecy.at-rest-form",
    level: "strict",
    rule: "R48",
    proves: "What is kept has the form of R48, and what Token Vault sets without fields is encrypted too.",
    fix: "Keep {v: 2, alg: AES-256-GCM, fields, meta}; a value is base64 of 12 random bytes, the ciphertext and the tag of 16. Encrypt what Token Vault sets without fields too (R35).",
    writes: true,
    capabilities: ["storage", "store"],
    async run(stage) {
      const secrets = sensitiveTexts(stage);
      const stored = await stage.stored(secrets);
      const document = await stage.getDocument("tokens", stored);
      const fields = (ownProperty(document, "fields") ?? {}) as Json;
      expectProperties("the stored document", document, { v: 2, alg: "AES-256-GCM" });
      same("The names of fields", Object.keys(fields).sort(), Object.keys(secrets).sort());
      for (const [name, text] of Object.entries(secrets)) {
        const bytes = bytesOf(fields[name]);
        same(`The number of bytes of ${name}`, bytes.length, 12 + Buffer.byteLength(text) + 16);
      }
      const plain = stage.service("plain");
      await stage.setDocument("tokens", plain, secrets);
      await expectNothingGot(stage, plain, Object.values(secrets));
    },
  },
];

/** Makes a text for every sensitive field but the URI, which stands for the seed; the seed is a usable one. */
function sensitiveTexts(stage: Stage): Record<string, string> {
  const names = sensitiveFieldValues.filter(
    (name) => name !== "totpUri" && (name !== "totpSecret" || stage.has("totp")),
  );
  return Object.fromEntries(
    names.map((name) => [name, name === "totpSecret" ? newSeed(stage) : stage.secretText(name)]),
  );
}

function newSeed(stage: Stage): string {
  const seed = new Secret({ size: 20 }).base32;
  stage.keepSecret(seed);
  return seed;
}

/** Expects neither list nor list_batch to show one of the texts, or a sensitive field. Returns the items. */
async function expectNothingListed(
  stage: Stage,
  collection: Collection,
  run: string,
  texts: readonly string[],
  keys: readonly string[],
): Promise<readonly unknown[]> {
  const { tokenVault } = stage;
  const options = { filters: { run } };
  const reply = succeeded(await tokenVault.storage({ operation: "list", collection, options }));
  const own = expectAbsentIn(reply, reply.at("items"), texts, keys);
  if (stage.isOlder) return own;
  const batch = succeeded(await tokenVault.storage({ operation: "list_batch", collections: [collection], options }));
  expectAbsentIn(batch, batch.at("results", collection, "items"), texts, keys);
  return own;
}

/** Returns the items of these keys. */
function expectAbsentIn(
  reply: Reply,
  items: unknown,
  texts: readonly string[],
  keys: readonly string[],
): readonly unknown[] {
  holds(Array.isArray(items), "The items are no list.");
  const own = items.filter((item: unknown) => keys.includes(textOf(ownProperty(item, "key"))));
  same("The number of items that are listed", own.length, keys.length);
  expectAbsent(reply, texts);
  const names = new Set(sensitiveNames(own));
  expects(names.size === 0, `Listed items have ${[...names].join(", ")}.`);
  return own;
}

/** Expects storage get to show none of the texts, in no encoding. */
async function expectNothingGot(stage: Stage, key: string, texts: readonly string[]): Promise<void> {
  const reply = await stage.tokenVault.storage({ operation: "get", collection: "tokens", key });
  const encoded = texts.flatMap((text) => [Buffer.from(text).toString("base64").slice(0, -4), hexOf(text)]);
  expectAbsent(succeeded(reply), [...texts, ...encoded]);
}

function sensitiveNames(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Object.keys(value).filter((name) => (sensitiveFieldValues as readonly string[]).includes(name));
  return [...own, ...Object.values(value).flatMap(sensitiveNames)];
}

async function expectSeedKept(stage: Stage, service: string, seed: string): Promise<void> {
  for (const purpose of purposes) expectAbsent(succeeded(await stage.credential(service, purpose)), [seed, "otpauth:"]);
  const get = { operation: "get", collection: "tokens", key: service } as const;
  expectAbsent(succeeded(await stage.tokenVault.storage(get)), [seed, "otpauth:"]);
}

/** Reports a response that holds one of the texts. */
function expectAbsent(reply: Reply, texts: readonly string[]): void {
  const found = texts.filter((text) => reply.text.includes(text)).length;
  expects(found === 0, `The answer holds ${String(found)} of the secrets that it should not.`);
}

function bytesOf(value: unknown): Buffer {
  holds(typeof value === "string", "An encrypted value is no text.");
  const bytes = Buffer.from(value, "base64");
  holds(bytes.toString("base64") === value, "An encrypted value is not padded standard base64.");
  return bytes;
}

function hexOf(text: string): string {
  return Buffer.from(text).toString("hex");
}
