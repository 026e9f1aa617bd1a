import { describe, expect, test } from "vitest";
import { expectError } from "./answer-json.js";
import { callThrough, startProxy, startRawUpstream } from "./raw-upstream.js";

const token = "gho_16C7e42F292c6912E7";

describe("an echo in parts", () => {
  test.each(["Range", "range", "If-Range", "Request-Range"])("cannot be asked for by %s", async (name) => {
    const upstream = await startRawUpstream((_request, response) => response.end("ok"));
    const server = await startProxy(token, upstream);
    const response = await callThrough(server, {
      url: upstream.url,
      headers: { [name]: "bytes=0-9", "X-Kept": "kept" },
    });
    expect(response.status).toBe(200);
    const [sent] = upstream.requests;
    expect([sent?.headers[name.toLowerCase()], sent?.headers["x-kept"]]).toEqual([undefined, "kept"]);
    const headerTemplates = { Authorization: "Bearer ${TOKEN}", [name]: "bytes=0-9" };
    await expectError(await callThrough(server, { url: upstream.url, headerTemplates }), "invalid_request");
    expect(upstream.requests).toHaveLength(1);
  });
});

describe("headers are bounded before they are built", () => {
  test.each([
    ["a long token in many places of many headers", "t".repeat(200_000), 100, 2_000],
    ["a short one in very many places", token, 1, 200_000],
    ["one that alone is too long", "t".repeat(70_000), 1, 1],
  ])("%s", async (_what, long, headers, places) => {
    const upstream = await startRawUpstream((_request, response) => response.end("ok"));
    const server = await startProxy(long, upstream);
    const template = "${TOKEN}".repeat(places);
    const headerTemplates = Object.fromEntries(
      Array.from({ length: headers }, (_, index) => [`X-Header-${String(index)}`, template]),
    );
    await expectError(await callThrough(server, { url: upstream.url, headerTemplates }), "invalid_request");
    expect(upstream.requests).toEqual([]);
  });

  test("a token of 8 kB in two headers goes out", async () => {
    const long = "t".repeat(7_000);
    const upstream = await startRawUpstream((request, response) => response.end(request.headers.authorization));
    const headerTemplates = { Authorization: "Bearer ${TOKEN}", "X-Key": "${TOKEN}" };
    const response = await callThrough(await startProxy(long, upstream), { url: upstream.url, headerTemplates });
    expect(await response.text()).toBe("Bearer [redacted]");
  });
});

describe("a secret of few characters", () => {
  const json = JSON.stringify({ a: 1, ab: "abc", list: [1, 12, 123], n: null });

  test.each(["a", "1", "ab", "12", "abc", '"', "{", " a  ", "\t12 "])(
    "%j is not sent, so that no response has to be shredded for it",
    async (short) => {
      const upstream = await startRawUpstream((_request, response) => response.end(json));
      const server = await startProxy(short, upstream);
      await expectError(await callThrough(server, { url: upstream.url }), "invalid_request");
      expect(upstream.requests).toEqual([]);
      const without = await callThrough(server, { url: upstream.url, headerTemplates: {} });
      expect(await without.text()).toBe(json);
    },
  );

  test("of four or more is blanked", async () => {
    const upstream = await startRawUpstream((_request, response) => response.end('{"pin":"4711","id":47}'));
    const response = await callThrough(await startProxy("4711", upstream), { url: upstream.url });
    expect(await response.json()).toEqual({ pin: "[redacted]", id: 47 });
  });
});
