import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromHex } from "../../src/platform/encoding.js";
import { HmacKey, signHmac, verifyHmac } from "../../src/protocol/signature.js";

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly key: string;
  readonly msg: string;
  readonly tag: string;
  readonly result: "valid" | "invalid";
}

interface Group {
  readonly tagSize: number;
  readonly tests: readonly Vector[];
}

const { numberOfTests, testGroups } = JSON.parse(
  readFileSync(new URL("../vectors/wycheproof/hmac_sha256_test.json", import.meta.url), "utf8"),
) as { numberOfTests: number; testGroups: readonly Group[] };

/** Half of the vectors have their codes cut to 128 bits. Ours never are, so that none of these may pass, valid or not. */
const whole = testGroups.filter(({ tagSize }) => tagSize === 256).flatMap(({ tests }) => tests);
const cut = testGroups.filter(({ tagSize }) => tagSize === 128).flatMap(({ tests }) => tests);

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  return fromHex(hex) ?? new Uint8Array();
}

async function wrong(vectors: readonly Vector[], isRight: (vector: Vector) => Promise<boolean>): Promise<string[]> {
  const verdicts = vectors.map(async (vector) => ({ vector, right: await isRight(vector) }));
  return (await Promise.all(verdicts))
    .filter(({ right }) => !right)
    .map(({ vector: { tcId, comment } }) => `${String(tcId)} ${comment}`);
}

async function verify({ key, msg, tag }: Vector): Promise<boolean> {
  return verifyHmac(new HmacKey(bytes(key)), bytes(tag), bytes(msg));
}

describe("Project Wycheproof's HMAC-SHA-256 vectors", () => {
  it("are all there, none left out", () => {
    const valid = (vectors: readonly Vector[]): number => vectors.filter(({ result }) => result === "valid").length;
    expect(whole.length + cut.length).toBe(numberOfTests);
    expect([whole.length, valid(whole), cut.length, valid(cut)]).toEqual([87, 33, 87, 33]);
  });

  it("get the right verdict", async () => {
    expect(await wrong(whole, async (vector) => (await verify(vector)) === (vector.result === "valid"))).toEqual([]);
  });

  it("are what we sign", async () => {
    const sign = async ({ key, msg }: Vector): Promise<string> => signHmac(new HmacKey(bytes(key)), bytes(msg));
    const valid = whole.filter(({ result }) => result === "valid");
    expect(await wrong(valid, async (vector) => (await sign(vector)) === vector.tag)).toEqual([]);
    const shortened = cut.filter(({ result }) => result === "valid");
    expect(await wrong(shortened, async (vector) => (await sign(vector)).startsWith(vector.tag))).toEqual([]);
  });

  it("do not pass when their code is cut", async () => {
    expect(await wrong(cut, async (vector) => !(await verify(vector)))).toEqual([]);
    const valid = whole.filter(({ result }) => result === "valid");
    expect(await wrong(valid, async (vector) => !(await verify({ ...vector, tag: "" })))).toEqual([]);
    expect(await wrong(valid, async (vector) => !(await verify({ ...vector, tag: `${vector.tag}00` })))).toEqual([]);
  });
});
