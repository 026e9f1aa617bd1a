import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sourceFiles } from "./source-files.js";

const minTimeoutMs = 60_000;
const configs = ["vitest.config.ts", "vitest.slow.config.ts", "vitest.browser.config.ts"];
/** Times that a test, a hook or a wait for a condition is given; what a program under test is given is another matter. */
const timeouts = [
  /(?:\{ |^\s+)(?:timeout|testTimeout|hookTimeout): ([0-9_]+)/gm,
  /^\s*\}, ([0-9_]+)\);$/gm,
  /setDefaultTimeout\(([0-9_]+)\)/g,
];

function textOf(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
}

function timeoutsIn(text: string): number[] {
  return timeouts
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .map(([, ms = ""]) => Number(ms.replaceAll("_", "")));
}

describe("a busy machine failed a test by its timeout alone:", () => {
  it.each(configs)("%s gives tests, hooks and polls a minute or more", (path) => {
    const found = timeoutsIn(textOf(path));
    expect(found).toHaveLength(3);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(minTimeoutMs);
  });

  it("no test gives itself less", () => {
    const found = sourceFiles("test").map(({ path }) => ({ path, times: timeoutsIn(textOf(path)) }));
    expect(found.filter(({ times }) => times.length > 0).length).toBeGreaterThan(3);
    expect(found.filter(({ times }) => times.some((ms) => ms < minTimeoutMs))).toEqual([]);
  });
});
