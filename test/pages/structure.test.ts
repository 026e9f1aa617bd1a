import { describe, expect, test } from "vitest";
import { everyPage } from "./every-page.js";
import { attribute, descendants, ParsedPage, textOf, type Element } from "./parsed-page.js";

describe.each(everyPage)("the page %s", (_name, html) => {
  const page = new ParsedPage(html);

  test("is well-formed, in a named language, and says what it is", () => {
    expect(page.problems).toEqual([]);
    expect(attribute(page.one("html"), "lang")).toBe("en");
    expect(textOf(page.one("title"))).toMatch(/^.+ · Token Vault webhook$/);
    expect(attribute(page.one("meta", { name: "viewport" }), "content")).toBe("width=device-width, initial-scale=1");
    expect(page.all("main")).toHaveLength(1);
  });

  test("has one first heading, and skips no level", () => {
    const levels = page.all("h1", "h2", "h3", "h4").map(({ tagName }) => Number(tagName[1]));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.slice(1).forEach((level, index) => expect(level - (levels[index] ?? 0)).toBeLessThanOrEqual(1));
  });

  test("labels every field, and names every button", () => {
    const labelled = page.all("label").map((label) => attribute(label, "for"));
    const fields = page.all("input", "select").filter((field) => isShown(field));
    for (const field of fields) expect(labelled).toContain(attribute(field, "id"));
    for (const label of labelled) expect(fields.map((field) => attribute(field, "id"))).toContain(label);
    for (const button of page.all("button", "summary", "a")) expect(textOf(button)).not.toBe("");
    for (const button of page.all("button")) expect(attribute(button, "type")).toBe("submit");
  });

  test("uses each id once, and refers to ids that are there", () => {
    const ids = page.elements.flatMap((element) => attribute(element, "id") ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const name of ["aria-labelledby", "aria-describedby", "list", "for"]) {
      for (const id of page.elements.flatMap((element) => attribute(element, name) ?? [])) expect(ids).toContain(id);
    }
  });

  test("gives each table a caption, and each of its headers a scope", () => {
    for (const table of page.all("table")) {
      expect(descendants(table).filter(({ tagName }) => tagName === "caption")).toHaveLength(1);
      const headers = descendants(table).filter(({ tagName }) => tagName === "th");
      for (const header of headers) expect(["col", "row"]).toContain(attribute(header, "scope"));
    }
  });

  test("tells two buttons of the same words apart by what is read out", () => {
    const tables = page.all("table").flatMap((table) => descendants(table));
    const names = tables.filter(({ tagName }) => tagName === "button" || tagName === "summary").map(textOf);
    expect(new Set(names).size).toBe(names.length);
  });
});

function isShown(field: Element): boolean {
  return attribute(field, "type") !== "hidden" && attribute(field, "hidden") === undefined;
}
