import { expect, test } from "vitest";
import { foreignText, visible } from "../../src/pages/foreign-text.js";

test.each([
  ["git\u200bhub", "git[U+200B]hub"],
  ["\u202egnp.exe", "[U+202E]gnp.exe"],
  ["a\u2066b\u2069c", "a[U+2066]b[U+2069]c"],
  ["soft\u00adhyphen", "soft[U+00AD]hyphen"],
  ["\ufeffbom", "[U+FEFF]bom"],
  ["next\u0085line\u2028and", "next[U+0085]line[U+2028]and"],
  ["tab\there", "tab[U+0009]here"],
  ["\u3164", "[U+3164]"],
  ["tag\u{e0041}", "tag[U+E0041]"],
])("what is not seen in %j is written out", (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test.each(["github", "Grüße", "日本語", "שלום", "مرحبا", "a  b", "e\u0301", "🔑"])("%s stays as it is", (text) => {
  expect(visible(text)).toBe(text);
});

test("stands apart from the text around it", () => {
  expect((foreignText("<b>") as string).toString()).toBe("<bdi>&lt;b&gt;</bdi>");
});
