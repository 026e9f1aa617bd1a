import { expect, it } from "vitest";
import { rememberingVerdicts } from "../../src/platform/remembered-verdicts.js";

it("decides a short text once, yes or no, and a long one each time", () => {
  const asked: string[] = [];
  const isEven = rememberingVerdicts((text) => {
    asked.push(text);
    return text.length % 2 === 0;
  });
  const long = "x".repeat(65);
  for (const text of ["ab", "abc", "ab", "abc", long, long]) expect(isEven(text)).toBe(text.length % 2 === 0);
  expect(asked).toEqual(["ab", "abc", long, long]);
});

it("answers rightly however many texts there are, also Object's own names", () => {
  const isEven = rememberingVerdicts((text) => text.length % 2 === 0);
  const texts = [...Array.from({ length: 5_000 }, (_none, index) => String(index)), "__proto__", "constructor"];
  for (const text of [...texts, ...texts]) expect(isEven(text)).toBe(text.length % 2 === 0);
});
