import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DocumentArena } from "../../../src/store/json/document-arena.js";
import { RecordTexts } from "../../../src/store/json/record-chunk.js";

const chunkBytes = 1024 * 1024;

function texts(text: string, key = "k", timestamp = ""): RecordTexts {
  return new RecordTexts(timestamp, key, text);
}

/** Always the same numbers below a limit, in no order. */
function numbersBelow(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

describe("the arena", () => {
  it("gives back what a Map would, whatever is added, replaced and freed", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.nat(200_000).map((length) => "x".repeat(length)),
      fc.constantFrom("", "ä", "\u2028", "\u{1f511}"),
    );
    const step = fc.record({ kind: fc.constantFrom("add", "replace", "free"), at: fc.nat(), text, head: text });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const arena = new DocumentArena();
        const model = new Map<number, RecordTexts>();
        for (const { kind, at, text: given, head } of steps) {
          const record = [...model.keys()][at % Math.max(1, model.size)];
          const next = texts(given, head, at % 2 === 0 ? "" : head);
          if (kind === "add" || record === undefined) {
            const added = arena.add(next);
            expect(model.has(added)).toBe(false);
            model.set(added, next);
          } else if (kind === "replace") {
            arena.replace(record, next);
            model.set(record, next);
          } else {
            arena.free(record);
            model.delete(record);
          }
          for (const [number, { timestamp, key, text: expected }] of model) {
            expect(arena.textOf(number) === expected).toBe(true);
            expect(arena.keyOf(number) === key).toBe(true);
            expect(arena.timestampOf(number) === timestamp).toBe(true);
            const line = Buffer.alloc(arena.lineBytesOf(number) + 1);
            arena.copyLine(number, line, 1);
            expect(line.toString("utf8", 1) === `${key}:${expected}`).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("holds little more memory than what is live takes, after 200,000 random overwrites", () => {
    const below = numbersBelow(1);
    const arena = new DocumentArena();
    const live = new Map<number, string>();
    const text = (): string => `${String(below(1_000_000))} ${"x".repeat(100 + below(900))}`;
    for (let index = 0; index < 10_000; index++) {
      const added = text();
      live.set(arena.add(texts(added, `key ${String(index)}`)), added);
    }
    for (let round = 0; round < 200_000; round++) {
      const record = below(live.size);
      const next = text();
      arena.replace(record, texts(next, `key ${String(record)}`));
      live.set(record, next);
    }
    const liveBytes = [...live.values()].reduce((sum, { length }) => sum + length, 0);
    expect(arena.reservedBytes).toBeLessThanOrEqual(1.2 * liveBytes + 6 * chunkBytes);
    for (const [record, expected] of live) expect(arena.textOf(record) === expected).toBe(true);
  });

  it("lets go of memory when what is in it goes", () => {
    const arena = new DocumentArena();
    const records = Array.from({ length: 20_000 }, (_none, index) =>
      arena.add(texts("x".repeat(1_000), String(index))),
    );
    expect(arena.reservedBytes).toBeGreaterThan(19 * chunkBytes);
    for (const [index, record] of records.entries()) if (index % 100 !== 0) arena.free(record);
    expect(arena.reservedBytes).toBeLessThan(7 * chunkBytes);
    expect(arena.textOf(records[0] ?? 0)).toBe("x".repeat(1_000));
  });

  it("holds a document that is larger than a chunk, and nothing of it once it is gone", () => {
    const arena = new DocumentArena();
    const small = arena.add(texts("small"));
    const before = arena.reservedBytes;
    const large = arena.add(texts(`"${"ä".repeat(2_000_000)}"`));
    expect(arena.textOf(large)).toHaveLength(2_000_002);
    arena.replace(large, texts("no longer"));
    expect([arena.textOf(small), arena.textOf(large)]).toEqual(["small", "no longer"]);
    expect(arena.reservedBytes).toBe(before);
  });

  it("takes little memory for a small store", () => {
    const arena = new DocumentArena();
    for (let index = 0; index < 20; index++) arena.add(texts("x".repeat(500)));
    expect(arena.reservedBytes).toBeLessThan(100_000);
  });

  it("knows no record that was freed", () => {
    const arena = new DocumentArena();
    const record = arena.add(texts("{}"));
    arena.free(record);
    expect(() => arena.textOf(record)).toThrow("no such record");
  });
});
