import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { UpstreamReply } from "../../src/contract/operation.js";
import { giveOut, upstreamResponse, withhold } from "../../src/http/upstream-response.js";

const pieces = function* (): Generator<Buffer> {
  yield Buffer.from("first ");
  yield Buffer.from("last");
};

test("where there is no response of Node's, the answer is a Response", async () => {
  const headers = [
    ["X-From", "upstream"],
    ["Set-Cookie", "a=1"],
    ["Set-Cookie", "b=2"],
  ] as const;
  const response = giveOut(upstreamResponse(new UpstreamReply(201, headers, Readable.from(pieces())), undefined));
  expect([response.status, response.headers.get("x-from")]).toEqual([201, "upstream"]);
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(await response.text()).toBe("first last");
});

test("there too, what breaks off is no whole answer", async () => {
  const body = Readable.from(
    (function* () {
      yield Buffer.from("first ");
      throw new Error("broken off");
    })(),
  );
  await expect(upstreamResponse(new UpstreamReply(200, [], body), undefined).text()).rejects.toThrow();
});

test("what is withheld is read no further", async () => {
  const body = Readable.from(pieces());
  await withhold(upstreamResponse(new UpstreamReply(200, [], body), undefined));
  expect(body.destroyed).toBe(true);
});
