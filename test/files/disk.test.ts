import fc from "fast-check";
import { afterEach, expect, it, vi } from "vitest";
import { nodeDisk, wholeLines, whereSupported } from "../../src/files/disk.js";

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

afterEach(() => vi.restoreAllMocks());

function failing(code: string): () => Promise<void> {
  return () => Promise.reject(Object.assign(new Error(code), { code, syscall: "fsync" }));
}

it.each(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "EPERM", "EISDIR"])(
  "a file system that knows no sync of a folder (%s) kept the server from starting",
  async (code) => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    vi.resetModules();
    const fresh = await import("../../src/files/disk.js");
    await expect(fresh.whereSupported("/data", failing(code))).resolves.toBeUndefined();
    await expect(fresh.whereSupported("/data", failing(code))).resolves.toBeUndefined();
    expect(warned.mock.calls).toEqual([[expect.stringContaining('"/data" cannot sync a folder')]]);
  },
);

it.each(["EIO", "ENOSPC", "ENOENT"])("a disk that fails to sync a folder (%s) says so", async (code) => {
  await expect(whereSupported("/data", failing(code))).rejects.toThrow(code);
});

it("syncs a folder that is there, and no other", async () => {
  await expect(nodeDisk.syncFolder("/")).resolves.toBeUndefined();
  await expect(nodeDisk.syncFolder("/no/such/folder")).rejects.toThrow("ENOENT");
});
