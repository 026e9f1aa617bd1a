import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { errorStatus } from "../../generated/operations.js";
import { runVector } from "./run-vector.js";
import { readVectors } from "./vector-files.js";
import type { VectorKind } from "./vector.js";

interface Members {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
  /** What a case without `error` answers when it refuses; a kind without refusals is marked so. */
  readonly refusal?: "error" | "none" | { readonly expected: unknown };
}

const kinds: Readonly<Record<VectorKind, Members>> = {
  signature: {
    required: ["secretBase64", "now"],
    optional: ["timestamp", "requestId", "signature", "body", "bodyBase64"],
  },
  ticket: { required: ["secretBase64", "now", "ticket", "purposes", "service"], optional: ["maxLifetimeSeconds"] },
  seed: { required: ["seed"], refusal: "none" },
  "sealed-value": {
    required: ["keyBase64"],
    optional: ["service", "field", "additionalData", "ivBase64", "text", "sealed"],
  },
  totp: { required: ["secret", "algorithm", "digits", "period", "now"] },
  "totp-uri": { required: ["uri"] },
  "store-meta": { required: ["service", "tokenData", "now"], optional: ["cid", "previousMeta"] },
  "list-item": { required: ["collection", "key", "document"], refusal: "none" },
  "credential-answer": { required: ["service", "purpose", "now"], optional: ["cid", "secrets", "meta", "document"] },
  list: { required: ["collection", "documents", "options"], optional: ["pages"] },
  "upstream-address": { required: ["address"], refusal: { expected: "refused" } },
  "client-address": { required: ["peer", "forwardedFor", "trusted"], refusal: { expected: null } },
  redaction: { required: ["secret", "chunks"], refusal: "none" },
  "allowed-host": { required: ["allowedHosts", "host"], refusal: { expected: false } },
};
const kindNames = Object.keys(kinds) as VectorKind[];

const files = readVectors();
const guide = readFileSync(new URL("../../llm.txt", import.meta.url), "utf8");
const rules = [...guide.matchAll(/^- (R[1-9][0-9]?) /gm)].map(([, rule]) => rule);
const folders = [...new Set(files.map(({ path }) => path.slice(0, path.indexOf("/"))))];
const titled = files.map(({ path, vector }) => ({
  path,
  vector,
  title: `${vector.rule} ${vector.kind}: ${vector.name}`,
}));

describe("our implementation", () => {
  // Not by test.each, which cuts long names and quotes them.
  for (const { title, vector } of titled) {
    test(title, async () => {
      if (vector.error === undefined) expect(await runVector(vector)).toStrictEqual(vector.expected);
      else await expect(runVector(vector)).rejects.toMatchObject({ name: "WebhookError", code: vector.error });
    });
  }
});

describe("the files", () => {
  test("are well-formed, and have exactly the members that are known", () => {
    for (const { path, vector } of files) {
      const { name, rule, kind, input, source = "absent", ...outcome } = vector;
      expect(path).toMatch(new RegExp(`^${kind}/[a-z0-9]+(?:-[a-z0-9]+)*\\.json$`));
      expect(name, path).toMatch(/^.{8,160}\.$/s);
      expect(rules, path).toContain(rule);
      expect(typeof source, path).toBe("string");
      expect([["expected"], ["error"]], path).toContainEqual(Object.keys(outcome));
      if (outcome.error !== undefined) expect(Object.keys(errorStatus), path).toContain(outcome.error);
      expect(kindNames, path).toContain(kind);
      const { required, optional = [] } = kinds[kind];
      const given = Object.keys(input);
      expect(
        required.filter((member) => !given.includes(member)),
        path,
      ).toEqual([]);
      expect(
        given.filter((member) => ![...required, ...optional].includes(member)),
        path,
      ).toEqual([]);
    }
  });

  test("have names, and cases have sentences, of their own", () => {
    expect(repeated(files.map(({ path }) => basename(path)))).toEqual([]);
    expect(repeated(titled.map(({ title }) => title))).toEqual([]);
    expect(repeated(files.map(({ vector: { kind, input } }) => JSON.stringify([kind, input])))).toEqual([]);
  });

  test("are of the kinds that are known, and README.md names each", () => {
    expect(folders.toSorted()).toEqual(kindNames.toSorted());
    const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
    expect(kindNames.filter((kind) => !readme.includes(`| \`${kind}\` |`))).toEqual([]);
  });

  test.each(kindNames)("of %s have cases that are taken and, where it refuses, cases that are refused", (kind) => {
    const { refusal = "error" } = kinds[kind];
    const cases = files.filter(({ vector }) => vector.kind === kind).map(({ vector }) => vector);
    const refused = cases.filter(
      (vector) => vector.error !== undefined || (typeof refusal === "object" && vector.expected === refusal.expected),
    );
    expect(cases.length - refused.length).toBeGreaterThanOrEqual(2);
    if (refusal === "none") expect(refused).toEqual([]);
    else expect(refused.length).toBeGreaterThanOrEqual(2);
  });

  test("are as many as they were meant to be", () => {
    expect(files.length).toBeGreaterThanOrEqual(110);
  });
});

function repeated(texts: readonly string[]): string[] {
  return texts.filter((text, index) => texts.indexOf(text) !== index);
}
