import { describe, expect, test } from "vitest";
import { errorStatus } from "../../generated/operations.js";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError } from "./answer-json.js";
import { connectTo, sendRaw, type RawAnswer } from "./raw-connection.js";
import { rawRequest } from "./raw-request.js";
import { allOperations } from "./request-examples.js";

/** In every request that is sent here; neither an answer nor a log line may repeat it. */
const canary = "canary-5ecre7-value";

const takingBody = allOperations.filter(({ maxBodyBytes }) => maxBodyBytes > 0);
const paths = [...new Set(allOperations.map(({ path }) => path))];

test("a path that is not there is not found, with any method", async () => {
  const server = await startUnlimited();
  const strange = [
    "/v1",
    "/v1/",
    "/v1/health/",
    "/V1/health",
    "/v1//health",
    "//v1/health",
    "/v1/health/x",
    "/v1/%2e%2e/etc/passwd",
    "/v1/storage%00",
    "/v1/%ff",
    "/v1/%",
    "/v2/health",
    "/favicon.ico",
    "/.env",
    "/__proto__",
    "/constructor",
  ];
  for (const path of strange) {
    for (const method of ["GET", "POST", "PUT", "DELETE", "OPTIONS"]) {
      const answer = await sendRaw(server.url, request(method, `${path}?${canary}`));
      await expectRefused(server, answer, "not_found");
    }
  }
});

test("a path that only becomes one of ours when it is decoded or tidied up was served", async () => {
  const server = await startUnlimited();
  const headers = `X-TV-Admin-Secret: ${adminSecret}\r\n`;
  expect((await sendRaw(server.url, request("GET", "/owner/state", headers))).status).toBe(200);
  for (const path of [
    "/v1/../owner/state",
    "/v1/%2e%2e/owner/state",
    "/v1/.%2E/owner/state",
    "/%6fwner/state",
    "/owner/%73tate",
    "/./owner/state",
    "/owner/./state",
    "/owner/%2e/state",
    "/../owner/state",
    "/owner/state/.",
    "/owner/state/x/..",
    "/owner/state#x",
    "http://localhost/v1/../owner/state",
    "http://localhost/%6fwner/state",
    "//localhost/owner/state",
  ])
    await expectRefused(server, await sendRaw(server.url, request("GET", path, headers)), "not_found");
  const withBackslash = await sendRaw(server.url, request("GET", "/v1/..\\owner/state", headers));
  await expectRefused(server, withBackslash, "invalid_request");
});

test("a target that is a whole URL, or has a query, is the path in it", async () => {
  const server = await startUnlimited();
  for (const target of ["http://localhost/v1/health", "/v1/health?", "/v1/health?a=/../%2e#b"])
    expect((await sendRaw(server.url, request("GET", target))).status, target).toBe(200);
  expect((await sendRaw(server.url, request("GET", "http://localhost?x"))).status).toBe(200);
});

describe.each(paths)("%s", (path) => {
  const known = allOperations.filter((operation) => operation.path === path).map(({ method }) => method.toUpperCase());
  const isCrossOrigin = allOperations.some((operation) => operation.path === path && operation.cors);
  const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "PURGE", "LINK"];

  test("does not take a method that the contract does not name, and says which it takes", async () => {
    const server = await startUnlimited();
    const others = methods.filter((method) => !known.includes(method) && !(method === "OPTIONS" && isCrossOrigin));
    for (const method of others) {
      const answer = await sendRaw(server.url, request(method, `${path}?${canary}`));
      await expectRefused(server, answer, "method_not_allowed");
      expect(allowed(answer)).toEqual(expect.arrayContaining(known));
    }
  });

  test("does not take HEAD unless the contract names it, and answers it without a body", async () => {
    const server = await startUnlimited();
    const response = await rawRequest(server.url + path, { method: "HEAD" });
    expect(response.status).toBe(known.includes("HEAD") ? 200 : 405);
    expect(await response.text()).toBe("");
  });

  test("does not take a method that HTTP has not", async () => {
    const server = await startUnlimited();
    for (const method of ["FOO", "get", "G E T", canary])
      await expectRefused(server, await sendRaw(server.url, request(method, path)), "invalid_request");
    const connect = await sendRaw(server.url, `CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n`);
    await expectRefused(server, connect, "invalid_request");
  });
});

describe("what is no HTTP, or too much of it,", () => {
  test.each<[string, string]>([
    ["a URL of 20 kB", request("GET", `/v1/health?${canary.repeat(1_100)}`)],
    ["a header of 20 kB", request("GET", "/v1/health", `X-Long: ${canary.repeat(1_100)}\r\n`)],
    ["2,000 headers", request("GET", "/v1/health", `X-Many: ${canary}\r\n`.repeat(2_000))],
    ["a header without a name", request("GET", "/v1/health", `: ${canary}\r\n`)],
    ["a header without a colon", request("GET", "/v1/health", `${canary}\r\n`)],
    [
      "a header that is folded",
      request("GET", "/v1/health", `X-Folded: a\r\n b: ${canary}\r\n\r\n: x\r\n`.replace(/\r\n\r\n/, "\r\n")),
    ],
    ["a control character in a header", request("GET", "/v1/health", `X-Control: a\u0000${canary}\r\n`)],
    ["a line end alone in a header", request("GET", "/v1/health", `X-Line: a\nX-${canary}: b\r\n: x\r\n`)],
    ["no host", `GET /v1/health HTTP/1.1\r\nConnection: close\r\nX-Canary: ${canary}\r\n\r\n`],
    ["a host that is none", `GET /v1/health HTTP/1.1\r\nHost: ${canary}/..@\\ <>\r\nConnection: close\r\n\r\n`],
    ["a version that is not spoken", `GET /v1/health HTTP/3.9\r\nHost: ${canary}\r\n\r\n`],
    ["a greeting of TLS", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"],
    ["another protocol", `SSH-2.0-${canary}\r\n`],
    ["two lengths", request("POST", "/v1/exchange", `Content-Length: 2\r\nContent-Length: 3\r\n`, "{}")],
    [
      "a length beside chunks",
      request("POST", "/v1/exchange", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    ],
    ["a length that is none", request("POST", "/v1/exchange", `Content-Length: ${canary}\r\n`)],
    ["a length beyond all numbers", request("POST", "/v1/exchange", "Content-Length: 99999999999999999999\r\n")],
    ["a length with an exponent", request("POST", "/v1/exchange", "Content-Length: 1e3\r\n")],
    ["a length below nothing", request("POST", "/v1/exchange", "Content-Length: -1\r\n")],
    ["an encoding that is not known", request("POST", "/v1/exchange", `Transfer-Encoding: ${canary}\r\n`)],
    ["a chunk that is none", request("POST", "/v1/exchange", "Transfer-Encoding: chunked\r\n", `${canary}\r\n`)],
    [
      "an expectation that is not known",
      request("POST", "/v1/exchange", `Expect: ${canary}\r\nContent-Length: 2\r\n`, "{}"),
    ],
  ])("%s, is refused in the contract's words", async (_what, text) => {
    const server = await startUnlimited();
    await expectRefused(server, await sendRaw(server.url, text), "invalid_request");
  });

  test("header values beyond ASCII change nothing", async () => {
    const server = await startUnlimited();
    const headers = "X-Forwarded-For: \u00ff\u00fe, 1.2.3.4\r\nOrigin: \u00e9\r\nAccept: \u00ff\r\n";
    const answer = await sendRaw(server.url, Buffer.from(request("GET", "/v1/health", headers), "latin1"));
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([200, { status: "healthy" }]);
  });
});

describe.each(takingBody)("a body for $id", ({ path, maxBodyBytes, security }) => {
  const tooLong = String(maxBodyBytes + 1);

  test.each([tooLong, "999999999999999"])("that announces %s bytes is refused before it is read", async (length) => {
    const server = await startUnlimited();
    // Only the head is sent: an answer can come from that alone.
    const answer = await sendRaw(
      server.url,
      request("POST", path, `Content-Length: ${length}\r\n${await credentials(server)}`),
    );
    await expectRefused(server, answer, "payload_too_large");
  });

  test("of just the limit is read", async () => {
    const server = await startUnlimited();
    const body = canary.padEnd(maxBodyBytes, " ");
    const headers = {
      ...owner,
      ...(security.flat().includes("signature") ? await server.tokenVault.signedHeaders(body) : {}),
    };
    const response = await rawRequest(server.url + path, { method: "POST", headers, body });
    expect([400, 303]).toContain(response.status);
  });
});

test("a request that is cut off in its body leaves nothing behind", async () => {
  const server = await startUnlimited();
  const body = JSON.stringify({ operation: "set", collection: "audit", key: "a", data: { n: 1 } });
  const headers = Object.entries(await server.tokenVault.signedHeaders(body));
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = request("POST", "/v1/storage", `${lines}Content-Length: ${String(body.length)}\r\n`);
  const socket = await connectTo(server.url);
  await new Promise((resolve) => socket.write(head + body.slice(0, 20), resolve));
  socket.destroy();
  await expectStillAnswers(server);
  // The caller's doing is no fault of the server's.
  expect(server.logLines.filter((line) => line.includes("internal error"))).toEqual([]);
  const got = await server.tokenVault.storage({ operation: "get", collection: "audit", key: "a" });
  expect(await answerOf(got)).toMatchObject({ data: null });
  // It was never whole, so that its id and signature are unused.
  const again = await server.fetch(`${server.url}/v1/storage`, {
    method: "POST",
    headers: Object.fromEntries(headers),
    body,
  });
  expect(again.status).toBe(200);
});

test("query values that are no tickets are refused like any other", async () => {
  const server = await startUnlimited();
  const queries = [
    "",
    "?",
    "?ticket",
    "?ticket=&service=",
    `?service=${canary}`,
    "?ticket=a&ticket=b&service=c&service=d",
  ];
  const odd = [
    "?ticket=%ff%fe&service=%00",
    "?ticket=%&service=%",
    `?ticket[]=${canary}&service[a]=b`,
    "?__proto__=a&ticket=b&service=__proto__",
  ];
  for (const path of ["/v1/credential", "/v1/totp-code"]) {
    for (const query of [...queries, ...odd]) {
      const answer = await sendRaw(server.url, request("GET", path + query));
      expect([400, 401]).toContain(answer.status);
      await expectRefused(server, answer, answer.status === 400 ? "invalid_request" : "ticket_invalid");
    }
  }
});

const adminSecret = "admin-secret-of-the-test";
/** Gets as far as the body where only the owner may. */
const owner = { "x-tv-admin-secret": adminSecret, "sec-fetch-site": "same-origin" };

/** Header lines that look like those of whoever may call, on every operation; the signature fits nothing. */
async function credentials({ tokenVault }: TestServer): Promise<string> {
  const headers = { ...owner, ...(await tokenVault.signedHeaders("")) };
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
}

function request(method: string, path: string, headers = "", body = ""): string {
  return `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n${body}`;
}

async function expectRefused(server: TestServer, answer: RawAnswer, code: keyof typeof errorStatus): Promise<void> {
  expect(answer.status, answer.headers).toBe(errorStatus[code]);
  expect(answer.headers).toMatch(/\r\ncontent-type: application\/json/i);
  const response = new Response(answer.body);
  expect(answer.headers + answer.body).not.toContain(canary);
  await expectError(response, code);
  expect(server.logLines.join("")).not.toContain(canary);
  await expectStillAnswers(server);
}

async function expectStillAnswers({ url, fetch }: TestServer): Promise<void> {
  expect(await answerOf(await fetch(`${url}/v1/health`))).toMatchObject({ status: "healthy" });
}

function allowed({ headers }: RawAnswer): string[] {
  return (/\r\nallow: *(.*)/i.exec(headers)?.[1] ?? "").split(",").map((method) => method.trim());
}

function startUnlimited(): Promise<TestServer> {
  return startBoundServer({ settings: { TV_RATE_LIMIT_PER_MINUTE: "0", TV_ADMIN_SECRET: adminSecret } });
}
