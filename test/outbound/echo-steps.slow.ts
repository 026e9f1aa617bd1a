import { describe, expect, test } from "vitest";
import { EchoSearch, freeSteps, stepsPerByte, stepsPerPiece } from "../../src/outbound/echo-search.js";
import { EchoForms, redactStream, redactWhole } from "../../src/outbound/redaction.js";

const length = 4096;
/** The last place may be read to its end. */
const stepsOfOnePlace = 4000;

const tokens: readonly string[] = [
  "gho_16C7e42F292c6912E7710c838347Ae178B4a",
  'ya29.\\"%3D&a=b+c/d\\n%&&==',
  "sk-0000=1111",
];
const repeated: readonly string[] = [
  ...Array.from("\\%&=ux#;{0a7A", (one) => [one.repeat(20), one.repeat(200)]).flat(),
  ...["\\u", "%2", "5c", "&amp;", "%25", "&#3"].map((part) => part.repeat(100)),
  `${"a".repeat(199)}b`,
  `${"\\".repeat(19)}b`,
];
/** Fillings of a text: prefixes of escapes, escapes of escapes, and prefixes of the tokens above in many forms. */
const fillings: readonly string[] = [
  ...Array.from("\\%&=ux#;{0a7A:- \n\0"),
  ...["%25", "%2525", "\\x5c", "\\u005c", "%5C", "&#92;", "&amp;", "&#38;", "&#", "&#0000000000000", "\\134", "\\5c "],
  ...["%5c%78%35%63", "&#x25;&#x32;&#x35;", "\\00000", "&bsol;", "\\N{LATIN SMALL LETTER ", "5c", "XFxc", "YWFh"],
  ...["6161", "61:", "61, 0x", "%255c", "\\\\u005c", "=3D", "=5C=\r\n", "\\\n", "\\\0", "\0\\", "X\n", "XFxc\n  "],
  ...tokens.map((token) => token.slice(0, -1)),
  `${"a".repeat(198)}c`,
];

function search(token: string, text: Buffer, pieceLength: number): EchoSearch | "refused" {
  const one = new EchoSearch(new EchoForms([token]).forms);
  try {
    for (let at = 0; at < text.length; at += pieceLength) one.take(text.subarray(at, at + pieceLength), false);
    one.take(Buffer.alloc(0), true);
  } catch (error) {
    expect(error).toMatchObject({ code: "upstream_error" });
    expectBounded(one, text.length, pieceLength);
    return "refused";
  }
  expectBounded(one, text.length, pieceLength);
  return one;
}

function expectBounded({ steps }: EchoSearch, bytes: number, pieceLength: number): void {
  const allowed = stepsPerByte * bytes + stepsPerPiece * (Math.ceil(bytes / pieceLength) + 1);
  expect(steps).toBeLessThanOrEqual(freeSteps + allowed + stepsOfOnePlace);
}

describe.each(fillings)("the steps over a text of %j", (filling) => {
  const text = Buffer.alloc(length, filling);

  test("grow with its length alone, and no usual token has it refused", () => {
    for (const token of tokens) {
      for (const pieceLength of [length, 1000, 1]) {
        const once = search(token, text, pieceLength);
        const twice = search(token, Buffer.concat([text, text]), pieceLength);
        if (once === "refused" || twice === "refused") throw new Error(`refused for ${token}`);
        expect(twice.steps).toBeLessThanOrEqual(2.1 * once.steps + stepsOfOnePlace);
        expect(once.steps).toBeLessThanOrEqual(0.6 * stepsPerByte * length + (stepsPerPiece * length) / pieceLength);
      }
    }
  });

  test("are bounded for a token of one character over and over", () => {
    for (const token of repeated) for (const pieceLength of [length, 200]) search(token, text, pieceLength);
  });
});

test.each([20, 200])("a token of %i backslashes is blanked in a flood of them", (count) => {
  const token = "\\".repeat(count);
  const one = search(token, Buffer.alloc(64 * 1024, "\\"), 64 * 1024);
  expect(one).not.toBe("refused");
  const out = redactWhole(Buffer.alloc(64 * 1024, "\\"), new EchoForms([token])).toString();
  expect(out).toContain("[redacted]");
  expect(out).not.toContain(token);
});

test("a token that begins like a flood of one character and ends otherwise is refused, not looked for without end", async () => {
  const flood = Buffer.alloc(64 * 1024, "a");
  const echoes = new EchoForms([`${"a".repeat(199)}b`]);
  expect(() => redactWhole(flood, echoes)).toThrow("takes too long");
  const stream = redactStream(echoes);
  const ended = new Promise((resolve) => stream.on("error", resolve).on("end", resolve));
  stream.on("data", () => undefined).end(flood);
  expect(await ended).toMatchObject({ code: "upstream_error" });
});

test("text that takes many steps is read in turns, and comes out the same", () => {
  const text = Buffer.from(String.raw`\u0061\x3d&amp;%5C ` + `${tokens[0] ?? ""} `.repeat(3))
    .toString()
    .repeat(40);
  const { forms } = new EchoForms(tokens);
  const inTurns = new EchoSearch(forms, 100);
  const pieces = inTurns.take(Buffer.from(text), true);
  let turns = 1;
  for (; inTurns.isBehind; turns++) pieces.push(...inTurns.take(Buffer.alloc(0), true));
  expect(turns).toBeGreaterThan(20);
  const atOnce = Buffer.concat(new EchoSearch(forms).take(Buffer.from(text), true));
  expect(Buffer.concat(pieces).equals(atOnce)).toBe(true);
  expect(atOnce.toString().split("[redacted]")).toHaveLength(3 * 40 + 1);
});

test("what is held back stays short, however long a text goes on like the token", () => {
  const token = tokens[0] ?? "";
  for (const filling of ["g", "gh", "67 ", "67:68:", "Z2hv", "Z2hv\n ", "g\\\n", "&#103", "%67", token.slice(0, -1)]) {
    const one = new EchoSearch(new EchoForms([token]).forms);
    let waiting = 0;
    for (let count = 0; count < 3000; count++) {
      waiting += filling.length;
      for (const piece of one.take(Buffer.from(filling), false)) waiting -= piece.length;
      expect(waiting).toBeLessThanOrEqual(10 * token.length);
    }
  }
});
