import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { StatusReply } from "../../src/contract/operation.js";
import { replyResponse, upstreamResponse } from "../../src/http/response.js";

const pieces = function* (): Generator<Buffer> {
  yield Buffer.from("first ");
  yield Buffer.from("last");
};

test("where there is no response of Node's, an upstream's reply is a Response", async () => {
  const headers = [
    ["X-From", "upstream"],
    ["Set-Cookie", "a=1"],
    ["Set-Cookie", "b=2"],
  ] as const;
  const response = upstreamResponse({ status: 201, headers, body: Readable.from(pieces()) }).send();
  expect([response.status, response.headers.get("x-from")]).toEqual([201, "upstream"]);
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(await response.text()).toBe("first last");
});

test("there too, what breaks off is no whole response", async () => {
  const body = Readable.from(
    (function* () {
      yield Buffer.from("first ");
      throw new Error("broken off");
    })(),
  );
  await expect(upstreamResponse({ status: 200, headers: [], body }).send().text()).rejects.toThrow();
});

test("a body that is discarded is read no further", () => {
  const body = Readable.from(pieces());
  upstreamResponse({ status: 200, headers: [], body }).discard();
  expect(body.destroyed).toBe(true);
});

test("a reply has the status that the handler chose", async () => {
  const created = replyResponse(new StatusReply(201, { id: "1" }), { vary: "Origin" });
  expect(created.status).toBe(201);
  const response = created.send();
  expect([response.status, response.headers.get("vary"), await response.json()]).toEqual([201, "Origin", { id: "1" }]);
  const empty = replyResponse(new StatusReply(204, null), {}).send();
  expect([empty.status, await empty.text()]).toEqual([204, ""]);
});

test("long responses whose audit lines were written together were sent in one turn, which held everyone up", () => {
  expect(replyResponse({ items: ["a".repeat(1024 * 1024)] }, {}).isLong).toBe(true);
  expect(replyResponse({ items: ["a".repeat(1024 * 512)] }, {}).isLong).toBe(false);
});
