import type { Check } from "../check.js";
import { expectProperties, expects, holds, same, succeeded } from "../expectation.js";
import { bearer, callUpstream, quietRoute } from "../proxied-call.js";
import { parsed, textOf, type Json } from "../reply.js";
import type { Stage } from "../stage.js";
import { sendJson, type UpstreamCall } from "../upstream.js";

const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform";
const rsa = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const mintedSeconds = 1800;
/** Bounds how far expiresAt may be from what the token server said. */
const toleranceMs = 60_000;

export const googleChecks: readonly Check[] = [
  {
    name: "credential.google",
    level: "strict",
    rule: "R41",
    proves: "A Google service-account key is answered with a token that is minted by it, at /v1/proxy too.",
    fix: "Sign a JWT with the claims of R41, post it to token_uri, and answer what comes; the scope is never the caller's.",
    writes: true,
    capabilities: ["store", "credential"],
    needs: "upstream",
    async run(stage) {
      const account = await newAccount(stage);
      const minted = stage.secretText("minted");
      const { tokenCalls } = stage.upstream;
      const before = tokenCalls.length;
      stage.upstream.tokenHandler = (_call, response) => {
        sendJson(response, { access_token: minted, expires_in: mintedSeconds, token_type: "Bearer" });
      };
      const service = await stage.stored({ accessToken: account.file });
      const ticket = await stage.tokenVault.ticket(service, "agent_credential");
      const query = new URLSearchParams({
        ticket,
        service,
        scope: "https://evil.example",
        scopes: "https://evil.example",
      });
      const reply = succeeded(await stage.send({ target: `/v1/credential?${query.toString()}` }));
      const own = { accessToken: minted, tokenType: "Bearer", serviceName: service, gcpMinted: true };
      expectProperties("token", reply.at("token"), { ...own, serviceAccount: account.email });
      const lateMs = Date.parse(textOf(reply.at("token", "expiresAt"))) - Date.now() - mintedSeconds * 1000;
      expects(Math.abs(lateMs) <= toleranceMs, "expiresAt is not when the minted token ends.");
      expects(!reply.text.includes("PRIVATE KEY"), "The answer holds the private key.");
      const [call] = tokenCalls.slice(before);
      holds(call !== undefined, "The token server was not called.");
      await expectAssertion(call, account, stage.upstream.tokenUrl, cloudPlatform);
      if (!stage.has("proxy")) return;
      const route = quietRoute(stage);
      succeeded(await callUpstream(stage, service, route, { headerTemplates: bearer }));
      same("Authorization upstream", route.calls[0]?.headers.authorization, `Bearer ${minted}`);
      const scope = "https://www.googleapis.com/auth/devstorage.read_only";
      const scoped = await stage.stored({ accessToken: account.file, scope });
      succeeded(await stage.credential(scoped));
      const last = tokenCalls.at(-1);
      holds(last !== undefined && last !== call, "The token server was not called for another scope.");
      await expectAssertion(last, account, stage.upstream.tokenUrl, scope);
    },
  },
];

interface Account {
  readonly email: string;
  readonly keyId: string;
  readonly publicKey: CryptoKey;
  /** The key file's JSON. */
  readonly file: string;
}

async function newAccount(stage: Stage): Promise<Account> {
  const strength = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ ...rsa, ...strength }, true, ["sign", "verify"]);
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey)).toString("base64");
  const lines = der.match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----\n`;
  const email = "verify@verify.iam.gserviceaccount.com";
  const keyId = crypto.randomUUID();
  const key = { type: "service_account", client_email: email, private_key_id: keyId, private_key: pem };
  const file = JSON.stringify({ ...key, token_uri: stage.upstream.tokenUrl });
  stage.keepSecret(file);
  return { email, keyId, publicKey, file };
}

async function expectAssertion(call: UpstreamCall, account: Account, audience: string, scope: string): Promise<void> {
  const form = new URLSearchParams(Buffer.from(call.body).toString());
  same("grant_type", form.get("grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
  const [header = "", claims = "", signature = "", ...rest] = (form.get("assertion") ?? "").split(".");
  holds(rest.length === 0 && signature !== "", "The assertion is no JWT.");
  expectProperties("the JWT's header", jsonOf(header), { alg: "RS256", kid: account.keyId });
  expectProperties("the JWT's claims", jsonOf(claims), { iss: account.email, aud: audience, scope });
  const { iat, exp } = jsonOf(claims) as { iat?: unknown; exp?: unknown };
  expects(typeof iat === "number" && exp === iat + 3600, "exp is not iat + 3600.");
  const bytes = Buffer.from(signature, "base64url");
  const isGenuine = await crypto.subtle.verify(rsa, account.publicKey, bytes, Buffer.from(`${header}.${claims}`));
  expects(isGenuine, "The JWT's signature is not the key's.");
}

function jsonOf(encoded: string): Json {
  const value = parsed(Buffer.from(encoded, "base64url").toString());
  return typeof value === "object" && value !== null ? (value as Json) : {};
}
