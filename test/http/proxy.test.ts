import { request as httpRequest, type IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import type { TestServer } from "../support/test-server.js";
import { callThrough, proxyBody, startProxy, startRawUpstream, type ProxyCall } from "./raw-upstream.js";

const token = "gho_16C7e42F292c6912E7";

describe("what the upstream gets", () => {
  test("is the token where a template has its place, and only there", async () => {
    const { sent } = await callAndReceive(token, {
      path: "/a/${TOKEN}?q=${TOKEN}",
      method: "post",
      headers: { "X-Plain": "${TOKEN}", Accept: "text/plain" },
      headerTemplates: {
        Authorization: "Bearer ${TOKEN}",
        "X-Twice": "${TOKEN}-${TOKEN}",
        "X-None": "none $TOKEN {TOKEN}",
      },
    });
    expect(sent.method).toBe("POST");
    expect(decodeURI(sent.url ?? "")).toBe("/a/${TOKEN}?q=${TOKEN}");
    expect(sent.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      "x-twice": `${token}-${token}`,
      "x-none": "none $TOKEN {TOKEN}",
      "x-plain": "${TOKEN}",
      accept: "text/plain",
    });
  });

  test.each([
    "a$$b$&c-0123456789",
    "$`$'$1$<a>-0123456789",
    "${TOKEN}-0123456789",
    "a\\b\"c'd-0123456789",
    " spaced out -0123456789",
    "clé-sécrète",
  ])("is the token %j unchanged", async (odd) => {
    const { sent } = await callAndReceive(odd, { headerTemplates: { "X-Key": "<${TOKEN}>" } });
    expect(sent.headers["x-key"]).toBe(`<${odd}>`);
  });

  test("is nothing of the caller's connection, of its cookies or of the way that it came", async () => {
    const dropped = {
      Cookie: "a=b",
      Forwarded: "for=1.2.3.4",
      Via: "1.1 a",
      "X-Forwarded-For": "1.2.3.4",
      "X-Forwarded-Host": "a.example",
      "X-Real-IP": "1.2.3.4",
      "X-TokenVault-Signature": "sha256=00",
      "X-TokenVault-Request-Id": "req_1",
      Connection: "close, X-Named",
      "X-Named": "named by Connection",
      "Keep-Alive": "timeout=5",
      "Proxy-Authorization": "Basic x",
      "Proxy-Connection": "keep-alive",
      TE: "trailers",
      Trailer: "X-T",
      "Transfer-Encoding": "gzip",
      Upgrade: "websocket",
      Expect: "100-continue",
      "Content-Length": "9999",
      Host: "internal.example",
      "Accept-Encoding": "gzip, br",
    };
    const { sent, upstream } = await callAndReceive(token, { headers: { ...dropped, "X-Kept": "kept" } });
    expect(Object.keys(sent.headers).sort()).toEqual(
      ["accept-encoding", "authorization", "connection", "host", "user-agent", "x-kept"].sort(),
    );
    expect(sent.headers).toMatchObject({ "accept-encoding": "identity", host: upstream.host, "x-kept": "kept" });
    expect(sent.headers["connection"]).not.toContain("X-Named");
  });

  test("is the body's bytes as they were sent", async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const received: Buffer[] = [];
    const upstream = await startRawUpstream((request, response) => {
      request.on("data", (chunk: Buffer) => received.push(chunk));
      request.on("end", () => response.end("ok"));
    });
    const server = await startProxy(token, upstream);
    const body = bytes.toString("base64");
    expect((await callThrough(server, { url: upstream.url, method: "PUT", body })).status).toBe(200);
    expect(Buffer.concat(received).equals(bytes)).toBe(true);
    expect(upstream.requests[0]?.headers["content-length"]).toBe("256");
  });
});

describe("what comes back", () => {
  test.each([200, 201, 202, 204, 205, 206, 300, 304, 400, 401, 403, 404, 409, 418, 429, 500, 502, 503, 599])(
    "is the upstream's status %i",
    async (status) => {
      const upstream = await startRawUpstream((_request, response) =>
        response.writeHead(status, { "X-From": "upstream" }).end(),
      );
      const response = await callThrough(await startProxy(token, upstream), { url: upstream.url });
      expect([response.status, response.headers.get("x-upstream-status"), response.headers.get("x-from")]).toEqual([
        status,
        String(status),
        "upstream",
      ]);
      expect(await response.text()).toBe("");
    },
  );

  test.each([301, 302, 303, 307, 308])("is the redirect %i itself, not followed", async (status) => {
    const upstream = await startRawUpstream((_request, response) =>
      response.writeHead(status, { Location: "/elsewhere" }).end("moved"),
    );
    const response = await callThrough(await startProxy(token, upstream), { url: upstream.url, method: "POST" });
    expect([response.status, response.headers.get("location"), await response.text()]).toEqual([
      status,
      "/elsewhere",
      "moved",
    ]);
    expect(upstream.requests).toHaveLength(1);
  });

  test("is every byte of the body", async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 256));
    const upstream = await startRawUpstream((_request, response) =>
      response.writeHead(200, { "content-type": "application/octet-stream" }).end(bytes),
    );
    const response = await callThrough(await startProxy(token, upstream), { url: upstream.url });
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
  });

  test("has each Set-Cookie by itself", async () => {
    const cookies = ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2; Path=/", "a=3"];
    const upstream = await startRawUpstream((_request, response) =>
      response.writeHead(200, { "Set-Cookie": cookies }).end(),
    );
    const received = await rawCall(await startProxy(token, upstream), { url: upstream.url });
    expect(received.headers["set-cookie"]).toEqual(cookies);
  });

  test("has nothing of the upstream's connection, length or encoding", async () => {
    const upstream = await startRawUpstream((_request, response) => {
      response.writeHead(
        200,
        [
          ["Connection", "keep-alive, X-Named"],
          ["X-Named", "named by Connection"],
          ["Keep-Alive", "timeout=77"],
          ["Proxy-Authenticate", "Basic"],
          ["Trailer", "X-T"],
          ["Upgrade", "h2c"],
          ["Content-Encoding", "identity"],
          ["X-Kept", "kept"],
          ["Transfer-Encoding", "chunked"],
        ].flat(),
      );
      response.end("hello");
    });
    const { headers } = await rawCall(await startProxy(token, upstream), { url: upstream.url });
    for (const name of ["x-named", "proxy-authenticate", "trailer", "upgrade", "content-encoding"])
      expect([name, headers[name]]).toEqual([name, undefined]);
    expect(headers["keep-alive"]).not.toBe("timeout=77");
    expect(headers["x-kept"]).toBe("kept");
  });

  test("says the upstream's true status, whatever the upstream says that it is", async () => {
    const upstream = await startRawUpstream((_request, response) =>
      response.writeHead(200, { "X-Upstream-Status": "404" }).end(),
    );
    const response = await callThrough(await startProxy(token, upstream), { url: upstream.url });
    expect(response.headers.get("x-upstream-status")).toBe("200");
  });

  test("for HEAD is the head alone", async () => {
    const upstream = await startRawUpstream((_request, response) =>
      response.writeHead(200, { "Content-Length": "1000", "X-From": "upstream" }).end(),
    );
    const response = await callThrough(await startProxy(token, upstream), { url: upstream.url, method: "HEAD" });
    expect([response.status, response.headers.get("x-from"), await response.text()]).toEqual([200, "upstream", ""]);
  });
});

interface Received {
  readonly sent: IncomingMessage;
  readonly upstream: { readonly host: string };
}

/** Calls an upstream with `path` and gives what it received. */
async function callAndReceive(
  accessToken: string,
  { path = "/", ...call }: Omit<ProxyCall, "url"> & { path?: string },
): Promise<Received> {
  const upstream = await startRawUpstream((_request, response) => response.end("ok"));
  const server = await startProxy(accessToken, upstream);
  const response = await callThrough(server, { ...call, url: upstream.url + path });
  expect(response.status, await response.clone().text()).toBe(200);
  const [sent] = upstream.requests;
  if (!sent) throw new Error("the upstream received nothing");
  return { sent, upstream };
}

/** With the answer's fields as Node reads them, since fetch would join or hide some. */
async function rawCall(server: TestServer, call: ProxyCall): Promise<IncomingMessage> {
  const body = await proxyBody(server, call);
  const headers = await server.tokenVault.signedHeaders(body);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${server.url}/v1/proxy`, { method: "POST", headers, agent: false }, (answer) => {
      answer.resume();
      answer.on("end", () => {
        resolve(answer);
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
