import { readFileSync } from "node:fs";
import { encode } from "gpt-tokenizer";
import { describe, expect, it, test, vi } from "vitest";
import { budgets, holdBudget } from "../../scripts/budgets.js";
import { median } from "../../scripts/bench/statistics.js";
import { sourceFiles } from "../source-files.js";

const sources = sourceFiles("src");
const everything = [...sources, ...sourceFiles("test"), ...sourceFiles("scripts")];

function fileAt(path: string): Buffer {
  return readFileSync(new URL(`../../${path}`, import.meta.url));
}

describe("within its budget stays", () => {
  it.each([budgets.serverFile, budgets.readme, budgets.security])("$what, in $unit", (budget) => {
    holdBudget(budget, fileAt(budget.what).length);
  });

  it("the text for language models", () => {
    holdBudget(budgets.guide, encode(fileAt("llm.txt").toString()).length);
  });

  it("each file of src, of the tests and of the scripts", () => {
    for (const { path, lines } of everything) holdBudget({ ...budgets.longestFile, what: path }, lines);
  });

  it("the median file of src", () => {
    holdBudget(budgets.medianFile, median(sources.map(({ lines }) => lines)));
  });

  it("src without what is not the server", () => {
    const server = sources.filter(({ path }) => !/^src\/(?:verify|demo)\//.test(path));
    expect(server.length).toBeGreaterThan(50);
    holdBudget(
      budgets.source,
      server.reduce((sum, { lines }) => sum + lines, 0),
    );
  });

  it("the root of src", () => {
    holdBudget(budgets.rootOfSource, sources.filter(({ path }) => /^src\/[^/]+$/.test(path)).length);
  });
});

describe("a budget", () => {
  const budget = { what: "the sample", limit: 1_000, unit: "bytes" };

  test.each([
    [949, []],
    [950, ["nearly too much: the sample has 950 bytes of at most 1,000"]],
    [1_000, ["nearly too much: the sample has 1,000 bytes of at most 1,000"]],
  ])("of which %i in 1,000 are used warns: %j", (value, sentences) => {
    const warn = vi.fn();
    holdBudget(budget, value, warn);
    expect(warn.mock.calls.flat()).toEqual(sentences);
  });

  test("that is exceeded fails", () => {
    expect(() => {
      holdBudget(budget, 1_001);
    }).toThrow("the sample has 1,001 bytes of at most 1,000");
  });
});
