import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checks } from "../src/verify/catalogue.js";
import { cleanup } from "../src/verify/checks/cleanup.js";
import { sourceFiles } from "./source-files.js";
import { readVectors } from "./vectors/vector-files.js";

const guide = readFileSync(new URL("../llm.txt", import.meta.url), "utf8");
const rules = [...guide.matchAll(/^- (R\d+) /gm)].map(([, rule]) => rule ?? "");
const title = /(?:describe|test|it)(?:\.each\([^)]*\))?\(\s*["'`]([^"'`\n]*)["'`]/g;

function rulesIn(text: string): string[] {
  return [...text.matchAll(/\bR[1-9]\d?\b/g)].map(([rule]) => rule);
}

describe("the rules of llm.txt", () => {
  test("are numbered without a gap, in their order", () => {
    expect(rules.length).toBeGreaterThan(40);
    expect(rules).toEqual(rules.map((_rule, index) => `R${String(index + 1)}`));
  });

  test("each stand in a check of verify, in a vector that is tested under its number, or in a test's name", () => {
    const inTests = sourceFiles("test")
      .filter(({ path }) => path.endsWith(".test.ts"))
      .flatMap(({ path }) => [...readFileSync(new URL(`../${path}`, import.meta.url), "utf8").matchAll(title)])
      .flatMap(([, name]) => rulesIn(name ?? ""));
    const inChecks = checks.map(({ rule }) => rule);
    const inVectors = readVectors().map(({ vector }) => vector.rule);
    const named = new Set([...inTests, ...inChecks, ...inVectors]);
    expect(rules.filter((rule) => !named.has(rule))).toEqual([]);
  });

  test("and no check or vector names a rule that is not there", () => {
    const named = [...checks, cleanup, ...readVectors().map(({ vector }) => vector)].map(({ rule }) => rule);
    expect(named.filter((rule) => !rules.includes(rule))).toEqual([]);
  });
});
