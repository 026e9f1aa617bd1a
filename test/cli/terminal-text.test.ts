import { expect, it } from "vitest";
import { jsonText } from "../../src/cli/terminal-text.js";

it("leaves nothing that moves the cursor, forges a line or turns the reading order, and loses nothing", () => {
  const hostile = "\u202e\u2066\u200b\u00ad\ufeff\u061c\u2028\u2029\u0085\u009b\u007f\u{e0041}\u{1d173}\u0000\n";
  for (const indent of [0, 2]) {
    const text = jsonText({ [hostile]: hostile }, indent);
    expect(text).toMatch(/^[\n\x20-\x7e]+$/);
    expect(JSON.parse(text)).toEqual({ [hostile]: hostile });
  }
  expect(jsonText("\u202e\u{e0041}")).toBe(String.raw`"\u202e\udb40\udc41"`);
});

it("leaves letters of every script as they are", () => {
  expect(jsonText("Grüße, 日本, 😀")).toBe('"Grüße, 日本, 😀"');
});
