import { describe, expect, test } from "vitest";
import { startBoundServer, startTestServer, type TestServer } from "../support/test-server.js";
import { expectError } from "./answer-json.js";
import { startLoopbackServer } from "./loopback-server.js";
import { connectTo, readAnswer } from "./raw-connection.js";
import { exampleOf, freshBody, sendTo, signedOperations } from "./request-examples.js";

test("the contract has the signed operations that the protocol names", () => {
  const paths = signedOperations.map(({ method, path }) => `${method} ${path}`).sort();
  const names = ["health", "proxy", "refresh", "refresh-notify", "storage"];
  expect(paths).toEqual(names.map((name) => `post /v1/${name}`));
});

describe.each(signedOperations)("a signed request, $id", (operation) => {
  const { path, maxBodyBytes } = operation;
  const requestId = "req_the_same";
  const notJson = "{";

  test("is refused before binding, whatever else is wrong with it", async () => {
    const server = await startTestServer();
    const nothing = { method: "POST", body: notJson };
    await expectError(await server.fetch(server.url + path, nothing), "setup_required");
    await expectError(await sendTo(server, operation, "{}"), "setup_required");
  });

  test("passes its checks in the protocol's order, and nothing before the last uses up its id", async () => {
    const server = await startReady();
    const { tokenVault, clock } = server;
    const stale = String(Math.floor(clock.nowMs() / 1000) - 302);
    const ahead = String(Math.ceil(clock.nowMs() / 1000) + 310);
    const good = await tokenVault.signedHeaders(notJson, { requestId });
    const unknown = await tokenVault.signedHeaders(notJson, { requestId, secret: new Uint8Array(32) });
    const refused = [
      without(good, "x-tokenvault-signature"),
      without(good, "x-tokenvault-timestamp"),
      without(good, "x-tokenvault-request-id"),
      { ...good, "x-tokenvault-signature": "sha256=00" },
      { ...good, "x-tokenvault-timestamp": "soon" },
      await tokenVault.signedHeaders(notJson, { requestId, timestamp: stale }),
      await tokenVault.signedHeaders(notJson, { requestId, timestamp: ahead }),
      await tokenVault.signedHeaders(notJson, { requestId, timestamp: `0${stale}` }),
      unknown,
    ];
    // Each body is no JSON: whoever looked at it first would answer 400.
    for (const headers of refused) {
      await expectError(
        await server.fetch(server.url + path, { method: "POST", headers, body: notJson }),
        "auth_failed",
      );
    }
    const body = await goodBody(server);
    expect((await sendTo(server, operation, body, { requestId })).status).toBe(200);
    // Replay is looked at before the body is.
    await expectError(await sendTo(server, operation, notJson, { requestId }), "auth_failed");
    await expectError(await sendTo(server, operation, notJson), "invalid_request");
  });

  test("that is refused for its body has used up its id", async () => {
    const server = await startReady();
    await expectError(await sendTo(server, operation, notJson, { requestId }), "invalid_request");
    await expectError(await sendTo(server, operation, await goodBody(server), { requestId }), "auth_failed");
  });

  test("with a forged signature is refused a hundred times and takes nothing from the genuine one", async () => {
    const server = await startReady();
    const body = await goodBody(server);
    const forged = { requestId, secret: new Uint8Array(32).fill(7) };
    const answers = await Promise.all(Array.from({ length: 100 }, () => sendTo(server, operation, body, forged)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect((await sendTo(server, operation, body, { requestId })).status).toBe(200);
  });

  test("sent twenty times at once is served once", async () => {
    const server = await startReady();
    const body = await goodBody(server);
    const init = { method: "POST", headers: await server.tokenVault.signedHeaders(body), body };
    const answers = await Promise.all(Array.from({ length: 20 }, () => server.fetch(server.url + path, init)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 401)]);
  });

  test("of a body over the limit is refused before it is read, genuine or not", async () => {
    const server = await startReady();
    const headers = await server.tokenVault.signedHeaders("", { secret: new Uint8Array(32) });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = await connectTo(server.url);
    const length = `Content-Length: ${String(maxBodyBytes + 1)}\r\n`;
    socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\n${length}${lines.join("")}\r\n`);
    const answer = await readAnswer(socket);
    socket.destroy();
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({ error: "payload_too_large" });
  });

  /** With an upstream that the proxy may call. */
  async function startReady(): Promise<TestServer> {
    const upstream = await startLoopbackServer(() => ({ body: "{}" }));
    const server = await startBoundServer({
      settings: { ALLOW_PRIVATE_HOSTS: upstream.host, TV_RATE_LIMIT_PER_MINUTE: "0" },
    });
    await server.tokenVault.store("github", { accessToken: "example-access-token" });
    upstreamUrl = upstream.url;
    return server;
  }

  let upstreamUrl = "";
  const goodBody = async (server: TestServer): Promise<string> =>
    JSON.stringify(await freshBody(server, exampleOf(operation.id), upstreamUrl));
});

test("a request id serves once on all paths together", async () => {
  const { tokenVault } = await startBoundServer();
  const requestId = "req_shared";
  expect((await tokenVault.post("/v1/health", {}, { requestId })).status).toBe(200);
  await expectError(
    await tokenVault.post("/v1/refresh", { action: "get", service: "github" }, { requestId }),
    "auth_failed",
  );
  await expectError(
    await tokenVault.storage({ operation: "list", collection: "tokens" }, { requestId }),
    "auth_failed",
  );
});

describe("the signature is over the bytes as they come", () => {
  const compact = '{"operation":"get","collection":"tokens","key":"github","requestId":"req_body"}';

  test.each([
    ["white space", '{ "operation" : "get",\r\n\t"collection":"tokens", "key":"github","requestId":"req_body" }\n'],
    ["another order of members", '{"requestId":"req_body","key":"github","collection":"tokens","operation":"get"}'],
    ["Unicode escapes", '{"\\u006fperation":"g\\u0065t","collection":"tokens","key":"github","requestId":"req_body"}'],
    ["escaped slashes", '{"operation":"get","collection":"tokens","key":"git\\/hub","requestId":"req_body"}'],
    [
      "numbers written in another way",
      '{"operation":"get","collection":"tokens","key":"github","requestId":"req_body","n":1.0e0}',
    ],
    [
      "a member named twice",
      '{"operation":"set","operation":"get","collection":"tokens","key":"github","requestId":"req_body"}',
    ],
  ])("so that %s is taken as it was signed", async (_what, text) => {
    const server = await startBoundServer();
    expect((await server.tokenVault.post("/v1/storage", text)).status).toBe(200);
    const headers = await server.tokenVault.signedHeaders(compact);
    const changed = await server.fetch(`${server.url}/v1/storage`, { method: "POST", headers, body: text });
    await expectError(changed, "auth_failed");
    const own = await server.fetch(`${server.url}/v1/storage`, { method: "POST", headers, body: compact });
    expect(own.status).toBe(200);
  });
});

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}
