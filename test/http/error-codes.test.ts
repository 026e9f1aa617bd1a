import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { errorStatus, unroutedErrors, type ErrorCode, type OperationDefinition } from "../../generated/operations.js";
import type { Dialler } from "../../src/outbound/guarded-fetch.js";
import { seenErrors } from "../support/checked-fetch.js";
import { errorStatuses } from "../support/error-status.js";
import { newServiceAccount } from "../support/service-account.js";
import {
  ownersHeaders,
  ownersSettings,
  startBoundServer,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from "../support/test-server.js";
import { answerOf, expectError, StoppedClock } from "./answer-json.js";
import { failingDisk } from "./failing-disk.js";
import { closedPort, startLoopbackServer } from "./loopback-server.js";
import { allOperations, asksFor } from "./request-examples.js";
import { sendWellFormed, uncalledHost, type Departure } from "./well-formed-request.js";

/** By hand, as clients and proxies in front are set up for them. */
const maxBodyBytes: Readonly<Record<string, number>> = {
  actOnHome: 8_192,
  startBinding: 8_192,
  proxyRequest: 10_485_760,
};
const usualMaxBodyBytes = 1_048_576;

type Provocation = (operation: OperationDefinition) => Promise<Response>;

/** A request that its operation would take, but for one thing, at a server that has all that it needs. */
const departing =
  (departure: Departure | ((operation: OperationDefinition) => Departure)): Provocation =>
  async (operation) => {
    const given = typeof departure === "function" ? departure(operation) : departure;
    return sendWellFormed(await withGithub(), operation, given);
  };

/** The members that no operation takes, of those that each has. */
const malformed = { service: undefined, action: "fly", operation: "drop", code: 1, tv: "nonsense", limit: "0" };
/** A request without members to be wrong is refused where HTTP is. */
const withoutMembers: Departure = { headers: { expect: "the-unexpected" } };

/** Provokes each code at any operation that may answer it. */
const provocations: Partial<Readonly<Record<ErrorCode, Provocation>>> = {
  invalid_request: departing(({ id, bodyType, query }) => {
    if (id === "showHome") return { members: { service: "x".repeat(257) } };
    if (id === "checkHealth") return { members: { requestId: 1 } };
    return bodyType === null && query === null ? withoutMembers : { members: malformed };
  }),
  not_totp: departing({}),
  auth_failed: departing(({ id }) =>
    id === "actOnHome" ? { members: { secret: "wrong" } } : { secret: new Uint8Array(32).fill(1) },
  ),
  ticket_invalid: departing({ members: { ticket: "no.ticket" } }),
  ticket_expired: departing({ whileTicketAges: ({ clock }) => clock.advance(61_000) }),
  setup_required: async (operation) => sendWellFormed(await startTestServer(), operation),
  forbidden: async (operation) => {
    const server = await withGithub();
    if (asksFor(operation, "ownPage"))
      return sendWellFormed(server, operation, { headers: { origin: "https://evil.example" } });
    if (asksFor(operation, "adminSecret"))
      return sendWellFormed(server, operation, { headers: { "x-tv-admin-secret": "" } });
    await answerOf(await server.tokenVault.unsigned("/owner/lock", {}, ownersHeaders));
    return sendWellFormed(server, operation, { members: { collection: "tokens" } });
  },
  token_not_found: departing({ service: "nothing-here" }),
  already_exists: departing({ claims: { mode: "create" } }),
  stale_creation: departing({ claims: { cid: "another-creation" } }),
  code_expired: departing({}),
  code_used: async (operation) => {
    const server = await startTestServer();
    const { code } = await answerOf(await server.fetch(`${server.url}/v1/register-url`));
    await answerOf(await server.tokenVault.unsigned("/v1/exchange", { code }));
    return sendWellFormed(server, operation, { members: { code } });
  },
  payload_too_large: departing(({ id }) => ({ announcedBytes: (maxBodyBytes[id] ?? usualMaxBodyBytes) + 1 })),
  rate_limited: async (operation) => {
    const server = await startTestServer({ settings: { TV_RATE_LIMIT_PER_MINUTE: "1" } });
    await server.fetch(`${server.url}/v1/health`);
    return sendWellFormed(server, operation);
  },
  internal_error: async (operation) => {
    const disk = failingDisk();
    const server = await withGithub({ parts: { disk } });
    disk.fullFor = "record.jsonl";
    return sendWellFormed(server, operation);
  },
  totp_failed: async (operation) => {
    const server = await startBoundServer();
    const place = { collection: "tokens", key: "bank" };
    await answerOf(await server.tokenVault.store("bank", { tokenType: "TOTP", totpSecret: "GEZDGNBVGY3TQOJQ" }));
    const { data } = await answerOf(await server.tokenVault.storage({ operation: "get", ...place }));
    // Another program's: a seed that comes in clear is refused where it is stored.
    const sealed = data as { readonly meta: object };
    const damaged = { ...sealed, meta: { ...sealed.meta, totpDigits: 99 } };
    await answerOf(await server.tokenVault.storage({ operation: "set", ...place, data: damaged }));
    return sendWellFormed(server, operation, { service: "bank" });
  },
  gcp_mint_failed: async (operation) => {
    const host = await closedPort();
    const server = await withGithub({ settings: { ALLOW_PRIVATE_HOSTS: host } });
    const key = newServiceAccount({ token_uri: `http://${host}/token` });
    await answerOf(await server.tokenVault.store("google", { accessToken: JSON.stringify(key) }));
    return sendWellFormed(server, operation, { service: "google", members: upstreamAt(operation, host) });
  },
  provider_error: async (operation) => atProvider(operation, await closedPort()),
  provider_timeout: async (operation) => atProvider(operation, await silentHost(), { parts: { dial: impatientDial } }),
  upstream_error: async (operation) => atUpstream(operation, await closedPort()),
  upstream_timeout: async (operation) => atUpstream(operation, await silentHost(), { parts: { dial: impatientDial } }),
};

test("each code has the status that clients know it by", () => {
  expect(errorStatus).toEqual(errorStatuses);
});

describe("an operation answers each code that the contract lists for it:", () => {
  /** Nothing of them can fail but the server itself: the pipeline's own tests see that. */
  const cannotFail = ({ security }: OperationDefinition, code: ErrorCode): boolean =>
    security.length === 0 && code === "internal_error";
  const listed = allOperations.flatMap((operation) =>
    operation.errors
      .filter((code) => !cannotFail(operation, code))
      .map((code) => ({ title: `${operation.id} ${code}`, operation, code })),
  );

  test.each(listed)("$title", async ({ operation, code }) => {
    const response = await provocations[code]?.(operation);
    expect(response?.status).toBe(errorStatuses[code]);
    expect(response?.headers.has("retry-after")).toBe(code === "rate_limited");
    // HEAD has no body to say the code.
    if (operation.method === "head") return;
    expect(await response?.json()).toEqual({ error: code, message: expect.any(String) });
  });

  test("none was left unseen", () => {
    const titles = listed.filter(({ operation }) => operation.method !== "head").map(({ title }) => title);
    expect([...seenErrors]).toEqual(expect.arrayContaining(titles));
  });
});

test.each<[ErrorCode, string, RequestInit]>([
  ["not_found", "/v1/nothing", {}],
  ["method_not_allowed", "/v1/storage", {}],
])("a request for no operation gets %s", async (code, path, init) => {
  const { url, fetch } = await startTestServer();
  const response = await fetch(url + path, init);
  expect(response.status).toBe(errorStatuses[code]);
  expect(unroutedErrors).toContain(code);
  await expectError(response, code);
});

test("a change that failed on a full disk can be sent again with the same id and signature", async () => {
  const disk = failingDisk();
  const { tokenVault, url, fetch } = await startBoundServer({ parts: { disk } });
  const body = JSON.stringify({ operation: "set", collection: "audit", key: "a", data: { n: 1 } });
  const init = { method: "POST", headers: await tokenVault.signedHeaders(body), body };
  disk.fullFor = "journal-";
  expect((await fetch(`${url}/v1/storage`, init)).status).toBe(500);
  disk.fullFor = undefined;
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

test("too many open registrations are refused until some expire", async () => {
  const { url, fetch } = await startTestServer();
  for (let open = 0; open < 32; open++) await answerOf(await fetch(`${url}/v1/register-url`));
  await expectError(await fetch(`${url}/v1/register-url`), "rate_limited");
});

/** Gives up on a silent peer at once, as the real one does after its time limit. */
const impatientDial: Dialler = ({ url }, options) => request(url, { ...options, timeout: 50 });

async function silentHost(): Promise<string> {
  return (await startLoopbackServer(() => undefined)).host;
}

async function withGithub(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startBoundServer({
    ...options,
    settings: { ALLOW_PRIVATE_HOSTS: uncalledHost, ...ownersSettings, ...options.settings },
  });
  await answerOf(await server.tokenVault.store("github", { accessToken: "a", refreshToken: "r" }));
  return server;
}

async function atProvider(operation: OperationDefinition, host: string, options: TestServerOptions = {}) {
  const provider = { clientId: "client", clientSecret: "client-secret", tokenUrl: `http://${host}/token` };
  const settings = { ALLOW_PRIVATE_HOSTS: host, OAUTH_PROVIDERS_JSON: JSON.stringify({ github: provider }) };
  return sendWellFormed(await withGithub({ ...options, settings }), operation);
}

async function atUpstream(operation: OperationDefinition, host: string, options: TestServerOptions = {}) {
  const server = await withGithub({ ...options, settings: { ALLOW_PRIVATE_HOSTS: host } });
  return sendWellFormed(server, operation, { members: upstreamAt(operation, host) });
}

/** Sends an operation that calls an upstream to this one, without the credential in a header. */
function upstreamAt({ id }: OperationDefinition, host: string): Record<string, unknown> {
  return id === "proxyRequest" ? { upstream: { url: `http://${host}/` }, headerTemplates: {} } : {};
}
