import { readFileSync } from "node:fs";
import { request } from "node:http";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { ErrorCode } from "../../generated/operations.js";
import type { Dialler } from "../../src/outbound/guarded-fetch.js";
import { nodeDisk, type Disk } from "../../src/files/disk.js";
import { seenErrorCodes } from "../support/checked-fetch.js";
import { newServiceAccount } from "../support/service-account.js";
import { startBoundServer, startTestServer, type TestServer, type TestServerOptions } from "../support/test-server.js";
import { answerOf, expectError, StoppedClock } from "./answer-json.js";
import { closedPort, startLoopbackServer } from "./loopback-server.js";
import { rawRequest } from "./raw-request.js";

interface ErrorCodeSchema {
  readonly enum: readonly ErrorCode[];
  readonly "x-status": Readonly<Record<ErrorCode, number>>;
}

const contract = parse(readFileSync(new URL("../../openapi.yaml", import.meta.url), "utf8")) as {
  readonly components: { readonly schemas: { readonly ErrorCode: ErrorCodeSchema } };
};
const { enum: documentedCodes, "x-status": documentedStatus } = contract.components.schemas.ErrorCode;

/** Provokes each code. */
const provocations: Readonly<Record<ErrorCode, () => Promise<Response>>> = {
  invalid_request: async () => (await startBoundServer()).tokenVault.storage({ operation: "drop" }),
  not_totp: async () => {
    const { tokenVault } = await withGithub();
    return tokenVault.fetchWith("/v1/totp-code", await tokenVault.ticket("github", "totp_code"), "github");
  },
  auth_failed: async () => {
    const { tokenVault } = await startBoundServer();
    return tokenVault.post("/v1/health", {}, { secret: new Uint8Array(32).fill(1) });
  },
  ticket_invalid: async () => (await withGithub()).tokenVault.fetchWith("/v1/credential", "no.ticket", "github"),
  ticket_expired: async () => {
    const { tokenVault, clock } = await withGithub();
    const ticket = await tokenVault.ticket("github", "agent_credential");
    clock.advance(61_000);
    return tokenVault.fetchWith("/v1/credential", ticket, "github");
  },
  setup_required: async () => (await startTestServer()).tokenVault.post("/v1/health", {}),
  forbidden: async () => {
    const { tokenVault } = await withGithub();
    const ticket = await tokenVault.ticket("github", "agent_credential");
    return tokenVault.fetchWith("/v1/credential", ticket, "github", { "x-forwarded-for": "34.12.35.243" });
  },
  token_not_found: async () => (await startBoundServer()).tokenVault.credential("nothing-here"),
  not_found: async () => {
    const { url, fetch } = await startTestServer();
    return fetch(`${url}/v1/nothing`);
  },
  method_not_allowed: async () => {
    const { url, fetch } = await startTestServer();
    return fetch(`${url}/v1/storage`);
  },
  already_exists: async () => (await withGithub()).tokenVault.store("github", { accessToken: "b" }, { mode: "create" }),
  stale_creation: async () => (await withGithub()).tokenVault.credential("github", { cid: "another-creation" }),
  code_expired: async () => {
    const { tokenVault } = await startTestServer();
    return tokenVault.unsigned("/v1/exchange", { code: "never-given" });
  },
  code_used: async () => {
    const { url, fetch, tokenVault } = await startTestServer();
    const { code } = await answerOf(await fetch(`${url}/v1/register-url`));
    await answerOf(await tokenVault.unsigned("/v1/exchange", { code }));
    return tokenVault.unsigned("/v1/exchange", { code });
  },
  payload_too_large: async () => {
    const { url } = await startTestServer();
    const headers = { "content-type": "application/json", "content-length": 1_048_577 };
    return rawRequest(`${url}/v1/exchange`, { method: "POST", headers, withoutBody: true });
  },
  rate_limited: async () => {
    const { url, fetch } = await startTestServer();
    for (let open = 0; open < 32; open++) await answerOf(await fetch(`${url}/v1/register-url`));
    return fetch(`${url}/v1/register-url`);
  },
  internal_error: async () => {
    const disk = failingDisk();
    const { tokenVault } = await startBoundServer({ parts: { disk } });
    disk.isFull = true;
    return tokenVault.storage({ operation: "set", collection: "audit", key: "a", data: {} });
  },
  totp_failed: async () => {
    const { tokenVault } = await startBoundServer();
    const data = { tokenType: "TOTP", serviceName: "bank" };
    await answerOf(await tokenVault.storage({ operation: "set", collection: "tokens", key: "bank", data }));
    return tokenVault.credential("bank");
  },
  gcp_mint_failed: async () => {
    const host = await closedPort();
    const { tokenVault } = await startBoundServer({ settings: { ALLOW_PRIVATE_HOSTS: host } });
    const key = newServiceAccount({ token_uri: `http://${host}/token` });
    await answerOf(await tokenVault.store("google", { accessToken: JSON.stringify(key) }));
    return tokenVault.credential("google");
  },
  provider_error: async () => refresh(await withProvider(await closedPort())),
  provider_timeout: async () => {
    const { host } = await startLoopbackServer(() => undefined);
    return refresh(await withProvider(host, { parts: { dial: impatientDial } }));
  },
  upstream_error: async () => {
    const host = await closedPort();
    return proxy(await withGithub({ settings: { ALLOW_PRIVATE_HOSTS: host } }), host);
  },
  upstream_timeout: async () => {
    const { host } = await startLoopbackServer(() => undefined);
    const settings = { ALLOW_PRIVATE_HOSTS: host };
    return proxy(await withGithub({ settings, parts: { dial: impatientDial } }), host);
  },
};

test.each(documentedCodes)("%s is got over HTTP with its documented status", async (code) => {
  const response = await provocations[code]();
  expect(response.status).toBe(documentedStatus[code]);
  expect(await response.json()).toEqual({ error: code, message: expect.any(String) });
  expect(response.headers.has("retry-after")).toBe(code === "rate_limited");
});

test("no code of the contract was left unseen", () => {
  expect([...seenErrorCodes].sort()).toEqual([...documentedCodes].sort());
});

test("a change that failed on a full disk can be sent again with the same id and signature", async () => {
  const disk = failingDisk();
  const { tokenVault, url, fetch } = await startBoundServer({ parts: { disk } });
  const body = JSON.stringify({ operation: "set", collection: "audit", key: "a", data: { n: 1 } });
  const init = { method: "POST", headers: await tokenVault.signedHeaders(body), body };
  disk.isFull = true;
  expect((await fetch(`${url}/v1/storage`, init)).status).toBe(500);
  disk.isFull = false;
  expect((await fetch(`${url}/v1/storage`, init)).status).toBe(200);
  expect((await fetch(`${url}/v1/storage`, init)).status).toBe(401);
});

test("TV_RATE_LIMIT_PER_MINUTE refuses what comes beyond it and says when to come back", async () => {
  const clock = new StoppedClock("2026-01-01T00:00:00Z");
  const { tokenVault } = await startTestServer({ clock, settings: { TV_RATE_LIMIT_PER_MINUTE: "50" } });
  const guess = () => tokenVault.unsigned("/v1/exchange", { code: "guessed" });
  const responses = await Promise.all(Array.from({ length: 60 }, guess));
  const refused = responses.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(10);
  for (const { headers } of refused) expect(headers.get("retry-after")).toMatch(/^[1-9][0-9]?$/);
  clock.advance(61_000);
  await expectError(await guess(), "code_expired");
});

/** Gives up on a silent peer at once, as the real one does after its time limit. */
const impatientDial: Dialler = ({ url }, options) => request(url, { ...options, timeout: 50 });

function failingDisk(): Disk & { isFull: boolean } {
  const disk = {
    ...nodeDisk,
    isFull: false,
    async create(path: string) {
      const file = await nodeDisk.create(path);
      return {
        ...file,
        write: (bytes: Uint8Array, position: number) =>
          disk.isFull && path.includes("journal-")
            ? Promise.reject(new Error("ENOSPC: no space left on device"))
            : file.write(bytes, position),
      };
    },
  };
  return disk;
}

async function withGithub(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startBoundServer(options);
  await answerOf(await server.tokenVault.store("github", { accessToken: "a", refreshToken: "r" }));
  return server;
}

function withProvider(host: string, options: TestServerOptions = {}): Promise<TestServer> {
  const provider = { clientId: "client", clientSecret: "client-secret", tokenUrl: `http://${host}/token` };
  const settings = { ALLOW_PRIVATE_HOSTS: host, OAUTH_PROVIDERS_JSON: JSON.stringify({ github: provider }) };
  return withGithub({ ...options, settings });
}

function refresh({ tokenVault }: TestServer): Promise<Response> {
  return tokenVault.post("/v1/refresh-notify", { service: "github", refreshHint: { provider: "github" } });
}

async function proxy({ tokenVault }: TestServer, host: string): Promise<Response> {
  const ticket = await tokenVault.ticket("github", "proxy");
  const upstream = { url: `http://${host}/` };
  return tokenVault.post("/v1/proxy", { ticket, service: "github", upstream, headerTemplates: {} });
}
