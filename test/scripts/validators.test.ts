import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { answers } from "../../generated/answers.js";
import { operations } from "../../generated/operations.js";
import { ProxyRequest, StorageRequest, StoreRequest, type Validator } from "../../generated/validators.js";
import { readContract } from "../../scripts/generate/contract.js";
import { reachableComponents } from "../../scripts/generate/validation-schema.js";
import { formats } from "../../scripts/generate/runtime.js";

function firstError(validator: Validator, value: unknown) {
  expect(validator(value)).toBe(false);
  expect(validator.errors).toHaveLength(1);
  return validator.errors?.[0];
}

describe("request validators", () => {
  test("name the member in schemaPath through every level", () => {
    const body = { ticket: "t.m", service: "s", upstream: { url: 5 }, headerTemplates: {} };
    expect(firstError(ProxyRequest, body)?.schemaPath).toBe("#/properties/upstream/properties/url/type");
    expect(firstError(StoreRequest, { ticket: "t.m", service: "", tokenData: {} })?.schemaPath).toBe(
      "#/properties/service/minLength",
    );
    expect(firstError(StoreRequest, { ticket: "t.m", service: "s", tokenData: [] })?.schemaPath).toBe(
      "#/properties/tokenData/type",
    );
  });

  test.each([null, [], "text", 5, true])("a discriminated body that is no object (%j) does not pass", (value) => {
    expect(firstError(StorageRequest, value)?.keyword).toBe("type");
  });

  test("an unknown tag is refused by the discriminator", () => {
    expect(firstError(StorageRequest, { operation: "drop" })).toMatchObject({
      keyword: "discriminator",
      params: { tag: "operation" },
    });
  });

  test("lengths count code points", () => {
    const service = "\u{1f511}".repeat(256);
    expect(StoreRequest({ ticket: "t.m", service, tokenData: {} })).toBe(true);
    expect(StoreRequest({ ticket: "t.m", service: `${service}x`, tokenData: {} })).toBe(false);
  });

  test("the operations table and the answers have the same operations", () => {
    expect(Object.keys(answers)).toEqual(Object.keys(operations));
  });
});

describe("answers", () => {
  const health = {
    ...{ status: "healthy", version: "1.0.0", keyConfigured: true, capabilities: [] },
    ...{ uptime: 0, tokenCount: 0 },
  };

  test("are open in the contract: whoever reads one must not trip over a member of a later version", () => {
    const { operations: all, schemas } = readContract(
      readFileSync(new URL("../../openapi.yaml", import.meta.url), "utf8"),
    );
    const found = new Set<string>();
    for (const { tags, answers: given } of all.filter((operation) => !operation.tags.includes("owner")))
      if (!tags.includes("about"))
        for (const { content } of Object.values(given))
          reachableComponents(content?.["application/json"]?.schema, schemas, found);
    expect(found.size).toBeGreaterThan(20);
    expect([...found].filter((name) => schemas[name]?.["additionalProperties"] === false)).toEqual([]);
  });

  test("of this version's own server hold no member that the contract does not name", () => {
    const validator = answers.getHealth["200"];
    expect(validator?.(health)).toBe(true);
    expect(validator?.({ ...health, hmacSecret: "s" })).toBe(false);
    expect(validator?.errors).toMatchObject([{ keyword: "additionalProperties" }]);
  });
});

describe("formats", () => {
  test.each([
    ["date-time", "2026-02-28T23:59:59.123+05:30", true],
    ["date-time", "2024-02-29T00:00:00Z", true],
    ["date-time", "2026-02-29T00:00:00Z", false],
    ["date-time", "2026-13-01T00:00:00Z", false],
    ["date-time", "2026-01-01T24:00:00Z", false],
    ["date-time", "2026-01-01T00:00:00", false],
    ["date-time", "2026-01-01T00:00:00+24:00", false],
    ["uri", "https://hook.example/path?a=b%20c#d", true],
    ["uri", "http://[::1]:8080/", true],
    ["uri", "/relative", false],
    ["uri", "https://hook.example/a b", false],
    ["uri", "https://", false],
    ["byte", "", true],
    ["byte", "AAEC", true],
    ["byte", "AAE=", true],
    ["byte", "AA==", true],
    ["byte", "AAE", false],
    ["byte", "A===", false],
    ["byte", "AA-_", false],
  ])("%s %j is %s", (format, text, valid) => {
    expect(formats[format]?.(text)).toBe(valid);
  });

  test("byte takes ten megabytes", () => {
    expect(formats["byte"]?.("A".repeat(14_000_000))).toBe(true);
  });
});
