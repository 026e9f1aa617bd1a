import { exportPKCS8, generateKeyPair, jwtVerify, type JWTVerifyResult } from "jose";
import type { Check } from "../check.js";
import { CheckFailure } from "../check-errors.js";
import { expectProperties, expects, holds, same, succeeded } from "../expectation.js";
import { bearer, callUpstream, quietRoute } from "../proxied-call.js";
import { textOf } from "../reply.js";
import type { Stage } from "../stage.js";
import { sendJson, type UpstreamCall } from "../upstream.js";

const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform";
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
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const pem = await exportPKCS8(privateKey);
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
  const { protectedHeader, payload } = await verified(form.get("assertion") ?? "", account.publicKey);
  expectProperties("the JWT's header", protectedHeader, { alg: "RS256", kid: account.keyId });
  expectProperties("the JWT's claims", payload, { iss: account.email, aud: audience, scope });
  const { iat, exp } = payload;
  expects(iat !== undefined && exp === iat + 3600, "exp is not iat + 3600.");
}

async function verified(assertion: string, publicKey: CryptoKey): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(assertion, publicKey, { algorithms: ["RS256"] });
  } catch {
    throw new CheckFailure("The assertion is no JWT that the key has signed.");
  }
}
