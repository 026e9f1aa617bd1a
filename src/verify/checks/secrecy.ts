import { Secret } from "otpauth";
import { sensitiveFieldValues, type Collection } from "../../../generated/operations.js";
import type { Check } from "../check.js";
import { sealedDocument } from "./storage-tokens.js";
import { expectProperties, holds, same, succeeded } from "../expectation.js";
import { ownProperty, type Json, type Reply } from "../reply.js";
import type { Stage } from "../stage.js";

const purposes = ["agent_credential", "user_reveal"] as const;

export const secrecyChecks: readonly Check[] = [
  {
    name: "secrecy.list",
    level: "required",
    rule: "R31",
    proves: "list and list_batch of tokens show no sensitive field, and no filter finds one.",
    fix: "Make an item's meta without the sensitive fields of R36, whether the document came from a browser or from Token Vault, and compare filters with that meta only.",
    writes: true,
    capabilities: ["storage", "store"],
    async run(stage) {
      const run = crypto.randomUUID();
      const secrets = sensitiveTexts(stage);
      await stage.stored({ ...secrets, run });
      await stage.setDocument("tokens", stage.service(), { ...secrets, run });
      await stage.setDocument("tokens", stage.service(), { run, meta: secrets });
      await expectNothingListed(stage, "tokens", run, Object.values(secrets), 3);
      for (const [name, value] of Object.entries(secrets)) {
        const options = { filters: { run, [name]: value }, limit: 1 };
        const reply = succeeded(await stage.tokenVault.storage({ operation: "list", collection: "tokens", options }));
        same(`The number of items found by their ${name}`, reply.at("pagination", "totalCount"), 0);
      }
    },
  },
  {
    name: "secrecy.nested",
    level: "required",
    rule: "R31",
    proves: "No sensitive field is listed from inside meta, objects or lists, in no collection.",
    fix: "Walk the whole document when it is listed, lists too, and drop the sensitive fields at every depth.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      for (const collection of ["tokens", "proxy_configs", "vault_config"] as const) {
        const run = crypto.randomUUID();
        const secrets = { ...sensitiveTexts(stage), totpUri: stage.secretText("uri") };
        await stage.setDocument(collection, stage.key("nested"), {
          run,
          deep: { list: [[{ ...secrets, shown: 1 }], { deeper: { ...secrets } }] },
          meta: { provider: "verify", inner: { ...secrets, list: [secrets] } },
        });
        await expectNothingListed(stage, collection, run, Object.values(secrets), 1);
      }
    },
  },
  {
    name: "secrecy.audit",
    level: "required",
    rule: "R31",
    proves: "Neither data nor meta of an audit item shows a sensitive field.",
    fix: "Drop the sensitive fields at every depth from an audit item's `data` as from its `meta`.",
    writes: true,
    capabilities: ["storage"],
    async run(stage) {
      const run = crypto.randomUUID();
      const secrets = { ...sensitiveTexts(stage), totpUri: stage.secretText("uri") };
      const timestamp = new Date().toISOString();
      const event = { run, timestamp, type: "token.read", ...secrets, details: { list: [{ ...secrets, shown: 1 }] } };
      await stage.setDocument("audit", stage.key("event"), event);
      const [item] = await expectNothingListed(stage, "audit", run, Object.values(secrets), 1);
      const shown = { run, timestamp, type: "token.read", details: { list: [{ shown: 1 }] } };
      same("data of the audit item", ownProperty(item, "data"), shown);
    },
  },
  {
    name: "secrecy.other-secrets",
    level: "recommended",
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
      const [item] = await expectNothingListed(stage, "tokens", run, hidden, 1);
      expectProperties("meta", ownProperty(item, "meta"), open);
      const token = succeeded(await stage.credential(service)).at("token");
      expectProperties("token", token, { ...secrets, ...others, ...open });
    },
  },
  {
    name: "secrecy.totp",
    level: "required",
    rule: "R39",
    proves: "A TOTP seed and its URI are in no answer, whoever asks and wherever they stand.",
    fix: "Leave totpSecret and totpUri out of credentials and meta, at any depth, in any case and with `_` or `-`; keep the parts of the URI, not itself.",
    writes: true,
    capabilities: ["storage", "store", "credential"],
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
    level: "recommended",
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
    level: "required",
    rule: "R48",
    proves: "storage get of a token shows encrypted values only, each with an iv of its own.",
    fix: "Keep {v: 2, alg: AES-256-GCM, fields, meta}; a value is base64 of 12 random bytes, the ciphertext and the tag of 16. Encrypt what Token Vault sets without fields too (R35).",
    writes: true,
    capabilities: ["storage", "store"],
    async run(stage) {
      const secrets = sensitiveTexts(stage);
      const stored = await stage.stored(secrets);
      const { fields, ...document } = await sealedDocument(stage, stored);
      expectProperties("the stored document", document, { v: 2, alg: "AES-256-GCM" });
      same("The names of fields", Object.keys(fields).sort(), Object.keys(secrets).sort());
      for (const [name, text] of Object.entries(secrets)) {
        const bytes = bytesOf(fields[name]);
        same(`The number of bytes of ${name}`, bytes.length, 12 + Buffer.byteLength(text) + 16);
      }
      const plain = stage.service("plain");
      await stage.setDocument("tokens", plain, secrets);
      for (const key of [stored, plain]) {
        const reply = await stage.tokenVault.storage({ operation: "get", collection: "tokens", key });
        const texts = Object.values(secrets);
        const encoded = texts.flatMap((text) => [Buffer.from(text).toString("base64").slice(0, -4), hexOf(text)]);
        expectAbsent(succeeded(reply), [...texts, ...encoded]);
      }
      succeeded(await stage.store(stored, secrets));
      const again = (await sealedDocument(stage, stored)).fields;
      const ivOf = (value: unknown): string => bytesOf(value).subarray(0, 12).toString("hex");
      const ivs = [...Object.values(fields), ...Object.values(again)].map(ivOf);
      same("The number of different ivs", new Set(ivs).size, ivs.length);
    },
  },
];

/** Makes a text for every sensitive field but the URI, which stands for the seed; the seed is a usable one. */
function sensitiveTexts(stage: Stage): Record<string, string> {
  const names = sensitiveFieldValues.filter((name) => name !== "totpUri");
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
  { tokenVault }: Stage,
  collection: Collection,
  run: string,
  texts: readonly string[],
  count: number,
): Promise<readonly unknown[]> {
  const options = { filters: { run } };
  const list = succeeded(await tokenVault.storage({ operation: "list", collection, options }));
  const batch = succeeded(await tokenVault.storage({ operation: "list_batch", collections: [collection], options }));
  for (const [reply, items] of [
    [list, list.at("items")],
    [batch, batch.at("results", collection, "items")],
  ] as const) {
    holds(Array.isArray(items) && items.length === count, `Not ${String(count)} items of ${collection} are listed.`);
    expectAbsent(reply, texts);
    const names = new Set(sensitiveNames(items));
    holds(names.size === 0, `Items of ${collection} have ${[...names].join(", ")}.`);
  }
  return list.at("items") as readonly unknown[];
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

/** @throws CheckFailure when the response holds one of the texts */
function expectAbsent(reply: Reply, texts: readonly string[]): void {
  const found = texts.filter((text) => reply.text.includes(text)).length;
  holds(found === 0, `The answer holds ${String(found)} of the secrets that it should not.`);
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
