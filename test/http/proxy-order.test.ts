import { describe, expect, test } from "vitest";
import type { ErrorCode } from "../../generated/operations.js";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { expectError } from "./answer-json.js";
import { closedPort, startLoopbackServer, type LoopbackServer } from "./loopback-server.js";

type TokenVault = TestServer["tokenVault"];

interface World {
  readonly tokenVault: TokenVault;
  readonly upstream: LoopbackServer;
  readonly closedUrl: string;
}

/** The faults of a call; each is refused at its own step, and hides those after it. */
interface Call {
  readonly secret?: Uint8Array<ArrayBuffer>;
  readonly purpose?: "proxy" | "store";
  readonly cid?: string;
  readonly used?: true;
  readonly service?: string;
  readonly upstream?: (world: World) => Record<string, unknown>;
}

const wrongSecret = new Uint8Array(32).fill(7);
const malformed = (): Record<string, unknown> => ({ url: 5 });
const badMethod = (): Record<string, unknown> => ({ url: "http://192.168.1.1/", method: "TRACE" });
const badUrl = (): Record<string, unknown> => ({ url: "http://192.168.1.1/" });
const otherHost = (): Record<string, unknown> => ({ url: "https://other.example.test/" });
const privateName = (): Record<string, unknown> => ({ url: "https://private.example.test/" });
const unknownName = (): Record<string, unknown> => ({ url: "https://unknown.example.test/" });
const closed = ({ closedUrl }: World): Record<string, unknown> => ({ url: closedUrl });

/** A step's fault comes with those of later steps. */
const steps: readonly (readonly [string, Call, ErrorCode, RegExp])[] = [
  ["the MAC, before the body", { secret: wrongSecret, upstream: malformed }, "auth_failed", /signature/],
  ["the body, before the ticket", { purpose: "store", upstream: malformed }, "invalid_request", /upstream\.url/],
  ["the ticket, before the method", { purpose: "store", upstream: badMethod }, "ticket_invalid", /purpose/],
  ["the method, before the address", { used: true, upstream: badMethod }, "invalid_request", /method/],
  ["the address, before the service's hosts", { service: "closed", upstream: badUrl }, "forbidden", /https/],
  ["the service's hosts, before the name", { service: "closed", upstream: privateName }, "forbidden", /host;/],
  [
    "the name's addresses, before the nonce",
    { used: true, service: "free", upstream: privateName },
    "forbidden",
    /private/,
  ],
  [
    "the nonce, where the name has no address",
    { used: true, service: "free", upstream: unknownName },
    "ticket_invalid",
    /before/,
  ],
  [
    "the nonce, before the credential",
    { used: true, service: "absent", cid: "c", upstream: closed },
    "ticket_invalid",
    /before/,
  ],
  [
    "what is stored, before the creation",
    { service: "absent", cid: "c", upstream: closed },
    "token_not_found",
    /service/,
  ],
  [
    "the creation, before the access token",
    { service: "password", cid: "c", upstream: closed },
    "stale_creation",
    /anew/,
  ],
  ["the access token, before the call", { service: "password", upstream: closed }, "token_not_found", /access token/],
  ["the templates, before the nonce", { used: true, service: "short", upstream: closed }, "invalid_request", /short/],
  ["the call", { service: "github", upstream: closed }, "upstream_error", /reached/],
];

describe("R52: the first step that fails answers, and calls nothing:", () => {
  test.each(steps)("%s", async (_step, call, code, message) => {
    const world = await startWorld();
    const response = await proxied(world, call);
    const { message: said } = (await response.clone().json()) as { message: string };
    expect(said).toMatch(message);
    await expectError(response, code);
    expect(world.upstream.received).toEqual([]);
  });

  test.each(["closed", "free", "short"])(
    "the service %s was pinned to a host that it was not sent to",
    async (service) => {
      const world = await startWorld();
      await proxied(world, { service, upstream: service === "closed" ? otherHost : privateName });
      await proxied(world, { service, upstream: closed });
      const again = await proxied(world, { service, upstream: () => ({ url: world.upstream.url }) });
      const outcomes: Record<string, number> = { closed: 403, free: 200, short: 400 };
      expect(again.status).toBe(outcomes[service]);
    },
  );
});

async function startWorld(): Promise<World> {
  const upstream = await startLoopbackServer(() => ({ body: {} }));
  const closedHost = await closedPort();
  const addresses: Readonly<Record<string, string[]>> = { "private.example.test": ["10.0.0.1"] };
  const { tokenVault } = await startBoundServer({
    settings: { ALLOW_PRIVATE_HOSTS: `${upstream.host},${closedHost}` },
    parts: { resolve: (name) => Promise.resolve(addresses[name] ?? []) },
  });
  const accessToken = "example-access-token";
  await tokenVault.store("github", { accessToken });
  await tokenVault.store("free", { accessToken });
  await tokenVault.store("closed", { accessToken, allowedHosts: [] });
  await tokenVault.store("password", { password: "no access token" });
  await tokenVault.store("short", { accessToken: "abc" });
  return { tokenVault, upstream, closedUrl: `http://${closedHost}/` };
}

async function proxied(world: World, call: Call): Promise<Response> {
  const { tokenVault } = world;
  const { secret, purpose = "proxy", cid, used, service = "github", upstream = closed } = call;
  const ticket = await tokenVault.ticket(service, purpose, cid === undefined ? {} : { cid });
  const body = { ticket, service, headerTemplates: { Authorization: "Bearer ${TOKEN}" } };
  // A name without an address uses the ticket up, and pins nothing.
  if (used) await tokenVault.post("/v1/proxy", { ...body, upstream: unknownName() });
  const requestId = `req_${crypto.randomUUID()}`;
  return tokenVault.post(
    "/v1/proxy",
    { ...body, upstream: upstream(world), requestId },
    secret === undefined ? {} : { secret },
  );
}
