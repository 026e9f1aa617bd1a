import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CannotOpenError, Cipher } from "../../src/keys/cipher.js";

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
  readonly result: "valid" | "invalid";
}

interface Group {
  readonly ivSize: number;
  readonly keySize: number;
  readonly tagSize: number;
  readonly tests: readonly Vector[];
}

const { numberOfTests, testGroups } = JSON.parse(
  readFileSync(new URL("../vectors/wycheproof/aes_gcm_test.json", import.meta.url), "utf8"),
) as { numberOfTests: number; testGroups: readonly Group[] };

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text that the bytes are, or undefined when they are none. */
function textOf(hex: string): string | undefined {
  try {
    return utf8.decode(Buffer.from(hex, "hex"));
  } catch {
    return undefined;
  }
}

async function open({ key, iv, ct, tag, aad }: Vector): Promise<string> {
  const cipher = new Cipher(Uint8Array.from(Buffer.from(key, "hex")));
  return cipher.open(Buffer.from(iv + ct + tag, "hex").toString("base64"), aad === "" ? undefined : textOf(aad));
}

type Kind = "text" | "bytes" | "invalid" | "another iv" | "another key size" | "binary additional data";

/**
 * What a vector can say about our envelope. Its key has 256 bits, its IV 12 bytes, its tag 16, and its additional data
 * is a text, as what it holds is: nothing of ours is ever under another form, so those vectors are left out, but for
 * other IVs, which must be refused.
 */
function kindOf({ ivSize, keySize, tagSize }: Group, { aad, msg, result }: Vector): Kind {
  expect(tagSize).toBe(128);
  if (keySize !== 256) return "another key size";
  if (ivSize !== 96) return "another iv";
  if (textOf(aad) === undefined) return "binary additional data";
  if (result === "invalid") return "invalid";
  return textOf(msg) === undefined ? "bytes" : "text";
}

const vectors = testGroups.flatMap((group) => group.tests.map((vector) => ({ kind: kindOf(group, vector), vector })));

function ofKind(kind: Kind): readonly Vector[] {
  return vectors.filter((one) => one.kind === kind).map(({ vector }) => vector);
}

/** The vectors that did not end as they must. */
async function wrong(kind: Kind, isRight: (vector: Vector) => Promise<boolean>): Promise<string[]> {
  const verdicts = ofKind(kind).map(async (vector) => ({ vector, right: await isRight(vector) }));
  return (await Promise.all(verdicts))
    .filter(({ right }) => !right)
    .map(({ vector: { tcId, comment } }) => `${String(tcId)} ${comment}`);
}

async function isRefused(vector: Vector): Promise<boolean> {
  const error: unknown = await open(vector).catch((thrown: unknown) => thrown);
  return error instanceof CannotOpenError;
}

/** Refused for its text only: the tag was right. */
async function opensAsNoText(vector: Vector): Promise<boolean> {
  const error: unknown = await open(vector).catch((thrown: unknown) => thrown);
  return error instanceof CannotOpenError && error.cause instanceof TypeError;
}

describe("Project Wycheproof's AES-GCM vectors", () => {
  it("are all there, and as many of each kind as were looked at", () => {
    const counts = Object.fromEntries(vectors.map(({ kind }) => [kind, ofKind(kind).length]));
    expect(vectors).toHaveLength(numberOfTests);
    expect(counts).toEqual({
      text: 2,
      bytes: 19,
      invalid: 27,
      "another iv": 39,
      "another key size": 211,
      "binary additional data": 18,
    });
  });

  it("open where they are valid and hold text", async () => {
    expect(await wrong("text", async (vector) => (await open(vector)) === textOf(vector.msg))).toEqual([]);
  });

  it("pass the tag's check where they are valid and hold no text, and are refused for that alone", async () => {
    expect(await wrong("bytes", opensAsNoText)).toEqual([]);
  });

  it("are refused where the tag was changed, in any bit and whatever they hold", async () => {
    expect(
      await wrong("invalid", async (vector) => (await isRefused(vector)) && !(await opensAsNoText(vector))),
    ).toEqual([]);
  });

  it("are refused where the IV has not 12 bytes, valid or not", async () => {
    expect(await wrong("another iv", isRefused)).toEqual([]);
  });

  it("are refused with any byte changed, with a place, and cut", async () => {
    const [vector] = ofKind("text").filter(({ ct }) => ct !== "");
    if (!vector) throw new Error("there is no vector with text");
    expect(await open(vector)).toBe(textOf(vector.msg));
    for (const part of ["iv", "ct", "tag"] as const) {
      const bytes = Buffer.from(vector[part], "hex");
      for (let index = 0; index < bytes.length; index++) {
        const changed = Buffer.from(bytes);
        changed[index] = (changed[index] ?? 0) ^ 1;
        expect(await isRefused({ ...vector, [part]: changed.toString("hex") }), `${part} ${String(index)}`).toBe(true);
      }
      expect(await isRefused({ ...vector, [part]: vector[part].slice(2) }), `${part} cut`).toBe(true);
    }
    expect(await isRefused({ ...vector, aad: `${vector.aad}61` })).toBe(true);
  });
});
