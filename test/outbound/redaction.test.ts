import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EchoForms, redactHeader, redactStream } from "../../src/outbound/redaction.js";

const token = 'gho_"a/b+c=d&e$f\\é☃ 16C7e42F292c6912E7710c838347Ae178B4a';

/** Every way in which an upstream may echo a secret. */
const echoes: readonly (readonly [string, (secret: string) => string])[] = [
  ["as it is", (secret) => secret],
  ["URL-encoded", (secret) => encodeURIComponent(secret)],
  ["URL-encoded in lower case", (secret) => lowerCodes(encodeURIComponent(secret))],
  ["as a form's value", (secret) => new URLSearchParams({ s: secret }).toString().slice(2)],
  ["as JSON", (secret) => JSON.stringify(secret).slice(1, -1)],
  ["as JSON with escaped slashes", (secret) => JSON.stringify(secret).slice(1, -1).replaceAll("/", "\\/")],
  ["as JSON in ASCII", (secret) => asciiJson(secret)],
  [
    "as JSON in ASCII, codes in capitals",
    (secret) => asciiJson(secret).replace(/\\u([0-9a-f]{4})/g, (_code, digits: string) => `\\u${digits.toUpperCase()}`),
  ],
  ["in base64", (secret) => Buffer.from(secret).toString("base64")],
  ["in base64url", (secret) => Buffer.from(secret).toString("base64url")],
  ["in base64 after one byte", (secret) => Buffer.from(`:${secret}`).toString("base64")],
  ["in base64 after two bytes", (secret) => Buffer.from(`u:${secret}`).toString("base64")],
  ["in base64 as a basic credential", (secret) => Buffer.from(`user:${secret}:more`).toString("base64")],
];

describe("an echo of the secret", () => {
  test.each(echoes)("%s is blanked in a header", (_what, encode) => {
    // As Node gives a header: a character for each byte.
    const received = Buffer.from(`<${encode(token)}>`).toString("latin1");
    expectGone(Buffer.from(redactHeader(received, new EchoForms([token])), "latin1").toString(), encode);
  });

  test.each(echoes)("%s is blanked in a stream, wherever it is cut in two", async (_what, encode) => {
    const bytes = Buffer.from(`<${encode(token)}>`);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expectGone(await redacted([bytes.subarray(0, cut), bytes.subarray(cut)], token), encode);
    }
  });

  test.each(echoes)("%s is blanked in a stream that comes byte by byte", async (_what, encode) => {
    const bytes = Buffer.from(`<${encode(token)}>`);
    expectGone(
      await redacted(
        Array.from(bytes, (byte) => Buffer.of(byte)),
        token,
      ),
      encode,
    );
  });

  test("is blanked each time, in a header and in a stream", async () => {
    const text = `${token}${token} and ${token}`;
    const expected = "[redacted][redacted] and [redacted]";
    expect(redactHeader(text, new EchoForms([token]))).toBe(expected);
    expect(await redacted([Buffer.from(text)], token)).toBe(expected);
  });

  test("that is not complete when the stream ends comes out as it is", async () => {
    const start = token.slice(0, 20);
    expect(await redacted([Buffer.from(`<${start}`)], token)).toBe(`<${start}`);
  });

  test("that follows a false start of itself is blanked", async () => {
    const secret = "aabaabaac-secret";
    const text = "aabaabaabaabaac-secret!";
    const bytes = Array.from(Buffer.from(text), (byte) => Buffer.of(byte));
    expect(await redacted(bytes, secret)).toBe("aabaab[redacted]!");
    expect(redactHeader(text, new EchoForms([secret]))).toBe("aabaab[redacted]!");
  });

  test("with replacement patterns in it is blanked like any other", () => {
    const secret = "a$$b$&c$1d$`e$'f";
    expect(redactHeader(`x ${secret} y`, new EchoForms([secret]))).toBe("x [redacted] y");
  });

  test("of a token beyond ASCII is blanked in the bytes in which its header was sent", async () => {
    const secret = "clé-sécrète-0123456789";
    const echoed = Buffer.concat([Buffer.from("you sent: "), Buffer.from(secret, "latin1")]);
    expect(await redacted([echoed], secret)).toBe("you sent: [redacted]");
    expect(redactHeader(`you sent: ${secret}`, new EchoForms([secret]))).toBe("you sent: [redacted]");
  });
});

test("what holds no echo comes through byte for byte, wherever it is cut", async () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(chunks, async (pieces) => {
      const whole = Buffer.concat(pieces);
      expect((await redactedBytes(pieces, token)).equals(whole)).toBe(true);
    }),
  );
});

test("a piece of the secret, however long, comes through", async () => {
  const pieces = fc.array(fc.nat({ max: token.length - 1 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(pieces, async (lengths) => {
      const chunks = lengths.map((length) => Buffer.from(`${token.slice(0, length)}|`));
      expect(await redacted(chunks, token)).toBe(Buffer.concat(chunks).toString());
    }),
  );
});

test("at random chunk borders no echo of a random secret comes through, and the rest does", async () => {
  const secret = fc.string({ unit: "grapheme-composite", minLength: 8, maxLength: 80 });
  const echo = fc.constantFrom(...echoes);
  const scenario = fc.record({
    secret,
    echoed: fc.array(echo, { minLength: 1, maxLength: 4 }),
    cuts: fc.array(fc.nat(), { maxLength: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ secret, echoed, cuts }) => {
      // A separator that no encoding of a secret can begin or end with.
      const separator = "\u0001\u0002\u0001";
      fc.pre(!secret.includes("\u0001"));
      const bytes = Buffer.from(separator + echoed.map(([, encode]) => encode(secret) + separator).join(""));
      const text = await redacted(split(bytes, cuts), secret);
      for (const [, encode] of echoed) expectNoEcho(text, secret, encode);
      expect(text.split(separator)).toHaveLength(echoed.length + 2);
    }),
    { numRuns: 300 },
  );
});

test("where the chunks end makes no difference", async () => {
  const filler = fc.oneof(fc.string({ maxLength: 30 }), fc.constant(token.slice(0, 25)));
  const part = fc.oneof(
    filler,
    fc.constantFrom(...echoes).map(([, encode]) => encode(token)),
  );
  const content = fc.array(part, { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(content, fc.array(fc.nat(), { maxLength: 30 }), async (parts, cuts) => {
      const bytes = Buffer.from(parts.join(""));
      expect(await redacted(split(bytes, cuts), token)).toBe(await redacted([bytes], token));
    }),
  );
});

test("of what cannot be an echo nothing is held back", () => {
  const stream = redactStream(new EchoForms([token]));
  stream.write(Buffer.from("data: 1\n\n"));
  expect(String(stream.read())).toBe("data: 1\n\n");
  stream.destroy();
});

test("of pieces of one byte few wait for a reader, since each takes the memory of hundreds", () => {
  const stream = redactStream(new EchoForms([token]));
  let written = 0;
  while (written < 1_000 && stream.write(Buffer.from("!"))) written++;
  expect(written).toBeLessThan(20);
  stream.destroy();
});

test("text too short for an echo is not looked through", () => {
  const secret = fc.string({ unit: "grapheme-composite", minLength: 8, maxLength: 80 });
  fc.assert(
    fc.property(secret, fc.constantFrom(...echoes), (text, [, encode]) => {
      fc.pre(text.trim() === text);
      expect(new EchoForms([text]).fitInto(Buffer.byteLength(encode(text)))).toBe(true);
    }),
  );
});

function expectGone(text: string, encode: (secret: string) => string): void {
  expectNoEcho(text, token, encode);
  expect(text).toContain("[redacted]");
  expect(text.startsWith("<") && text.endsWith(">")).toBe(true);
}

/** In base64 the characters at its ends depend on its neighbours as well; all between them must be gone. */
function expectNoEcho(text: string, secret: string, encode: (secret: string) => string): void {
  const form = encode(secret);
  expect(text).not.toContain(form);
  if (form.length > 30 && !form.includes(secret)) expect(text).not.toContain(form.slice(8, -8));
}

async function redacted(chunks: readonly Uint8Array[], secret: string): Promise<string> {
  return (await redactedBytes(chunks, secret)).toString();
}

async function redactedBytes(chunks: readonly Uint8Array[], secret: string): Promise<Buffer> {
  const stream = redactStream(new EchoForms([secret]));
  const out: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => out.push(chunk));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await new Promise((resolve, reject) => stream.on("end", resolve).on("error", reject));
  return Buffer.concat(out);
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((end, index) => bytes.subarray(places[index - 1] ?? 0, end));
}

function lowerCodes(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

/** As Python's json.dumps writes it. */
function asciiJson(text: string): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u007f-\uffff]/g, escape);
}
