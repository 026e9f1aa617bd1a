import { expect, it } from "vitest";
import { LineBuffer } from "../../src/platform/line-buffer.js";

it("writes once what was added in one turn, in order, and nothing where nothing was added", async () => {
  const written: string[] = [];
  const output = new LineBuffer((text) => written.push(text));
  for (const text of ["one\n", "two\n", "three\n"]) output.add(text);
  expect(written).toEqual([]);
  await new Promise(setImmediate);
  expect(written).toEqual(["one\ntwo\nthree\n"]);
  output.add("four\n");
  output.flush();
  output.flush();
  await new Promise(setImmediate);
  expect(written).toEqual(["one\ntwo\nthree\n", "four\n"]);
});
