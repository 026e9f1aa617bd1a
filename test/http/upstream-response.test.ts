import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { UpstreamReply, type UpstreamBody } from "../../src/contract/operation.js";
import { giveOut, upstreamResponse, withhold } from "../../src/http/upstream-response.js";

function bodyOf(pieces: () => Generator<Buffer>): UpstreamBody & { readonly source: Readable } {
  const source = Readable.from(pieces());
  return {
    source,
    whole: () => undefined,
    stream: () => source,
    sendTo: (taker) => void source.pipe(taker),
    discard: () => void source.destroy(),
  };
}

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
  const response = giveOut(upstreamResponse(new UpstreamReply(201, headers, bodyOf(pieces)), undefined));
  expect([response.status, response.headers.get("x-from")]).toEqual([201, "upstream"]);
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(await response.text()).toBe("first last");
});

test("there too, what breaks off is no whole answer", async () => {
  const body = bodyOf(function* () {
    yield Buffer.from("first ");
    throw new Error("broken off");
  });
  await expect(upstreamResponse(new UpstreamReply(200, [], body), undefined).text()).rejects.toThrow();
});

test("what is withheld is read no further", async () => {
  const body = bodyOf(pieces);
  await withhold(upstreamResponse(new UpstreamReply(200, [], body), undefined));
  expect(body.source.destroyed).toBe(true);
});
