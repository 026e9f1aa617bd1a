import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { OperationDefinition } from "../../generated/operations.js";
import { nodeDisk } from "../../src/files/disk.js";
import { type AuditLine, readAuditLog, readAuditHead, verifyAuditLog } from "../../src/audit/audit-log.js";
import { startBoundServer, startTestServer, type TestServer } from "../support/test-server.js";
import { expectError, tokenOf } from "./answer-json.js";
import { closedPort } from "./loopback-server.js";
import { callThrough, startProxy, startRawUpstream } from "./raw-upstream.js";
import { asksFor, allOperations } from "./request-examples.js";
import { githubToken, present, startWithGithub } from "./ticket-bearer.js";

const adminSecret = "the owner's own secret";
const adminHeaders = { "x-tv-admin-secret": adminSecret };
const recorded = allOperations.filter((operation) => operation.security.length > 0 && !asksFor(operation, "ownPage"));

function linesOf({ folder }: TestServer): Promise<AuditLine[]> {
  return readAuditLog(nodeDisk, join(folder, "data"));
}

async function lastLineOf(server: TestServer): Promise<AuditLine | undefined> {
  return (await linesOf(server)).at(-1);
}

function start(): Promise<TestServer> {
  return startWithGithub({ settings: { TV_ADMIN_SECRET: adminSecret } });
}

async function newCode({ url, fetch }: TestServer): Promise<string> {
  const response = await fetch(`${url}/v1/register-url`, { headers: adminHeaders });
  return ((await response.json()) as { code: string }).code;
}

/** A request that is served. */
async function use(server: TestServer, operation: OperationDefinition): Promise<Response> {
  const { tokenVault, url, fetch } = server;
  const { id, path, method, ticketPurposes } = operation;
  if (asksFor(operation, "ticket")) {
    const [purpose = "store"] = ticketPurposes;
    return present(server, operation, await tokenVault.ticket("github", purpose));
  }
  const ownerBodies: Readonly<Record<string, unknown>> = {
    allowHost: { service: "github", host: "example.org" },
    removeHost: { service: "github", host: "example.org" },
    addService: { service: "own", tokenData: { accessToken: "a" } },
    removeService: { service: "github" },
  };
  if (id in ownerBodies) return tokenVault.unsigned(path, ownerBodies[id], adminHeaders);
  if (asksFor(operation, "adminSecret"))
    return fetch(url + path, { method: method.toUpperCase(), headers: adminHeaders });
  if (id === "exchangeCode") return tokenVault.unsigned(path, { code: await newCode(server) });
  const bodies: Readonly<Record<string, unknown>> = {
    checkHealth: {},
    useStorage: { operation: "get", collection: "tokens", key: "github" },
    notifyRefresh: { service: "github" },
    refreshTokens: { action: "get", service: "github" },
  };
  return tokenVault.post(path, bodies[id]);
}

/** A request of somebody who may not. */
async function abuse(server: TestServer, operation: OperationDefinition): Promise<Response> {
  const { tokenVault, url, fetch } = server;
  const { id, path, method } = operation;
  if (asksFor(operation, "ticket")) return present(server, operation, `${"e30"}.${"0".repeat(64)}`);
  if (asksFor(operation, "adminSecret")) return fetch(url + path, { method: method.toUpperCase() });
  if (id === "exchangeCode") return tokenVault.unsigned(path, { code: crypto.randomUUID() });
  return tokenVault.post(path, {}, { secret: new Uint8Array(32).fill(1) });
}

describe("the record", () => {
  it.each(recorded)("has one line for a use of $id and one for a refusal", async (operation) => {
    const server = await start();
    const ownLines = async (): Promise<AuditLine[]> => (await linesOf(server)).filter(({ op }) => op === operation.id);
    const before = (await ownLines()).length;
    const { status } = await use(server, operation);
    expect(status).toBeLessThan(400);
    const used = await ownLines();
    expect(used).toHaveLength(before + 1);
    expect(used.at(-1)).toMatchObject({ outcome: "ok", status, client: "127.0.0.1" });
    const refusal = await abuse(server, operation);
    const { error } = (await refusal.json()) as { error: string };
    const refused = await ownLines();
    expect(refused).toHaveLength(before + 2);
    expect(refused.at(-1)).toMatchObject({ outcome: error, status: refusal.status, client: "127.0.0.1" });
    expect(refused.at(-1)).not.toHaveProperty("service");
  });

  it("has no line for what asks for no right", async () => {
    const server = await start();
    const before = await linesOf(server);
    await server.fetch(`${server.url}/v1/health`);
    await server.fetch(`${server.url}/v1/health`, { method: "HEAD" });
    await server.fetch(`${server.url}/v1/credential`, { method: "OPTIONS" });
    await server.fetch(`${server.url}/v1/nothing`);
    expect(await linesOf(server)).toEqual(before);
  });

  it("says who got which credential, for what, when and from where, and nothing more", async () => {
    const server = await start();
    const claims = { sub: "user_7", aid: "agent_8", pid: "config_9" };
    const ticket = await server.tokenVault.ticket("github", "agent_credential", claims);
    const from = { "x-forwarded-for": "2001:db8::7" };
    expect((await server.tokenVault.fetchWith("/v1/credential", ticket, "github", from)).status).toBe(200);
    expect(await lastLineOf(server)).toEqual({
      n: expect.any(Number),
      prev: expect.stringMatching(/^[0-9a-f]{64}$/),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      op: "getCredential",
      outcome: "ok",
      status: 200,
      client: "2001:db8::7",
      ms: expect.any(Number),
      service: "github",
      purpose: "agent_credential",
      ...claims,
    });
  });

  it("names the claims of a good ticket that is refused later, and not those of a bad one", async () => {
    const server = await start();
    const ticket = await server.tokenVault.ticket("absent", "user_reveal", { sub: "user_7" });
    await expectError(await server.tokenVault.fetchWith("/v1/credential", ticket, "absent"), "token_not_found");
    const named = { service: "absent", purpose: "user_reveal", sub: "user_7" };
    expect(await lastLineOf(server)).toMatchObject({ outcome: "token_not_found", status: 404, ...named });
    await expectError(await server.tokenVault.fetchWith("/v1/credential", ticket, "absent"), "ticket_invalid");
    expect(await lastLineOf(server)).toMatchObject({ outcome: "ticket_invalid", status: 401, ...named });
    const [payload = ""] = ticket.split(".");
    await server.tokenVault.fetchWith("/v1/credential", `${payload}.${"0".repeat(64)}`, "absent");
    expect(await lastLineOf(server)).not.toHaveProperty("sub");
  });

  it("says with a signed request its id and the service or key it was about", async () => {
    const server = await start();
    const body = { operation: "get", collection: "tokens", key: "github" };
    await server.tokenVault.storage(body, { requestId: "req_seven" });
    expect(await lastLineOf(server)).toMatchObject({ op: "useStorage", requestId: "req_seven", service: "github" });
    await server.tokenVault.post("/v1/refresh", { action: "get", service: "git" }, { requestId: "req_8" });
    expect(await lastLineOf(server)).toMatchObject({ op: "refreshTokens", requestId: "req_8", service: "git" });
  });

  it("says of a proxy call the upstream's host and its status", async () => {
    const upstream = await startRawUpstream((_request, response) => response.writeHead(418).end("tea"));
    const server = await startProxy("example-token", upstream);
    expect((await callThrough(server, { url: `${upstream.url}/path?query=1` })).status).toBe(418);
    const line = await lastLineOf(server);
    const facts = { service: "github", purpose: "proxy", upstreamHost: upstream.host, upstreamStatus: 418 };
    expect(line).toMatchObject({ op: "proxyRequest", outcome: "ok", status: 418, ...facts });
    expect(JSON.stringify(line)).not.toMatch(/path|query|tea/);
  });

  it("says of a proxy call that failed where it was to go", async () => {
    const host = await closedPort();
    const server = await startProxy("example-token", { host });
    await expectError(await callThrough(server, { url: `http://${host}/` }), "upstream_error");
    const line = await lastLineOf(server);
    expect(line).toMatchObject({ outcome: "upstream_error", status: 502, upstreamHost: host });
    expect(line).not.toHaveProperty("upstreamStatus");
  });

  it("is one chain over starts, and an orderly stop notes where it ends", async () => {
    const first = await start();
    await first.tokenVault.credential("github");
    const second = await first.restart();
    await second.tokenVault.credential("github");
    await second.stop();
    const lines = await linesOf(second);
    const head = await readAuditHead(nodeDisk, join(second.folder, "data"));
    expect(head?.n).toBe(lines.length);
    expect(verifyAuditLog(lines, head)).toBeUndefined();
    expect(verifyAuditLog(lines.slice(0, -1), head)).toMatchObject({ n: lines.length });
  });
});

describe("the record never holds", () => {
  it("a ticket, a query, a body, a code or a secret, and neither does the log", async () => {
    const server = await start();
    const secrets = ["canary-token", "canary-meta", "canary-data", "canary-query", adminSecret];
    const { tokenVault, url, fetch } = server;
    const tickets = [await tokenVault.ticket("mail", "store"), await tokenVault.ticket("mail", "user_reveal")];
    const [storing = "", revealing = ""] = tickets;
    const tokenData = { accessToken: "canary-token", note: "canary-meta" };
    await tokenVault.unsigned("/v1/store", { ticket: storing, service: "mail", tokenData });
    await fetch(`${url}/v1/credential?ticket=${revealing}&service=mail&more=canary-query`);
    await fetch(`${url}/v1/credential?ticket=canary-query&service=canary-query`);
    await tokenVault.unsigned("/v1/credential", { ticket: "canary-query", service: 7, more: "canary-data" });
    await tokenVault.storage({ operation: "set", collection: "vault_config", key: "k", data: { a: "canary-data" } });
    const headers = await tokenVault.signedHeaders("{}");
    await fetch(`${url}/v1/storage`, { method: "POST", headers, body: "canary-data" });
    const code = await newCode(server);
    const exchanged = (await (await tokenVault.unsigned("/v1/exchange", { code })).json()) as { hmacSecret: string };
    for (const operation of recorded) await abuse(server, operation);
    const text = (await readFile(join(server.folder, "data", "record.jsonl"), "utf8")) + server.logLines.join("");
    expect(text).toContain('"service":"mail"');
    const parts = tickets.flatMap((ticket) => ticket.split("."));
    const signature = (headers["x-tokenvault-signature"] ?? "").slice("sha256=".length);
    const unwanted = [...secrets, ...parts, code, exchanged.hmacSecret, signature, githubToken.accessToken];
    expect(unwanted.filter((secret) => text.includes(secret))).toEqual([]);
  });

  it("a line that a name has forged", async () => {
    const server = await startBoundServer();
    const forged = `\r\n00000000 {"n":1,"op":"getCredential","outcome":"ok"}\r\n`;
    const claims = { sub: `user${forged}`, aid: `agent\n${forged}`, pid: `\u2028${forged}` };
    const before = (await linesOf(server)).length;
    await server.tokenVault.credential("github", claims);
    await server.tokenVault.storage({ operation: "get", collection: "vault_config", key: `key${forged}` });
    await server.tokenVault.post("/v1/refresh", { action: "get", service: `service${forged}` });
    const lines = await linesOf(server);
    expect(verifyAuditLog(lines, undefined)).toBeUndefined();
    expect(lines).toHaveLength(before + 3);
    expect(lines[before]).toMatchObject({ op: "getCredential", outcome: "token_not_found", ...claims });
    expect(server.logLines.filter((line) => line.trimEnd().split(/[\r\n]/).length > 1)).toEqual([]);
  });
});

describe("before there is a binding", () => {
  it("the record has the refusals and the registration", async () => {
    const server = await startTestServer();
    await expectError(await server.tokenVault.credential("github"), "setup_required");
    await server.tokenVault.bind();
    const ops = (await linesOf(server)).map(({ op, outcome }) => [op, outcome]);
    expect(ops).toEqual([
      ["getCredential", "setup_required"],
      ["getRegistrationUrl", "ok"],
      ["exchangeCode", "ok"],
    ]);
    expect((await tokenOf(await storedAndFetched(server)))["accessToken"]).toBe("a token");
  });
});

async function storedAndFetched({ tokenVault }: TestServer): Promise<Response> {
  await tokenVault.store("mail", { accessToken: "a token" });
  return tokenVault.credential("mail");
}
