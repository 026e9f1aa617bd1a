import { expect, test } from "vitest";
import { homePage } from "../../src/pages/home-page.js";
import { homeContent, lastDays, ownerContent } from "./home-content.js";
import { attribute, descendants, ParsedPage, textOf, type Element } from "./parsed-page.js";

type Counts = (index: number) => { readonly uses: number; readonly refusals: number };

function section(countsOf: Counts): Element {
  const owner = ownerContent({ days: lastDays(countsOf) });
  return new ParsedPage(homePage(homeContent({ owner })).html).section("By day");
}

/** The heights of the bars of a kind, in order. */
function heights(root: Element, kind: string): number[] {
  const chart = descendants(root).find((element) => attribute(element, "role") === "img");
  if (!chart) return [];
  return descendants(chart)
    .filter((element) => element.tagName === "rect" && attribute(element, "class") === kind)
    .map((bar) => Number(attribute(bar, "height")));
}

test("a bar is as high as its count, and there is none for nothing", () => {
  const root = section((index) => ({ uses: index === 3 ? 10 : index === 4 ? 5 : 0, refusals: index === 13 ? 10 : 0 }));
  const [all, half] = heights(root, "uses");
  expect(heights(root, "uses")).toHaveLength(2);
  expect(all).toBe(2 * (half ?? 0));
  expect(heights(root, "refusals")).toEqual([all]);
});

test("one among many is seen", () => {
  const root = section((index) => ({ uses: index === 0 ? 1_000_000 : 1, refusals: 0 }));
  for (const height of heights(root, "uses")) expect(height).toBeGreaterThanOrEqual(2);
});

test("every bar is inside the drawing, whatever the counts", () => {
  for (const most of [1, 2, 3, 7, 10, 11, 99, 101, 12_345, 2 ** 53]) {
    const root = section(() => ({ uses: most, refusals: 1 }));
    const chart = descendants(root).find((element) => attribute(element, "role") === "img");
    if (!chart) throw new Error("there is no chart");
    const [, , width, height] = (attribute(chart, "viewBox") ?? "").split(" ").map(Number);
    for (const bar of descendants(chart).filter(({ tagName }) => tagName === "rect")) {
      const of = (name: string): number => Number(attribute(bar, name));
      expect(of("y")).toBeGreaterThanOrEqual(0);
      expect(of("y") + of("height")).toBeLessThanOrEqual(height ?? 0);
      expect(of("x") + of("width")).toBeLessThanOrEqual(width ?? 0);
    }
  }
});

test("the same is said in a sentence and in a table", () => {
  const root = section((index) => ({ uses: index, refusals: index === 0 ? 1 : 0 }));
  expect(textOf(root)).toContain("91 uses and 1 refusal in the last 14 days.");
  const chart = descendants(root).find((element) => attribute(element, "role") === "img");
  expect(chart && attribute(chart, "aria-label")).toBe("91 uses and 1 refusal in the last 14 days");
  const cells = descendants(root)
    .filter(({ tagName }) => tagName === "tr")
    .map((row) => textOf(row));
  expect(cells).toHaveLength(15);
  expect(cells[1]).toBe("2026-03-18 0 1");
  expect(cells[14]).toBe("2026-03-31 13 0");
});

test("days without anything are no drawing", () => {
  const root = section(() => ({ uses: 0, refusals: 0 }));
  expect(textOf(root)).toContain("0 uses and 0 refusals in the last 14 days.");
  expect(descendants(root).some(({ tagName }) => tagName === "svg")).toBe(false);
});
