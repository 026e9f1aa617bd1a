import type { Check } from "../check.js";
import { sealedDocument } from "./storage-tokens.js";
import { expectProperties, expects, holds, oneSucceeded, refused, same, succeeded } from "../expectation.js";
import { numberOf, ownProperty, textOf, type Json, type Reply } from "../reply.js";
import type { Stage } from "../stage.js";

const isoSecondsForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
/** Bounds how far clocks may be apart. */
const maxSkewMs = 300_000;

export const storeChecks: readonly Check[] = [
  {
    name: "store.answer",
    level: "protocol",
    rule: "R37",
    proves: "A stored credential is answered with its meta, which names the service and says what it has.",
    fix: "Answer {status: stored, service, meta}; set serviceName and hasRefreshToken, and tokenType to oauth when it is absent.",
    writes: true,
    capabilities: ["store"],
    async run(stage) {
      const service = stage.service();
      const open = { provider: "verify", scope: "repo user", account: { number: 1, tags: ["a", null] } };
      const secrets = { accessToken: stage.secretText("access"), refreshToken: stage.secretText("refresh") };
      const reply = succeeded(await stage.store(service, { ...secrets, ...open }));
      expectProperties("the answer", reply.json, { status: "stored", service });
      const own = { serviceName: service, tokenType: "oauth", hasRefreshToken: true };
      expectProperties("meta", reply.at("meta"), { ...open, ...own });
      const typed = await stage.store(stage.service(), { accessToken: stage.secretText(), tokenType: "bearer" });
      const expected = { tokenType: "bearer", hasRefreshToken: false };
      expectProperties("meta of another type", succeeded(typed).at("meta"), expected);
    },
  },
  {
    name: "store.own-members",
    level: "strict",
    rule: "R37",
    proves: "The webhook's own members of meta are its own, whatever was sent.",
    fix: "Set serviceName, createdAt (UTC, whole seconds, Z) and the has… members yourself, whatever was sent.",
    writes: true,
    capabilities: ["store"],
    async run(stage) {
      const service = stage.service();
      const accessToken = stage.secretText("access");
      const refreshToken = stage.secretText("refresh");
      const open = { provider: "verify", scope: "repo user", account: { number: 1, tags: ["a", null] } };
      const forged = {
        serviceName: "another",
        createdAt: "2001-01-01T00:00:00Z",
        hasRefreshToken: false,
        hasSSHKey: true,
      };
      const reply = succeeded(await stage.store(service, { accessToken, refreshToken, ...open, ...forged }));
      const holdings = { hasCertificate: false, hasPrivateKey: false, hasSSHKey: false, hasTotpSecret: false };
      const own = { serviceName: service, tokenType: "oauth", hasRefreshToken: true, ...holdings };
      expectProperties("meta", reply.at("meta"), { ...open, ...own });
      expectNow("createdAt", reply.at("meta", "createdAt"));
      const all = await stage.store(stage.service(), {
        tokenType: "certificate",
        certificateData: stage.secretText("certificate"),
        privateKeyData: stage.secretText("private-key"),
        sshPrivateKey: stage.secretText("ssh"),
        ...(stage.has("totp") && { totpSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" }),
      });
      const hasTotpSecret = stage.has("totp");
      const kinds = { hasCertificate: true, hasPrivateKey: true, hasSSHKey: true, hasTotpSecret };
      const expected = { tokenType: "certificate", hasRefreshToken: false, ...kinds };
      expectProperties("meta of all kinds", succeeded(all).at("meta"), expected);
    },
  },
  {
    name: "store.again",
    level: "strict",
    rule: "R37",
    proves: "A second store keeps createdAt and sets updatedAt.",
    fix: "Take createdAt from what is stored under the service, and set updatedAt to now (UTC, whole seconds, Z).",
    writes: true,
    capabilities: ["store", "storage"],
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      const document = await sealedDocument(stage, service);
      // The time lies further back than the run can wait.
      const createdAt = "2020-02-03T04:05:06Z";
      const meta = { ...(ownProperty(document, "meta") as Json), createdAt };
      await stage.setDocument("tokens", service, { ...document, meta });
      const again = {
        accessToken: stage.secretText(),
        createdAt: "2001-01-01T00:00:00Z",
        updatedAt: "2001-01-01T00:00:00Z",
      };
      const reply = succeeded(await stage.store(service, again));
      same("createdAt", reply.at("meta", "createdAt"), createdAt);
      expectNow("updatedAt", reply.at("meta", "updatedAt"));
      const stored = await listedMeta(stage, service);
      same("createdAt in the list", ownProperty(stored, "createdAt"), createdAt);
    },
  },
  {
    name: "store.expiry",
    level: "protocol",
    rule: "R37",
    proves: "expiryTime comes from expiresAt when it is absent, and stays when it was sent.",
    fix: "Parse expiresAt as ISO 8601 into milliseconds since the epoch; a sent expiryTime goes first.",
    writes: true,
    capabilities: ["store"],
    async run(stage) {
      const expiryTime = Date.UTC(2031, 1, 3, 4, 5, 6);
      const times = [
        [{ expiresAt: "2031-02-03T04:05:06Z" }, expiryTime],
        [{ expiresAt: "2031-02-03T04:05:06.000Z", expiryTime: null }, expiryTime],
        [{ expiresAt: "2031-02-03T06:05:06+02:00" }, expiryTime],
        [{ expiresAt: "2031-02-03T04:05:06Z", expiryTime: 1_900_000_000_123 }, 1_900_000_000_123],
        [{ expiryTime: 1_900_000_000_123 }, 1_900_000_000_123],
        [{}, undefined],
      ] as const;
      for (const [sent, expected] of times) {
        const reply = succeeded(await stage.store(stage.service(), { accessToken: stage.secretText(), ...sent }));
        same(`expiryTime of ${JSON.stringify(sent)}`, reply.at("meta", "expiryTime"), expected);
      }
    },
  },
  {
    name: "store.nulls",
    level: "strict",
    rule: "R37",
    proves: "Null members, and empty sensitive ones, count as absent.",
    fix: "Drop null members and empty sensitive texts before anything else is done with tokenData.",
    writes: true,
    capabilities: ["store", "credential"],
    async run(stage) {
      const service = stage.service();
      const accessToken = stage.secretText();
      const absent = { refreshToken: "", sshPrivateKey: null, certificateData: "", totpSecret: null, totpUri: "" };
      const open = { tokenType: null, scope: null, expiryTime: null, custom: null };
      const reply = succeeded(await stage.store(service, { accessToken, ...absent, ...open }));
      const holdings = { hasRefreshToken: false, hasSSHKey: false, hasCertificate: false, hasTotpSecret: false };
      expectProperties("meta", reply.at("meta"), { tokenType: "oauth", ...holdings });
      const credential = succeeded(await stage.credential(service, "user_reveal"));
      same("accessToken", credential.at("token", "accessToken"), accessToken);
      for (const name of ["scope", "expiryTime", "custom", ...Object.keys(absent)]) {
        same(`${name} in meta`, reply.at("meta", name), undefined);
        same(`${name} in the credential`, credential.at("token", name), undefined);
      }
    },
  },
  {
    name: "store.creation-id",
    level: "security",
    rule: "R37",
    proves: "creationId comes from the ticket's cid alone.",
    fix: "Ignore tokenData.creationId; set meta.creationId to the ticket's cid, and leave it out when the ticket has none.",
    writes: true,
    capabilities: ["store", "ticketConstraints"],
    async run(stage) {
      const service = stage.service();
      const store = (claims: Json): Promise<Reply> =>
        stage.store(service, { accessToken: stage.secretText(), creationId: "of-the-browser" }, claims);
      const creationId = async (claims: Json): Promise<unknown> =>
        succeeded(await store(claims)).at("meta", "creationId");
      same("creationId without a cid", await creationId({}), undefined);
      same("creationId with a cid", await creationId({ cid: "cid-1" }), "cid-1");
      same("creationId with another cid", await creationId({ cid: "cid-2" }), "cid-2");
      same("creationId with cid null", await creationId({ cid: null }), undefined);
    },
  },
  {
    name: "store.invalid-keeps-ticket",
    level: "strict",
    rule: "R37",
    proves: "Refused data stores nothing and leaves the ticket usable.",
    fix: "Check tokenData whole before the nonce is marked as used and before anything is written.",
    writes: true,
    capabilities: ["store", "storage"],
    async run(stage) {
      const service = stage.service();
      const ticket = await stage.tokenVault.ticket(service, "store");
      const accessToken = stage.secretText();
      const refusedData = [
        ...[undefined, null, "text", 5, []],
        ...[5, true, {}, ["token"]].map((odd) => ({ accessToken: odd })),
        { accessToken, expiryTime: "soon" },
        { accessToken, expiryTime: 1.5 },
        { accessToken, tokenType: 5 },
      ];
      for (const tokenData of refusedData)
        refused(await stage.post("/v1/store", { ticket, service, tokenData }), "invalid_request");
      same("What is stored after refused data", await stage.getDocument("tokens", service), null);
      const reply = await stage.post("/v1/store", { ticket, service, tokenData: { accessToken } });
      same("status with the same ticket", succeeded(reply).at("status"), "stored");
    },
  },
  {
    name: "store.create-mode",
    level: "protocol",
    rule: "R25",
    proves: "A ticket with mode create stores for a new service only.",
    fix: "Answer 409 already_exists when something is stored for the service and the ticket's mode is create; change nothing.",
    writes: true,
    capabilities: ["store", "credential", "ticketConstraints"],
    async run(stage) {
      const service = stage.service();
      const [first, second, third] = [stage.secretText("1"), stage.secretText("2"), stage.secretText("3")];
      succeeded(await stage.store(service, { accessToken: first }, { mode: "create" }));
      refused(await stage.store(service, { accessToken: second }, { mode: "create" }), "already_exists");
      same("accessToken after the refusal", (await stage.credential(service)).at("token", "accessToken"), first);
      succeeded(await stage.store(service, { accessToken: third }, { mode: "overwrite" }));
      same("accessToken after overwrite", (await stage.credential(service)).at("token", "accessToken"), third);
    },
  },
  {
    name: "store.create-parallel",
    level: "security",
    rule: "R25",
    proves: "Of eight creating stores at once one succeeds, and its credential is the one that stays.",
    fix: "Decide mode create in one step with the write.",
    writes: true,
    capabilities: ["store", "credential", "ticketConstraints"],
    async run(stage) {
      const service = stage.service();
      const tokens = Array.from({ length: 8 }, (_, index) => stage.secretText(String(index)));
      const stores = tokens.map((accessToken) => stage.store(service, { accessToken }, { mode: "create" }));
      const replies = await Promise.all(stores);
      oneSucceeded(replies, "already_exists");
      const winner = tokens[replies.findIndex(({ status }) => status === 200)];
      same("accessToken", (await stage.credential(service)).at("token", "accessToken"), winner);
    },
  },
  {
    name: "store.replaces",
    level: "protocol",
    rule: "R37",
    proves: "A second store leaves nothing of the first.",
    fix: "Make the document anew of the second tokenData; only createdAt stays.",
    writes: true,
    capabilities: ["store", "credential", "storage"],
    async run(stage) {
      const first = {
        refreshToken: stage.secretText("refresh"),
        scope: "repo",
        password: stage.secretText("password"),
      };
      const service = await stage.stored({ accessToken: stage.secretText(), ...first });
      const accessToken = stage.secretText("second");
      const reply = succeeded(await stage.store(service, { accessToken, provider: "verify" }));
      same("hasRefreshToken", reply.at("meta", "hasRefreshToken"), false);
      const meta = await listedMeta(stage, service);
      const token = succeeded(await stage.credential(service, "user_reveal")).at("token");
      expectProperties("token", token, { accessToken, provider: "verify" });
      for (const name of Object.keys(first)) {
        same(`${name} in the credential`, ownProperty(token, name), undefined);
        same(`${name} in the list`, ownProperty(meta, name), undefined);
      }
    },
  },
  {
    name: "store.parallel",
    level: "protocol",
    rule: "R29",
    proves: "Of 32 credentials stored at once none is lost, and of 8 for one service one stays whole.",
    fix: "Let writers take turns, or append, and write a document in one step.",
    writes: true,
    capabilities: ["store", "credential"],
    async run(stage) {
      const texts = Array.from({ length: 32 }, () => stage.secretText());
      const services = await Promise.all(texts.map((accessToken) => stage.stored({ accessToken }, {}, "parallel")));
      const replies = await Promise.all(services.map((service) => stage.credential(service)));
      replies.forEach((reply, index) => {
        same("accessToken", succeeded(reply).at("token", "accessToken"), texts[index]);
      });
      const service = stage.service();
      const writers = texts.slice(0, 8).map((accessToken, writer) => ({ accessToken, writer }));
      for (const reply of await Promise.all(writers.map((data) => stage.store(service, data)))) succeeded(reply);
      const token = succeeded(await stage.credential(service)).at("token");
      const writer = ownProperty(token, "writer");
      expectProperties("the credential that stays", token, { ...writers[numberOf(writer)], writer });
      expects(typeof writer === "number" && writer in writers, "The credential that stays is none of those stored.");
    },
  },
];

function expectNow(name: string, value: unknown): void {
  const text = textOf(value);
  expects(isoSecondsForm.test(text), `${name} is not of the form 2026-01-01T00:00:00Z.`);
  expects(Math.abs(Date.parse(text) - Date.now()) <= maxSkewMs, `${name} is not the time of now.`);
}

async function listedMeta(stage: Stage, service: string): Promise<unknown> {
  const [item] = await stage.itemsOf("tokens", [service], { filters: { serviceName: service } });
  holds(item !== undefined, "The stored credential is not listed by its serviceName.");
  return ownProperty(item, "meta");
}
