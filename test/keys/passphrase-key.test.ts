import { scryptSync } from "node:crypto";
import { expect, it } from "vitest";
import { Secret } from "../../src/platform/secret.js";
import { stretch, UnusableParametersError } from "../../src/keys/passphrase-key.js";

const passphrase = new Secret("correct horse battery");
const salt = Buffer.alloc(16, 3).toString("base64");

it.each([
  [4_194_304, 8, 1],
  [131_072, 8, 5],
  [2, 1, 2_097_153],
  [2, 2_097_153, 1],
  [2, 1, 2 ** 30],
  [16_384.5, 8, 1],
  [16_384, 8, 1.5],
  [16_384, 0, 1],
  [16_384, 8, 0],
  [16_384, -8, -1],
  [16_383, 8, 1],
  [1, 8, 1],
  [0, 8, 1],
  [1e308, 1e308, 1],
])("scrypt with N %d, r %d, p %d is refused before it costs anything", async (N, r, p) => {
  const started = process.cpuUsage();
  await expect(stretch(passphrase, { N, r, p, salt })).rejects.toThrow(UnusableParametersError);
  expect(process.cpuUsage(started).user).toBeLessThan(100_000);
});

it.each([
  [2, 1, 1],
  [16_384, 8, 2],
  [131_072, 8, 1],
  [1024, 1, 4096],
])("scrypt with N %d, r %d, p %d is what another hand makes of it", async (N, r, p) => {
  const key = await stretch(passphrase, { N, r, p, salt });
  const expected = scryptSync(passphrase.reveal(), Buffer.alloc(16, 3), 32, { N, r, p, maxmem: 2 ** 29 });
  expect(Buffer.from(key)).toEqual(expected);
});
