import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EchoForms, redactHeader, redactStream, redactWhole } from "../../src/outbound/redaction.js";
import { base64Carriers, echoWriters, wideEncodings } from "./echo-writers.js";

const mark = "[redacted]";
/** Characters that some writer escapes come more often than they would by chance. */
const odd = fc.constantFrom(...`"'\\&<>%=+/;#:.,?@[]{}|^_-~\`$!*() `);
const ascii = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
const latin = fc.integer({ min: 0xa1, max: 0xff }).map((code) => String.fromCharCode(code));
const base64url = fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
const characters = [base64url, ascii, fc.oneof(base64url, odd), fc.oneof(odd, ascii, latin)];
const token = fc
  .oneof(...characters.map((character) => fc.string({ unit: character, minLength: 8, maxLength: 200 })))
  .filter((text) => text.trim() === text);
const choices = fc.array(fc.nat(41), { minLength: 1, maxLength: 50 });
const cuts = fc.array(fc.nat(), { maxLength: 40 });
/** Writers that one other may write once more. */
const escapingWriters = echoWriters.filter(({ name }) =>
  [
    ...["JSON", "JSON with codes for any characters", "Gson", "PHP's json_encode", "JavaScript with two digits"],
    ...["ECMAScript with braces", "regular expressions", "Go with eight digits", "C in octal", "Python by names"],
    ...["LDAP", "RTF", "Python's quote", "encodeURIComponent", "Mustache", "XML", "Go's html/template"],
    ...["HTML by names", "HTML by decimal codes", "HTML by hex codes with zeros", "quoted-printable"],
  ].includes(name),
);
/** Nothing that is an escape, or goes on or ends one. */
const before = "<<<: ";
const after = " :>>>";

describe("of a random token nothing gets out", () => {
  test.each(echoWriters)("as $name", async ({ name, write }) => {
    // In UTF-16 it cannot be told to which of two characters a zero between them belongs.
    const plain = (bytes: Buffer): string => bytes.toString("latin1").replaceAll("\0", "");
    const around = (text: string): Buffer => Buffer.from(text, name.includes("UTF-16") ? "utf16le" : "utf8");
    await fc.assert(
      fc.asyncProperty(token, choices, cuts, async (secret, chosen, places) => {
        const bytes = Buffer.concat([around(before), write(secret, chosen), around(after)]);
        const expected = before + mark + after;
        const forms = new EchoForms([secret]);
        expect(plain(await streamed(split(bytes, places), forms))).toBe(expected);
        expect(plain(redactWhole(bytes, forms))).toBe(expected);
        expect(redactHeader(bytes.toString("latin1"), forms).replaceAll("\0", "")).toBe(expected);
        // Within more text another way to look for it begins.
        const filler = Buffer.alloc(700, "The quick brown fox. ");
        const long = redactWhole(Buffer.concat([filler, bytes, filler]), forms);
        expect(plain(long)).toBe(filler.toString() + expected + filler.toString());
      }),
      { numRuns: 150 },
    );
  });

  test.each(escapingWriters)("as any writer's text within $name, in a long response", ({ write }) => {
    const filler = Buffer.alloc(700, "The quick brown fox. ");
    fc.assert(
      fc.property(token, choices, fc.constantFrom(...escapingWriters), (secret, chosen, inner) => {
        const echo = write(inner.write(secret, chosen).toString(), chosen);
        const bytes = Buffer.concat([filler, Buffer.from(before), echo, Buffer.from(after), filler]);
        const expected = filler.toString() + before + mark + after + filler.toString();
        expect(redactWhole(bytes, new EchoForms([secret])).toString("latin1")).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  test.each(Object.entries(base64Carriers))("in base64 %s", async (_how, carry) => {
    const neighbours = fc.string({ unit: ascii, maxLength: 90 });
    await fc.assert(
      fc.asyncProperty(
        token,
        neighbours,
        neighbours,
        cuts,
        fc.boolean(),
        async (secret, left, right, places, isUrl) => {
          fc.pre(!(left + secret + right).slice(1, -1).includes(secret.slice(0, 4).repeat(2)));
          const encode = (text: string): string => Buffer.from(text).toString(isUrl ? "base64url" : "base64");
          const bytes = Buffer.from(before + carry(encode(left + secret + right)) + after);
          const out = (await streamed(split(bytes, places), new EchoForms([secret]))).toString();
          expect(out).toContain(mark);
          const lineEnds = /=\r\n|\\r|\\n|\s/g;
          const left64 = out.slice(before.length, -after.length).replace(lineEnds, "").replace(mark, "");
          const whole = decodeURIComponent(
            left64.replaceAll("\\u003d", "=").replaceAll("=3D", "=").replaceAll("\\/", "/"),
          );
          // Fewer than five characters of the token's own base64 at its beginning, and those that it shares with neighbours.
          expect(whole.length).toBeLessThanOrEqual(encode(left).length + encode(right).length + 4 + 3);
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each(Object.entries(wideEncodings))("in hex and in base64 of %s", async (_encoding, encode) => {
    const carriers = fc.constantFrom(...Object.values(base64Carriers));
    const neighbours = fc.string({ unit: ascii, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(token, neighbours, carriers, cuts, async (secret, left, carry, places) => {
        const hex = Buffer.from(before + encode(secret).toString("hex") + after);
        // The zeros at its ends say nothing.
        const hexOut = (await streamed(split(hex, places), new EchoForms([secret]))).toString();
        expect(hexOut.replaceAll("0", "")).toBe(before + mark + after);
        const around = encode(left).toString("base64").length;
        const base64 = Buffer.from(before + carry(encode(left + secret).toString("base64")) + after);
        const out = (await streamed(split(base64, places), new EchoForms([secret]))).toString();
        expect(out).toContain(mark);
        const rest = out.slice(before.length, -after.length).replace(mark, "");
        const plain = rest
          .replace(/=\r\n|\\r|\\n|\\t|\s/g, "")
          .replace(/%3D|\\u003d|=3D/g, "=")
          .replace(/%2[BF]|\\\//g, "+");
        // Three characters before a line break, one that it shares with a neighbour, and zeros at either end.
        expect(plain.length).toBeLessThanOrEqual(around + 3 + 1 + 4 + 4);
      }),
      { numRuns: 150 },
    );
  });

  test("where it comes byte by byte", async () => {
    await fc.assert(
      fc.asyncProperty(
        token,
        choices,
        fc.constantFrom(...echoWriters.slice(0, -9)),
        async (secret, chosen, { write }) => {
          const bytes = Buffer.from(before + write(secret, chosen).toString() + after);
          const pieces = Array.from(bytes, (byte) => Buffer.of(byte));
          expect((await streamed(pieces, new EchoForms([secret]))).toString()).toBe(before + mark + after);
        },
      ),
      { numRuns: 200 },
    );
  });
});

test("text that is no echo comes through unchanged, in whatever it is escaped", async () => {
  const text = fc.oneof(token, fc.string({ unit: "grapheme", maxLength: 300 }), fc.lorem({ maxCount: 40 }));
  const written = fc.tuple(text, fc.constantFrom(...echoWriters), choices);
  await fc.assert(
    fc.asyncProperty(token, fc.array(written, { maxLength: 6 }), cuts, async (secret, parts, places) => {
      const texts = parts.map(([one]) => one);
      fc.pre(texts.every((one) => !one.includes(secret)) && !texts.join("").includes(secret));
      fc.pre(!texts.some(hasLoneSurrogate));
      const bytes = Buffer.concat(
        parts.flatMap(([one, { write }, chosen]) => [write(one, chosen), Buffer.from("|\n|")]),
      );
      const forms = new EchoForms([secret]);
      expect((await streamed(split(bytes, places), forms)).equals(bytes)).toBe(true);
      expect(redactWhole(bytes, forms)).toBe(bytes);
    }),
    { numRuns: 500 },
  );
});

function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

async function streamed(pieces: readonly Uint8Array[], forms: EchoForms): Promise<Buffer> {
  const stream = redactStream(forms);
  const out: Buffer[] = [];
  stream.on("data", (piece: Buffer) => out.push(piece));
  for (const piece of pieces) stream.write(piece);
  stream.end();
  await new Promise((resolve, reject) => stream.on("end", resolve).on("error", reject));
  return Buffer.concat(out);
}

function split(bytes: Buffer, cutAt: readonly number[]): Buffer[] {
  const places = [...new Set(cutAt.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((end, index) => bytes.subarray(places[index - 1] ?? 0, end));
}
