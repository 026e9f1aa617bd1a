import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { expectError } from "./answer-json.js";
import { callThrough, startProxy, startRawUpstream } from "./raw-upstream.js";

const token = 'gho_"16C7e42/F292c+6912=E7&710c é';
const unicode = (one: string): string => `\\u00${one.charCodeAt(0).toString(16)}`;
/** Remains of the token in each of its forms, long enough to be no accident. */
const traces = [token, "16C7e42", "F292c", "6912", Buffer.from(token).toString("base64").slice(8, -8)];

const echoes: readonly (readonly [string, string])[] = [
  ["as it is", token],
  ["URL-encoded", encodeURIComponent(token)],
  ["URL-encoded in lower case", encodeURIComponent(token).replace(/%../g, (code) => code.toLowerCase())],
  ["as a form's value", new URLSearchParams({ token }).toString()],
  ["as JSON", JSON.stringify({ token })],
  ["as JSON with escaped slashes", JSON.stringify({ token }).replaceAll("/", "\\/")],
  ["as JSON in ASCII", JSON.stringify({ token }).replaceAll("é", "\\u00e9")],
  ["in base64", Buffer.from(token).toString("base64")],
  ["in base64 after one byte", Buffer.from(`:${token}`).toString("base64")],
  ["in base64 after two bytes", Buffer.from(`u:${token}`).toString("base64")],
  ["in base64url", Buffer.from(`user:${token}`).toString("base64url")],
  ["as Gson writes it", JSON.stringify({ token }).replace(/[<>&='](?!:)/g, unicode)],
  ["as Python's quote writes it", encodeURIComponent(token).replaceAll("%2F", "/")],
  ["as encodeURI writes it", encodeURI(token)],
  ["as PHP's json_encode writes it", JSON.stringify({ token }).replaceAll("/", "\\/").replaceAll("é", "\\u00e9")],
  ["in XML", token.replaceAll("&", "&amp;").replaceAll('"', "&quot;")],
  ["in a page of Go", token.replaceAll("&", "&amp;").replaceAll('"', "&#34;").replaceAll("+", "&#43;")],
  ["in a page of Mustache", token.replace(/[&"/=]/g, (one) => `&#x${one.charCodeAt(0).toString(16).toUpperCase()};`)],
];

describe("where the upstream echoes the token, it is blanked", () => {
  test.each(echoes)("in the body, %s", async (_what, echo) => {
    const upstream = await startRawUpstream((_request, response) => response.end(`before ${echo} after`));
    const response = await callThrough(await startProxy(token, upstream), { url: upstream.url });
    expectBlanked(await response.text());
  });

  test.each(echoes)("in a header, %s", async (_what, echo) => {
    const upstream = await startRawUpstream((_request, response) =>
      response.writeHead(200, { "X-Echo": `before ${echo} after` }).end(),
    );
    const response = await callThrough(await startProxy(token, upstream), { url: upstream.url });
    expectBlanked(response.headers.get("x-echo") ?? "");
  });

  test("in base64 that is broken into lines", async () => {
    const long = "gho_16C7e42F292c6912E7710c838347Ae178B4a-16C7e42F292c6912E7710c838347Ae178B4a";
    const lines = Buffer.from(`user:${long}`).toString("base64").replace(/.{64}/g, "$&\r\n");
    const upstream = await startRawUpstream((_request, response) => response.end(lines));
    const text = await (await callThrough(await startProxy(long, upstream), { url: upstream.url })).text();
    expect(text).toMatch(/^dXNlcj[\w+/]?\[redacted\][\w+/=]{0,4}$/);
  });

  test("although it was stored with a blank at its end, which HTTP takes away", async () => {
    const upstream = await startRawUpstream((request, response) => response.end(request.headers.authorization));
    const server = await startProxy("gho_16C7e42F292c6912E7 ", upstream);
    expect(await (await callThrough(server, { url: upstream.url })).text()).toBe("Bearer [redacted]");
  });

  test("in a header's name, which leaves an answer all the same", async () => {
    const plain = "gho_16C7e42F292c6912E7710c";
    const upstream = await startRawUpstream((_request, response) =>
      response.writeHead(200, { [`X-${plain}-Scope`]: "repo" }).end("hello"),
    );
    const response = await callThrough(await startProxy(plain, upstream), { url: upstream.url });
    expect([response.status, await response.text()]).toEqual([200, "hello"]);
    expect(JSON.stringify([...response.headers]).toLowerCase()).not.toContain(plain.toLowerCase());
  });

  test("in a redirect's location and in a cookie", async () => {
    const plain = "gho_16C7e42F292c6912E7710c";
    const upstream = await startRawUpstream((_request, response) =>
      response
        .writeHead(302, { Location: `/?access_token=${plain}`, "Set-Cookie": [`a=${plain}`, `b=x${plain}; Path=/`] })
        .end(),
    );
    const response = await callThrough(await startProxy(plain, upstream), { url: upstream.url });
    expect(response.headers.get("location")).toBe("/?access_token=[redacted]");
    expect(response.headers.getSetCookie()).toEqual(["a=[redacted]", "b=x[redacted]; Path=/"]);
  });

  test("in an error's body, and in one that says what the request was", async () => {
    const upstream = await startRawUpstream((request, response) =>
      response.writeHead(401).end(JSON.stringify(request.headers)),
    );
    const plain = "gho_16C7e42F292c6912E7710c";
    const server = await startProxy(plain, upstream);
    const headerTemplates = { Authorization: "Bearer ${TOKEN}", "X-Key": "${TOKEN}${TOKEN}" };
    const response = await callThrough(server, { url: upstream.url, headerTemplates });
    expect(await response.json()).toMatchObject({
      authorization: "Bearer [redacted]",
      "x-key": "[redacted][redacted]",
    });
    expect(server.logLines.join("")).not.toContain(plain);
  });

  test.each([1, 2, 3, 5, 7, 16, 31])("in pieces of %i bytes", async (size) => {
    const bytes = Buffer.from(`before ${token} after`);
    const upstream = await startRawUpstream((_request, response) => {
      response.flushHeaders();
      const write = (at: number): void => {
        if (at >= bytes.length) response.end();
        else response.write(bytes.subarray(at, at + size), () => setImmediate(write, at + size));
      };
      write(0);
    });
    const response = await callThrough(await startProxy(token, upstream), { url: upstream.url });
    expect(await response.text()).toBe("before [redacted] after");
  });

  test.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["GZIP", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["gzip, br", (text: string) => brotliCompressSync(gzipSync(text))],
    ["identity", (text: string) => Buffer.from(text)],
  ])("in a body that comes in %s although none was asked for", async (encoding, compress) => {
    const upstream = await startRawUpstream((_request, response) =>
      response.writeHead(200, { "Content-Encoding": encoding }).end(compress(`before ${token} after`)),
    );
    const response = await callThrough(await startProxy(token, upstream), { url: upstream.url });
    expect(await response.text()).toBe("before [redacted] after");
    expect(response.headers.get("content-encoding")).toBeNull();
  });
});

describe("an answer that is a flood of the token's own characters", () => {
  const backslashes = "\\".repeat(200);

  test("leaves the server answering, and shows nothing of it", async () => {
    const upstream = await startRawUpstream((_request, response) => response.end(Buffer.alloc(1024 * 1024, "\\")));
    const server = await startProxy(backslashes, upstream);
    const answer = callThrough(server, { url: upstream.url }).then((response) => response.text());
    expect((await server.fetch(`${server.url}/v1/health`)).status).toBe(200);
    const text = await answer;
    expect(text).toContain("[redacted]");
    expect(text).not.toContain(backslashes);
  });

  test("is answered with 502 where looking for it would take too long", async () => {
    const upstream = await startRawUpstream((_request, response) =>
      response.writeHead(200, { "X-Flood": "a".repeat(12_000) }).end(),
    );
    const server = await startProxy(`${"a".repeat(199)}b`, upstream);
    await expectError(await callThrough(server, { url: upstream.url }), "upstream_error");
  });
});

describe("an encoding that cannot be read", () => {
  test.each(["zstd", "compress", "gzip, unheard-of", "aes128gcm"])(
    "%s is answered with 502, and nothing of the body comes through",
    async (encoding) => {
      const upstream = await startRawUpstream((_request, response) =>
        response.writeHead(200, { "Content-Encoding": encoding }).end(`before ${token}`),
      );
      await expectError(await callThrough(await startProxy(token, upstream), { url: upstream.url }), "upstream_error");
    },
  );

  test("although it is announced as one that can be, ends the answer without what was in it", async () => {
    const printed = vi.spyOn(console, "error");
    onTestFinished(() => {
      printed.mockRestore();
    });
    const upstream = await startRawUpstream((_request, response) =>
      response.writeHead(200, { "Content-Encoding": "gzip" }).end(`before ${token}`),
    );
    const server = await startProxy(token, upstream);
    const text = await callThrough(server, { url: upstream.url })
      .then((response) => response.text())
      .catch(() => "broken off");
    for (const trace of traces) expect(text).not.toContain(trace);
    expect((await server.fetch(`${server.url}/v1/health`)).status).toBe(200);
    // A library's own text belongs into no output.
    expect(printed).not.toHaveBeenCalled();
  });
});

function expectBlanked(text: string): void {
  expect(text).toContain("[redacted]");
  for (const trace of traces) expect(text).not.toContain(trace);
}
