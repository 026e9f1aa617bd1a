import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, nearestWord } from "../../src/cli/nearest-word.js";

describe("the edit distance", () => {
  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["lcok", "lock", 1],
    ["services", "services", 0],
    ["servics", "services", 1],
  ])("of %j and %j is %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it("is the same both ways, nothing only for the same word, and at most the longer one's length", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const distance = editDistance(a, b);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe("the nearest word", () => {
  it.each([
    ["lok", "lock"],
    ["LOCK", "lock"],
    ["unlcok", "unlock"],
    ["ad", "add"],
    ["aud", "audit"],
    ["au", undefined],
    ["frobnicate", undefined],
    ["", undefined],
    ["xyz", undefined],
  ])("of %j is %j", (typed, word) => {
    expect(nearestWord(typed, ["lock", "unlock", "add", "audit"])).toBe(word);
  });
});
