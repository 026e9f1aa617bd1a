import fc from "fast-check";
import { expect, it } from "vitest";
import { wholeLines } from "../../src/files/disk.js";

/** Always in the same piece of memory, as a file is read. */
async function* inPieces(bytes: Buffer, lengths: readonly number[]): AsyncIterable<Buffer> {
  const memory = Buffer.alloc(64);
  let start = 0;
  for (const length of [...lengths, ...Array<number>(bytes.length).fill(5)]) {
    const copied = bytes.copy(memory, 0, start, start + length);
    start += copied;
    yield memory.subarray(0, copied);
  }
}

it("the blocks of a file are its bytes, and each ends with a line but the last one", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "ä", "\n", "\n\n", "\u{1f511}"), maxLength: 100 });
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.integer({ min: 0, max: 64 })), async (given, lengths) => {
      const blocks: Buffer[] = [];
      for await (const block of wholeLines(inPieces(Buffer.from(given), lengths))) blocks.push(Buffer.from(block));
      expect(Buffer.concat(blocks).toString()).toBe(given);
      expect(blocks.every((block) => block.length > 0)).toBe(true);
      expect(blocks.slice(0, -1).every((block) => block.at(-1) === 10)).toBe(true);
    }),
  );
});
