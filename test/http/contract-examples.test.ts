import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { operations, type OperationDefinition, type TicketPurpose } from "../../generated/operations.js";
import {
  ownersHeaders,
  ownersSettings,
  startBoundServer,
  startTestServer,
  type TestServer,
} from "../support/test-server.js";
import { StoppedClock } from "./answer-json.js";
import { startLoopbackServer } from "./loopback-server.js";
import { asksFor } from "./request-examples.js";

interface Media {
  readonly examples?: Readonly<Record<string, { readonly value: Record<string, unknown> }>>;
}
interface WithContent {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Media>>;
}
interface Operation {
  readonly operationId: string;
  readonly requestBody?: WithContent;
  readonly responses: Readonly<Record<string, WithContent>>;
}

const contract = parse(readFileSync(new URL("../../openapi.yaml", import.meta.url), "utf8")) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

const documentedOperations = Object.values(contract.paths).flatMap((path) => Object.values(path));
const examples = documentedOperations.flatMap((operation) =>
  Object.entries(examplesOf(operation.requestBody)).map(([name, body]) => ({
    id: operation.operationId,
    name,
    body,
    operation,
  })),
);

/** Ids that are made anew each time; everything else in an example is what really comes back. */
const madeAnew = { hmacSecret: expect.any(String), webhookId: expect.any(String) };
const mail = { name: "Mail", enabled: true };
const storedMail = (server: TestServer) =>
  server.tokenVault.storage({ operation: "set", collection: "proxy_configs", key: "proxy-1", data: mail });
const storedGithub = (server: TestServer) => {
  const data = { accessToken: "example-access-token", tokenType: "oauth", serviceName: "github", scope: "repo" };
  return server.tokenVault.storage({ operation: "set", collection: "tokens", key: "github", data });
};
const storedOauth = (server: TestServer) => {
  const data = {
    accessToken: "old-token",
    refreshToken: "example-refresh-token",
    serviceName: "github",
    scope: "repo",
  };
  return server.tokenVault.storage({ operation: "set", collection: "tokens", key: "github", data });
};
const storedTotp = (server: TestServer) =>
  // RFC 6238, appendix B: the ASCII seed 12345678901234567890.
  server.tokenVault.store("github", { tokenType: "TOTP", totpSecret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" });

/** An example needs this before it can be answered as documented. */
const preparations: Readonly<Record<string, (server: TestServer) => Promise<Response>>> = {
  "useStorage get": storedMail,
  "useStorage list": storedMail,
  "useStorage list_batch": storedMail,
  "useStorage delete": storedMail,
  "postCredential ticket": storedGithub,
  "postTotpCode ticket": storedTotp,
  "proxyRequest proxy": storedGithub,
  "refreshTokens get": storedOauth,
  "refreshTokens update": storedOauth,
};

/** The moment that an example was taken at, where its answer depends on that. */
const moments: Readonly<Record<string, string>> = {
  "storeCredential store": "2026-01-01T00:00:00Z",
  "postTotpCode ticket": "1970-01-01T00:00:43Z",
};

test("the contract has examples for every operation with a JSON body", () => {
  const withJsonBody = Object.values(operations as Record<string, OperationDefinition>)
    .filter(({ bodyType }) => bodyType === "application/json")
    .map(({ id }) => id);
  expect([...new Set(examples.map(({ id }) => id))].sort()).toEqual(withJsonBody.sort());
});

test("every example that needs something beforehand is still in the contract", () => {
  const titles = examples.map(({ id, name }) => `${id} ${name}`);
  expect(titles).toEqual(expect.arrayContaining([...Object.keys(preparations), ...Object.keys(moments)]));
});

test.each(examples)("the example $name of $id is answered as documented", async ({ id, name, body, operation }) => {
  const title = `${id} ${name}`;
  const upstream = await startLoopbackServer(() => ({ body: { login: "octocat" } }));
  const isExchange = id === "exchangeCode";
  const server = await (isExchange ? startTestServer : startBoundServer)({
    clock: new StoppedClock(moments[title] ?? "2026-01-01T00:00:00Z"),
    settings: { ALLOW_PRIVATE_HOSTS: upstream.host, ...ownersSettings },
  });
  const prepared = await preparations[title]?.(server);
  expect(prepared?.status ?? 200).toBe(200);

  const response = await send(server, id, await replayable(server, id, body, upstream.url));

  expect(String(response.status)).toBe(Object.keys(operation.responses)[0]);
  const documented = operation.responses[String(response.status)];
  const answer = examplesOf(documented)[name];
  const received: unknown = await response.json();
  if (answer) expect(received).toEqual(isExchange ? { ...answer, ...madeAnew } : answer);
  if (id === "proxyRequest") {
    expect(received).toEqual({ login: "octocat" });
    expect(upstream.received).toMatchObject([
      { path: "/user", headers: { accept: "application/json", authorization: "Bearer example-access-token" } },
    ]);
  }
});

/** Signed with the secret of this server, and with an upstream that may be called. */
async function replayable(
  server: TestServer,
  id: string,
  example: Record<string, unknown>,
  upstreamUrl: string,
): Promise<Record<string, unknown>> {
  const { ticketPurposes } = definition(id);
  const body = { ...example };
  if (asksFor(definition(id), "ticket")) {
    body["ticket"] = await server.tokenVault.ticket(String(body["service"]), ticketPurposes[0] as TicketPurpose);
  }
  if (asksFor(definition(id), "exchangeCode")) {
    const registration = await server.fetch(`${server.url}/v1/register-url`);
    body["code"] = ((await registration.json()) as { code: string }).code;
  }
  if ("upstream" in body) {
    const upstream = body["upstream"] as { url: string };
    body["upstream"] = { ...upstream, url: upstreamUrl + new URL(upstream.url).pathname };
  }
  return body;
}

function send(server: TestServer, id: string, body: Record<string, unknown>): Promise<Response> {
  const { path } = definition(id);
  const headers = asksFor(definition(id), "adminSecret") ? ownersHeaders : {};
  return asksFor(definition(id), "signature")
    ? server.tokenVault.post(path, body)
    : server.tokenVault.unsigned(path, body, headers);
}

function definition(id: string): OperationDefinition {
  return (operations as unknown as Record<string, OperationDefinition>)[id]!;
}

function examplesOf(holder: WithContent | undefined): Record<string, Record<string, unknown>> {
  const resolved = holder?.$ref === undefined ? holder : (lookUp(holder.$ref) as WithContent);
  const found = Object.values(resolved?.content ?? {}).flatMap(({ examples: named }) => Object.entries(named ?? {}));
  return Object.fromEntries(found.map(([name, { value }]) => [name, value]));
}

function lookUp(reference: string): unknown {
  return reference
    .slice(2)
    .split("/")
    .reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], contract);
}
