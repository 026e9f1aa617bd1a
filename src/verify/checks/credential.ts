import type { Check } from "../check.js";
import { sealedDocument } from "./storage-tokens.js";
import { CheckFailure, CheckSkipped } from "../check-errors.js";
import { report } from "../collected-failures.js";
import { expectProperties, expects, holds, refused, same, succeeded } from "../expectation.js";
import { ownProperty, type Json, type Reply } from "../reply.js";
import type { Stage } from "../stage.js";

const path = "/v1/credential";

export const credentialChecks: readonly Check[] = [
  {
    name: "credential.fields",
    level: "protocol",
    rule: "R39",
    proves: "The ticket's holder gets meta and decrypted fields, texts exactly as stored, by GET and by POST.",
    fix: "Answer {token: {…meta, …decrypted fields}}; a field goes over a meta member of its name, and its text is never changed.",
    writes: true,
    capabilities: ["store", "credential"],
    async run(stage) {
      const odd = "$& $$ $1 \\ \" ' % &amp; 😀 é e\u0301 \u2028 \t\n line\r\n ";
      const text = (label: string): string => kept(stage, `${stage.secretText(label)}${odd}`);
      const fields = {
        accessToken: text("access"),
        certificateData: kept(stage, `-----BEGIN CERTIFICATE-----\n${stage.secretText()}\n-----END CERTIFICATE-----\n`),
        privateKeyData: text("private-key"),
        certificateChain: text("chain"),
        sshPrivateKey: text("ssh"),
      };
      const refreshToken = text("refresh");
      const open = { provider: "verify", scope: odd, account: { number: 1.5, tags: ["a", null, {}] } };
      const service = await stage.stored({ ...fields, refreshToken, ...open });
      const own = { serviceName: service, tokenType: "oauth" };
      const got = succeeded(await stage.credential(service)).at("token");
      expectProperties("token by GET", got, { ...open, ...own, ...fields });
      const posted = succeeded(await postCredential(stage, service, "user_reveal")).at("token");
      expectProperties("token by POST", posted, { ...open, ...own, ...fields, refreshToken });
      for (const name of ["v", "alg", "fields", "meta"]) same(`${name} in token`, ownProperty(got, name), undefined);
    },
  },
  {
    name: "credential.field-over-meta",
    level: "strict",
    rule: "R39",
    proves: "An encrypted field goes over a meta member of its name.",
    fix: "Put the decrypted fields over the members of meta.",
    writes: true,
    capabilities: ["store", "credential", "storage"],
    run: expectFieldOverMeta,
  },
  {
    name: "credential.absent",
    level: "protocol",
    rule: "R25",
    proves: "A good ticket for a service that nothing is stored for is answered 404 token_not_found.",
    fix: "Answer 404 token_not_found when nothing is stored under the ticket's service.",
    capabilities: ["credential"],
    async run(stage) {
      const service = `${stage.prefix}absent`;
      refused(await stage.credential(service), "token_not_found");
      refused(await stage.credential(service, "user_reveal"), "token_not_found");
      refused(await postCredential(stage, service), "token_not_found");
    },
  },
  {
    name: "credential.prototype-names",
    level: "strict",
    rule: "R10",
    proves: "Services named __proto__, constructor and the like hold nothing.",
    fix: "Look only at what was stored, never at what objects of the language have from elsewhere.",
    capabilities: ["credential"],
    async run(stage) {
      for (const service of ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__class__"]) {
        refused(await stage.credential(service), "token_not_found");
        refused(await postCredential(stage, service), "token_not_found");
      }
    },
  },
  {
    name: "credential.no-store",
    level: "security",
    rule: "R6",
    proves: "An answer with a credential forbids to be kept, and so does a refusal.",
    fix: "Send `Cache-Control: no-store` with every answer of /v1/credential.",
    writes: true,
    capabilities: ["store", "credential"],
    async run(stage) {
      const service = await stage.stored({ accessToken: stage.secretText() });
      expectNoStore(succeeded(await stage.credential(service)));
      expectNoStore(succeeded(await postCredential(stage, service)));
      expectNoStore(refused(await stage.withTicket(path, "no.ticket", service), "ticket_invalid"));
    },
  },
  {
    name: "credential.bad-key",
    level: "security",
    rule: "R41",
    proves: "A Google service-account key that cannot sign is not handed out.",
    fix: "Take an accessToken that is JSON with `type: service_account` for a key, mint with it, and answer 500 gcp_mint_failed when that fails; or refuse it with 400 invalid_request when it is stored.",
    writes: true,
    capabilities: ["store", "credential"],
    async run(stage) {
      const { secret, replies } = await repliesToBadKey(stage);
      for (const reply of replies) {
        if (reply.text.includes(secret)) report(new CheckFailure("The answer holds the private key.", { reply }));
      }
    },
  },
  {
    name: "credential.bad-key-error",
    level: "strict",
    rule: "R41",
    proves:
      "A Google service-account key that cannot sign is refused 400 when it is stored, or 500 gcp_mint_failed when it is used.",
    fix: "Answer 500 gcp_mint_failed when no token can be minted, or refuse the key with 400 invalid_request when it is stored.",
    writes: true,
    capabilities: ["store", "credential"],
    async run(stage) {
      const [stored, ...fetched] = (await repliesToBadKey(stage)).replies;
      holds(stored !== undefined, "There is no answer.");
      if (stored.status === 400) refused(stored, "invalid_request");
      else succeeded(stored);
      for (const reply of fetched) refused(reply, "gcp_mint_failed");
    },
  },
];

/** Stores a key that cannot sign, and fetches it where it is taken. */
async function repliesToBadKey(stage: Stage): Promise<{ secret: string; replies: Reply[] }> {
  const secret = stage.secretText("key");
  const key = {
    type: "service_account",
    client_email: "verify@verify.iam.gserviceaccount.com",
    private_key_id: "verify",
    private_key: `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`,
    token_uri: stage.upstream.tokenUrl,
  };
  const service = stage.service("service");
  const stored = await stage.store(service, { accessToken: kept(stage, JSON.stringify(key)) });
  if (stored.status !== 200) return { secret, replies: [stored] };
  return { secret, replies: [stored, await stage.credential(service), await postCredential(stage, service)] };
}

async function postCredential(
  stage: Stage,
  service: string,
  purpose: "agent_credential" | "user_reveal" = "agent_credential",
): Promise<Reply> {
  return stage.post(path, { ticket: await stage.tokenVault.ticket(service, purpose), service });
}

/** A property that holds a secret is a field; Token Vault may set a meta property of its name beside it. */
async function expectFieldOverMeta(stage: Stage): Promise<void> {
  const account = { user: "verify", password: stage.secretText("password") };
  const service = await stage.stored({ accessToken: stage.secretText(), account });
  const document = await sealedDocument(stage, service);
  // The check secrecy.other-secrets proves the encryption.
  if (ownProperty(document.fields, "account") === undefined)
    throw new CheckSkipped("the webhook keeps such a member in its meta");
  const meta = { ...(ownProperty(document, "meta") as Json), account: "of the meta" };
  await stage.setDocument("tokens", service, { ...document, meta });
  const token = succeeded(await stage.credential(service)).at("token");
  same("account, a field and a meta member,", ownProperty(token, "account"), account);
}

function expectNoStore(reply: Reply): void {
  const value = reply.headers("cache-control").join().toLowerCase();
  expects(value.includes("no-store"), `Cache-Control of an answer ${String(reply.status)} is not no-store.`);
}

function kept(stage: Stage, text: string): string {
  stage.keepSecret(text);
  return text;
}
