import { createHash, createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { capabilityValues } from "../../../generated/operations.js";
import { faults } from "./faults.js";
import { hmac, sameMac } from "./signature.js";
import { startWebhook, type RunningWebhook, type WebhookOptions } from "./webhook.js";

/** The vectors of llm.txt, "Test vectors". */
const published = {
  secret: Buffer.from("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "base64"),
  otherSecret: Buffer.from("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=", "base64"),
  signed: '1700000000.{"operation":"get","collection":"tokens","key":"github","requestId":"req_testfixture01"}',
  signature: "c196ad249f0d81158ebfec10a47f7f67122de187c094332e9ae9290bc45fcdeb",
  payload:
    "eyJzdWIiOiJ1c2VyX3Rlc3QiLCJzdmMiOiJnaXRodWIiLCJwdXIiOiJhZ2VudF9jcmVkZW50aWFsIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjk5OTk5OTk5OTksIm5vbmNlIjoiZGVhZGJlZWZkZWFkYmVlZmRlYWRiZWVmZGVhZGJlZWYiLCJhaWQiOiJhZ2VudF90ZXN0In0",
  ticketMac: "b5b3f0d261e89c53c9db035d68244b1d4862a3e9c84edd111f502f9b148da74a",
};

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** JSON of any shape: what is expected of it is written down where it is looked at. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const membersOf = async (answer: Response): Promise<any> => answer.json();

interface Bound extends RunningWebhook {
  readonly secret: Buffer;
}

async function started(options?: WebhookOptions): Promise<RunningWebhook> {
  const webhook = await startWebhook(options);
  closing.push(() => webhook.close());
  return webhook;
}

async function bound(options?: WebhookOptions): Promise<Bound> {
  const webhook = await started(options);
  const { code } = await membersOf(await fetch(`${webhook.url}/v1/register-url`));
  const body = JSON.stringify({ code });
  const { hmacSecret } = await membersOf(await fetch(`${webhook.url}/v1/exchange`, { method: "POST", body }));
  return { ...webhook, secret: Buffer.from(hmacSecret, "base64") };
}

function signed({ url, secret }: Bound, path: string, body: unknown, id: string = randomUUID()): Promise<Response> {
  const text = JSON.stringify(body);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const mac = createHmac("sha256", secret).update(`${timestamp}.${text}`).digest("hex");
  const headers = {
    "X-TokenVault-Signature": `sha256=${mac}`,
    "X-TokenVault-Timestamp": timestamp,
    "X-TokenVault-Request-Id": id,
  };
  return fetch(`${url}${path}`, { method: "POST", headers, body: text });
}

function ticketFor({ secret }: Bound, purpose: string, service: string, claims: object = {}): string {
  const iat = Math.floor(Date.now() / 1000);
  const all = { sub: "user", svc: service, pur: purpose, iat, exp: iat + 60, nonce: randomUUID(), ...claims };
  const payload = Buffer.from(JSON.stringify(all)).toString("base64url");
  return `${payload}.${createHmac("sha256", secret).update(payload).digest("hex")}`;
}

function stored(webhook: Bound, service: string, tokenData: object, claims?: object): Promise<Response> {
  const body = JSON.stringify({ ticket: ticketFor(webhook, "store", service, claims), service, tokenData });
  return fetch(`${webhook.url}/v1/store`, { method: "POST", body });
}

function credential({ url }: Bound, ticket: string, service: string, path = "credential"): Promise<Response> {
  return fetch(`${url}/v1/${path}?${new URLSearchParams({ ticket, service }).toString()}`);
}

describe("binding", () => {
  it("gives the secret that the registration has hashed, once, and is closed from then on", async () => {
    const { url, adminSecret } = await started();
    const before = await fetch(`${url}/v1/credential?ticket=a.b&service=github`);
    expect([before.status, (await membersOf(before)).error]).toEqual([403, "setup_required"]);
    const { registrationUrl, code } = await membersOf(await fetch(`${url}/v1/register-url`));
    const exchange = (): Promise<Response> =>
      fetch(`${url}/v1/exchange`, { method: "POST", body: JSON.stringify({ code }) });
    const { hmacSecret, capabilities } = await membersOf(await exchange());
    const hash = createHash("sha256").update(Buffer.from(hmacSecret, "base64")).digest("hex");
    expect(new URL(registrationUrl).searchParams.get("hmac_hash")).toBe(hash);
    expect(capabilities).toEqual(capabilityValues);
    expect((await membersOf(await exchange())).error).toBe("code_used");
    expect((await fetch(`${url}/v1/register-url`)).status).toBe(403);
    const headers = { "x-tv-admin-secret": adminSecret };
    expect((await fetch(`${url}/v1/register-url`, { headers })).status).toBe(200);
  });
});

describe("cryptography", () => {
  it("is that of the published vectors", () => {
    expect(hmac(published.secret, published.signed)).toBe(published.signature);
    expect(hmac(published.secret, published.payload)).toBe(published.ticketMac);
    expect(sameMac(hmac(published.otherSecret, published.signed), published.signature)).toBe(false);
    expect(sameMac(hmac(published.otherSecret, published.payload), published.ticketMac)).toBe(false);
  });
});

describe("a signed request", () => {
  it("serves once under its id, and not at all when forged", async () => {
    const webhook = await bound();
    const id = randomUUID();
    const get = { operation: "get", collection: "tokens", key: "none" };
    const forged = { ...webhook, secret: published.secret };
    expect((await signed(forged, "/v1/storage", get, id)).status).toBe(401);
    expect(await membersOf(await signed(webhook, "/v1/storage", get, id))).toEqual({ data: null, requestId: id });
    expect((await membersOf(await signed(webhook, "/v1/storage", get, id))).error).toBe("auth_failed");
  });
});

describe("a credential", () => {
  it("is stored with a ticket, and given once for another", async () => {
    const webhook = await bound();
    const answer = await membersOf(
      await stored(webhook, "github", { accessToken: "a $& b", scope: "repo", note: null }),
    );
    expect(answer).toMatchObject({ status: "stored", meta: { scope: "repo", tokenType: "oauth" } });
    expect(answer.meta.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const ticket = ticketFor(webhook, "agent_credential", "github");
    const first = await credential(webhook, ticket, "github");
    expect(first.headers.get("cache-control")).toBe("no-store");
    expect((await membersOf(first)).token).toMatchObject({ accessToken: "a $& b", serviceName: "github" });
    const second = await credential(webhook, ticket, "github");
    expect([second.status, (await membersOf(second)).error]).toEqual([401, "ticket_invalid"]);
  });

  it("keeps the refresh token from agents and the seed from everybody", async () => {
    const webhook = await bound();
    const seed = "GEZDGNBVGY3TQOJQ";
    await stored(webhook, "s", {
      accessToken: "a",
      refreshToken: "r",
      nested: { totp_secret: seed },
      totpSecret: seed,
    });
    const given = async (purpose: string): Promise<string> =>
      (await credential(webhook, ticketFor(webhook, purpose, "s"), "s")).text();
    expect(JSON.parse(await given("agent_credential")).token.refreshToken).toBeUndefined();
    const toOwner = await given("user_reveal");
    expect(JSON.parse(toOwner).token.refreshToken).toBe("r");
    expect(toOwner).not.toContain(seed);
  });

  it("is refused with the code that says why", async () => {
    const webhook = await bound();
    await stored(webhook, "s", { accessToken: "a" }, { cid: "c1" });
    const codeFor = async (purpose: string, claims: object, service = "s"): Promise<unknown> =>
      (await membersOf(await credential(webhook, ticketFor(webhook, purpose, service, claims), service))).error;
    expect(await codeFor("store", {})).toBe("ticket_invalid");
    expect(await codeFor("agent_credential", { exp: "never" })).toBe("ticket_invalid");
    expect(await codeFor("agent_credential", { iat: 1, exp: 2 })).toBe("ticket_expired");
    expect(await codeFor("agent_credential", { cid: "c2" })).toBe("stale_creation");
    expect(await codeFor("agent_credential", {}, "__proto__")).toBe("token_not_found");
    const again = await stored(webhook, "s", { accessToken: "b" }, { mode: "create" });
    expect((await membersOf(again)).error).toBe("already_exists");
  });
});

describe("storage", () => {
  it("lists what is no secret, in order, page by page", async () => {
    const webhook = await bound();
    for (const key of ["b", "a", "c"]) {
      const data = { name: key, accessToken: "hidden-1", password: "hidden-2", nested: { apiKey: "hidden-3" } };
      await signed(webhook, "/v1/storage", { operation: "set", collection: "tokens", key, data });
    }
    const list = async (options: object): Promise<string> =>
      (await signed(webhook, "/v1/storage", { operation: "list", collection: "tokens", options })).text();
    const first = JSON.parse(await list({ limit: 2 }));
    expect(first.items[0]).toEqual({ key: "a", meta: { serviceName: "a", name: "a", hasRefreshToken: false } });
    expect(first.pagination).toMatchObject({ hasMore: true, totalCount: 3 });
    const after = first.pagination.nextCursor;
    expect(JSON.parse(await list({ limit: 2, after })).items).toMatchObject([{ key: "c" }]);
    expect(await list({})).not.toContain("hidden");
    expect(JSON.parse(await list({ limit: 0 })).error).toBe("invalid_request");
  });

  it("takes a sealed document back at its place, and nowhere else", async () => {
    const webhook = await bound();
    await stored(webhook, "one", { accessToken: "a" });
    const get = { operation: "get", collection: "tokens", key: "one" };
    const { data } = await membersOf(await signed(webhook, "/v1/storage", get));
    const set = (key: string): Promise<Response> =>
      signed(webhook, "/v1/storage", { operation: "set", collection: "tokens", key, data });
    expect(data).toMatchObject({ v: 2, alg: "AES-256-GCM" });
    expect((await set("one")).status).toBe(200);
    expect((await set("two")).status).toBe(400);
  });
});

describe("a one-time code", () => {
  it("is that of RFC 6238 for the seed of a URI", async () => {
    const webhook = await bound();
    const seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    await stored(webhook, "t", {
      tokenType: "TOTP",
      totpUri: `otpauth://totp/A:b?secret=${seed}&digits=8&period=3600`,
    });
    const answer = await membersOf(await credential(webhook, ticketFor(webhook, "totp_code", "t"), "t", "totp-code"));
    const counter = Buffer.alloc(8);
    counter.writeUInt32BE(Math.floor(Date.now() / 3_600_000), 4);
    const mac = createHmac("sha1", "12345678901234567890").update(counter).digest();
    const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff;
    expect(answer).toMatchObject({ code: String(number % 1e8).padStart(8, "0"), period: 3600, digits: 8 });
  });
});

describe("the proxy", () => {
  it("puts the credential in, takes its echo out, and calls no address that was not allowed", async () => {
    const seen: IncomingHttpHeaders[] = [];
    const upstream = createServer((req, res) => {
      seen.push(req.headers);
      res.writeHead(
        202,
        [
          ["Set-Cookie", "a=1"],
          ["Set-Cookie", "b=2"],
        ].flat(),
      );
      res.write("raw a$&-");
      setTimeout(() => res.end(`token; base64 ${Buffer.from("x:a$&-token").toString("base64")}`), 20);
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    closing.push(() => new Promise((resolve) => upstream.close(resolve)));
    const host = `127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    const webhook = await bound({ allowedHosts: [host] });
    await stored(webhook, "up", { accessToken: "a$&-token" });
    const call = (url: string): Promise<Response> =>
      signed(webhook, "/v1/proxy", {
        ticket: ticketFor(webhook, "proxy", "up"),
        service: "up",
        upstream: { url, headers: { Cookie: "c", "X-TokenVault-Extra": "x", "X-Own": "${TOKEN}" } },
        headerTemplates: { Authorization: "Bearer ${TOKEN}" },
      });
    const answer = await call(`http://${host}/`);
    expect([answer.status, answer.headers.get("x-upstream-status")]).toEqual([202, "202"]);
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    const text = await answer.text();
    expect(text).toMatch(/^raw \[redacted\]; base64 /);
    expect(Buffer.from(text.split(" ").at(-1) ?? "", "base64").toString()).not.toContain("token");
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ authorization: "Bearer a$&-token", "x-own": "${TOKEN}" });
    expect(Object.keys(seen[0] ?? {})).not.toEqual(expect.arrayContaining(["cookie"]));
    expect(seen[0]).not.toHaveProperty("x-tokenvault-extra");
    expect((await call(`http://localhost:${new URL(webhook.url).port}/v1/health`)).status).toBe(403);
  });
});

describe("a refresh", () => {
  it("changes only what it names", async () => {
    const webhook = await bound();
    await stored(webhook, "r", { accessToken: "a", refreshToken: "r1", scope: "repo", expiryTime: 1000 });
    const update = { action: "update", service: "r", tokens: { accessToken: "b" } };
    expect(await membersOf(await signed(webhook, "/v1/refresh", update))).toEqual({
      status: "updated",
      newExpiresAt: "1970-01-01T00:00:01.000Z",
    });
    const got = await membersOf(await signed(webhook, "/v1/refresh", { action: "get", service: "r" }));
    expect(got).toMatchObject({ status: "ok", refreshToken: "r1", meta: { scope: "repo" } });
  });
});

describe("the faults", () => {
  it("each have a sentence and a check, but for the one that all must live with", () => {
    expect(faults.length).toBeGreaterThanOrEqual(70);
    expect(faults.filter(({ what }) => !/^\S.*\.$/.test(what))).toEqual([]);
    expect(faults.filter(({ fails }) => fails.length === 0).map(({ name }) => name)).toEqual(["busy"]);
  });
});
