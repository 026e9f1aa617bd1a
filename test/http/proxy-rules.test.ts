import { request } from "node:http";
import { describe, expect, test } from "vitest";
import type { Dialler } from "../../src/outbound/guarded-fetch.js";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError } from "./answer-json.js";
import { closedPort, startLoopbackServer } from "./loopback-server.js";
import { sendRaw } from "./raw-connection.js";
import { callThrough, startProxy, startRawUpstream } from "./raw-upstream.js";

const token = "gho_16C7e42F292c6912E7";
const publicAddress = "93.184.215.14";

describe("an address that the owner did not allow is forbidden, is not connected to, and leaves the ticket usable", () => {
  test.each([
    ["loopback", "http://127.0.0.1:9/"],
    ["loopback over https", "https://127.0.0.1/"],
    ["loopback in two parts", "https://127.1/"],
    ["loopback in hex", "https://0x7f.1/"],
    ["loopback as one number", "https://2130706433/"],
    ["loopback in full-width digits", "https://１２７.０.０.１/"],
    ["IPv6 loopback", "https://[::1]/"],
    ["IPv4-mapped loopback", "https://[::ffff:127.0.0.1]/"],
    ["a name of loopback", "https://localhost/"],
    ["a name of loopback with a dot at the end", "https://localhost./"],
    ["a cloud's metadata", "http://169.254.169.254/latest/meta-data/"],
    ["a cloud's metadata over https", "https://169.254.169.254/"],
    ["private use", "https://10.0.0.1/"],
    ["http to the public", "http://api.example/"],
    ["a file", "file:///etc/passwd"],
    ["data", "data:text/plain,hello"],
    ["ftp", "ftp://api.example/"],
    ["a user name", "https://user@api.example/"],
    ["a password", "https://user:pass@api.example/"],
    ["this webhook itself", "https://hook.example/v1/health"],
    ["a name with a private address among public ones", "https://rebind.example/"],
  ])("%s", async (_what, url) => {
    const dialled: string[] = [];
    const server = await startGuarded(dialled);
    const ticket = await server.tokenVault.ticket("github", "proxy");
    await expectError(await callThrough(server, { url, ticket }), "forbidden");
    expect(dialled).toEqual([]);
    // The ticket is still good: this call comes as far as the connection, which leads nowhere.
    await expectError(await callThrough(server, { url: "https://api.example/", ticket }), "upstream_error");
    expect(dialled).toEqual([`api.example at ${publicAddress}`]);
  });

  test("nor is the webhook's own address at the port where it listens", async () => {
    const server = await startGuarded([]);
    await expectError(await callThrough(server, { url: `${server.url}/v1/health` }), "forbidden");
  });
});

test("a host that is allowed is allowed at its port only", async () => {
  const allowed = await startLoopbackServer(() => ({}));
  const other = await startLoopbackServer(() => ({}));
  const server = await startProxy(token, allowed);
  expect((await callThrough(server, { url: allowed.url })).status).toBe(200);
  await expectError(await callThrough(server, { url: other.url }), "forbidden");
  await expectError(await callThrough(server, { url: allowed.url.replace("127.0.0.1", "localhost") }), "forbidden");
  expect([allowed.received.length, other.received.length]).toEqual([1, 0]);
});

describe("a header that would become another is an invalid request", () => {
  const injections = ["a\r\nX-Injected: b", "a\nb", "a\rb", "a\0b", "a\u007fb", "a\u2028b", "ā"];

  test.each(injections)("among the headers and among the templates: %j", async (value) => {
    const upstream = await startLoopbackServer(() => ({}));
    const server = await startProxy(token, upstream);
    const { url } = upstream;
    await expectError(await callThrough(server, { url, headers: { "X-Key": value } }), "invalid_request");
    await expectError(
      await callThrough(server, { url, headerTemplates: { "X-Key": `\${TOKEN}${value}` } }),
      "invalid_request",
    );
    expect(upstream.received).toEqual([]);
  });

  test.each(["", "a b", "a:", "a\r\nb", "é", "a\0", "x".repeat(300)])("as a name: %j", async (name) => {
    const upstream = await startLoopbackServer(() => ({}));
    const server = await startProxy(token, upstream);
    await expectError(await callThrough(server, { url: upstream.url, headers: { [name]: "a" } }), "invalid_request");
    await expectError(
      await callThrough(server, { url: upstream.url, headerTemplates: { [name]: "a" } }),
      "invalid_request",
    );
    expect(upstream.received).toEqual([]);
  });

  test.each(["nul\0", "inner\x1b[0m"])(
    "was found out when the token was used, not when it was stored: %j",
    async (accessToken) => {
      const server = await startProxy(token, { host: "127.0.0.1:9" });
      const ticket = await server.tokenVault.ticket("other", "store");
      const response = await server.tokenVault.unsigned("/v1/store", {
        ticket,
        service: "other",
        tokenData: { accessToken },
      });
      const text = await response.clone().text();
      await expectError(response, "invalid_request");
      expect(text + server.logLines.join("")).not.toMatch(/inner|nul\W/);
      const again = await server.tokenVault.unsigned("/v1/store", {
        ticket,
        service: "other",
        tokenData: { accessToken: "a better one" },
      });
      expect(again.status).toBe(200);
    },
  );

  test.each(["inner\r\nX-Injected: b", "inner\nline", "snow☃man", '{\n"inner": 1}'])(
    "in the stored token: %j, of which nothing is told",
    async (accessToken) => {
      const upstream = await startLoopbackServer(() => ({}));
      const server = await startProxy(accessToken, upstream);
      const response = await callThrough(server, { url: upstream.url });
      const text = await response.clone().text();
      await expectError(response, "invalid_request");
      expect(text + server.logLines.join("")).not.toMatch(/inner|snow/);
      expect(upstream.received).toEqual([]);
    },
  );
});

describe("an upstream that cannot be called", () => {
  test("is a 502 when nothing listens there", async () => {
    const host = await closedPort();
    const server = await startProxy(token, { host });
    await expectError(await callThrough(server, { url: `http://${host}/secret-path` }), "upstream_error");
    expect(server.logLines.join("")).not.toContain("secret-path");
  });

  test("is a 502 when it hangs up, or does not speak HTTP", async () => {
    const hanging = await startRawUpstream((request) => request.socket.destroy());
    await expectError(await callThrough(await startProxy(token, hanging), { url: hanging.url }), "upstream_error");
    const garbled = await startRawUpstream((request) => request.socket.end("SSH-2.0-nothing\r\n\r\n"));
    await expectError(await callThrough(await startProxy(token, garbled), { url: garbled.url }), "upstream_error");
  });

  test.each(["099 Low", "600 High", "101 Switching Protocols"])(
    "is a 502 when its status cannot be passed on: %s",
    async (status) => {
      const upstream = await startRawUpstream((request) =>
        request.socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`),
      );
      const server = await startProxy(token, upstream);
      await expectError(await callThrough(server, { url: upstream.url }), "upstream_error");
    },
  );

  test("is a 502 when its headers have no end", async () => {
    const upstream = await startRawUpstream((request) =>
      request.socket.end(`HTTP/1.1 200 OK\r\nX-Long: ${"x".repeat(40_000)}\r\n\r\n`),
    );
    await expectError(await callThrough(await startProxy(token, upstream), { url: upstream.url }), "upstream_error");
  });

  test("is a 404 when there is no access token to send", async () => {
    const upstream = await startLoopbackServer(() => ({}));
    const { tokenVault, ...server } = await startBoundServer({ settings: { ALLOW_PRIVATE_HOSTS: upstream.host } });
    await answerOf(await tokenVault.store("github", { refreshToken: "refresh-only" }));
    await expectError(await callThrough({ ...server, tokenVault }, { url: upstream.url }), "token_not_found");
    expect(upstream.received).toEqual([]);
  });
});

test("a signed proxy call without a ticket, and a ticket without a signature, call nothing", async () => {
  const upstream = await startLoopbackServer(() => ({}));
  const server = await startProxy(token, upstream);
  const call = { service: "github", upstream: { url: upstream.url }, headerTemplates: {} };
  await expectError(await server.tokenVault.post("/v1/proxy", call), "invalid_request");
  await expectError(await server.tokenVault.post("/v1/proxy", { ...call, ticket: "no.ticket" }), "ticket_invalid");
  const ticket = await server.tokenVault.ticket("github", "proxy");
  const body = JSON.stringify({ ...call, ticket });
  const head = `POST /v1/proxy HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${String(body.length)}\r\nConnection: close\r\n\r\n`;
  expect((await sendRaw(server.url, head + body)).status).toBe(401);
  expect(upstream.received).toEqual([]);
});

/** Names resolve to a public address, `rebind.example` to a private one as well; what is dialled is written down. */
async function startGuarded(dialled: string[]): Promise<TestServer> {
  const addresses: Readonly<Record<string, readonly string[]>> = {
    "rebind.example": [publicAddress, "10.0.0.1"],
    localhost: ["127.0.0.1"],
    "localhost.": ["127.0.0.1"],
  };
  const deadEnd = (await closedPort()).split(":")[1];
  const dial: Dialler = ({ url, addresses: [first = ""] }, options) => {
    dialled.push(`${url.hostname} at ${first}`);
    return request({ ...options, host: "127.0.0.1", port: deadEnd });
  };
  const resolve = (name: string): Promise<readonly string[]> => Promise.resolve(addresses[name] ?? [publicAddress]);
  const settings = { WEBHOOK_EXTERNAL_URL: "https://hook.example" };
  const server = await startBoundServer({ settings, parts: { resolve, dial } });
  await answerOf(await server.tokenVault.store("github", { accessToken: token }));
  return server;
}
