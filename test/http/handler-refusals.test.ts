import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ErrorOf } from "../../src/contract/operation.js";
import { sourceFiles } from "../source-files.js";

test("a handler refuses with a code that the contract lists for its operation, or it does not compile", () => {
  const handlers = sourceFiles("src").filter(({ path }) => path.startsWith("src/handlers/"));
  const refusals = handlers.flatMap(({ path }) =>
    [...readFileSync(path, "utf8").matchAll(/new WebhookError\(\s*([^,]*),/g)].map(([, code]) => `${path}: ${code}`),
  );
  expect(refusals.length).toBeGreaterThan(5);
  expect(refusals.filter((refusal) => !/"\w+" satisfies (?:Refusal|ErrorOf<"\w+">)$/.test(refusal))).toEqual([]);
  // @ts-expect-error: signing in makes nothing that could exist already.
  expect("already_exists" satisfies ErrorOf<"actOnHome">).toBeDefined();
});
