import { describe, expect, test } from "vitest";
import {
  ownersHeaders,
  ownersSettings,
  startBoundServer,
  startTestServer,
  type TestServer,
} from "../support/test-server.js";
import { answerOf, expectError } from "./answer-json.js";
import { connectTo, readAnswer, sendRaw } from "./raw-connection.js";
import { rawRequest } from "./raw-request.js";

describe("the host", () => {
  test.each(["/v1/health", "/healthz"])("was asked of health checks that speak HTTP/1.0: %s", async (path) => {
    const { url } = await startTestServer();
    expect((await sendRaw(url, `GET ${path} HTTP/1.0\r\n\r\n`)).status).toBe(200);
    expect((await sendRaw(url, `GET ${path} HTTP/1.0\r\nHost: localhost\r\n\r\n`)).status).toBe(200);
  });

  test.each([
    ["two hosts", "Host: localhost\r\nHost: other.example\r\n"],
    ["the same one twice", "Host: localhost\r\nhost: localhost\r\n"],
    ["none", ""],
    ["an empty one", "Host:\r\n"],
  ])("was taken from a request with %s", async (_what, headers) => {
    const { url } = await startTestServer();
    const answer = await sendRaw(url, `GET /v1/health HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
    expect(answer.status).toBe(400);
    await expectError(new Response(answer.body, { status: 400 }), "invalid_request");
    if (headers !== "")
      expect((await sendRaw(url, `GET /v1/health HTTP/1.0\r\n${headers}${headers}\r\n`)).status).toBe(400);
  });

  test("that nobody names opens nothing that only the machine itself may", async () => {
    const { url } = await startTestServer();
    expect((await sendRaw(url, "GET /bind HTTP/1.0\r\n\r\n")).status).toBe(403);
  });
});

describe("X-Forwarded-Proto", () => {
  const signIn = async (server: TestServer, proto: string): Promise<string> => {
    const headers = { "x-forwarded-proto": proto, "sec-fetch-site": "same-origin" };
    const body = new URLSearchParams({ action: "sign-in", secret: ownersSettings.TV_ADMIN_SECRET });
    const response = await server.fetch(server.url, { method: "POST", headers, body });
    expect(response.status).toBe(303);
    return response.headers.get("set-cookie") ?? "";
  };

  test.each(["https", "https,http", "https, http, http", "HTTPS", " Https ,http"])(
    "%s made http of https, and a cookie without Secure",
    async (proto) => {
      const server = await startTestServer({ settings: ownersSettings });
      const headers = { ...ownersHeaders, "x-forwarded-proto": proto, "x-forwarded-host": "hook.example" };
      const registration = await answerOf(await server.fetch(`${server.url}/v1/register-url`, { headers }));
      expect(registration["webhookUrl"]).toBe("https://hook.example");
      expect(await signIn(server, proto)).toMatch(/^__Host-.*; Secure$/);
    },
  );

  test.each(["http", "http,https", "", "ftp"])("%j stays http", async (proto) => {
    const server = await startTestServer({ settings: ownersSettings });
    expect(await signIn(server, proto)).not.toContain("Secure");
  });
});

test("HEAD had no length", async () => {
  const { url } = await startTestServer();
  const whole = await sendRaw(url, "GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const socket = await connectTo(url);
  const closed = readAnswer(socket);
  socket.write("HEAD /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const answer = await closed;
  expect(answer).toMatchObject({ status: 200, body: "" });
  const lengthOf = (headers: string): string | undefined => /\r\ncontent-length: *(\d+)/i.exec(headers)?.[1];
  expect(lengthOf(answer.headers)).toBe(lengthOf(whole.headers));
  expect(answer.headers).toMatch(/\r\ncontent-type: application\/json/i);
});

describe("a client that waits for 100 Continue", () => {
  const head = (path: string, headers = ""): string =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n${headers}\r\n`;

  test.each([
    ["a signature is lacking", "/v1/storage", "", 401],
    ["the body is too long", "/v1/exchange", "X-Long: a\r\n", 413],
    ["the path is none", "/v1/nothing", "", 404],
    ["the method is none of the path's", "/v1/register-url", "", 405],
  ])("was asked for a body that is refused all the same: %s", async (_what, path, headers, status) => {
    const { url } = await startBoundServer();
    const text = head(path, headers).replace("Length: 2", status === 413 ? "Length: 99999999" : "Length: 2");
    expect((await sendRaw(url, text)).status).toBe(status);
  });

  test("is asked for a body that will be read", async () => {
    const { url } = await startBoundServer();
    const socket = await connectTo(url);
    const first = await new Promise<Buffer>((resolve) => {
      socket.once("data", resolve);
      socket.write(head("/v1/exchange"));
    });
    expect(first.toString()).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    const answer = readAnswer(socket);
    socket.write("{}");
    expect((await answer).status).toBe(400);
    socket.destroy();
  });
});

test("a form that a browser sends to /bind got its error as a page", async () => {
  const server = await startBoundServer();
  const headers = { accept: "text/html", "content-type": "application/x-www-form-urlencoded" };
  const response = await server.fetch(`${server.url}/bind`, { method: "POST", headers, body: "tv=" });
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  await expectError(response, "forbidden");
});

describe("a link on another site to /bind", () => {
  const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };

  test("was refused to a browser that does not say where it shows the page", async () => {
    const { url } = await startTestServer();
    expect((await rawRequest(`${url}/bind`, { headers: link })).status).toBe(200);
  });

  test.each(["iframe", "embed", "image", "empty"])(
    "is refused where the page would be a part of another: %s",
    async (dest) => {
      const { url } = await startTestServer();
      const headers = { ...link, "sec-fetch-dest": dest };
      await expectError(await rawRequest(`${url}/bind`, { headers }), "forbidden");
    },
  );
});

test("an idle connection ended before the proxies gave it up that hold it open for the longest", async () => {
  const { url } = await startTestServer();
  const socket = await connectTo(url);
  const answer = readAnswer(socket);
  socket.write("GET /v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const seconds = /\r\nkeep-alive: timeout=(\d+)/i.exec((await answer).headers)?.[1];
  expect(Number(seconds)).toBeGreaterThan(900);
  socket.destroy();
});
