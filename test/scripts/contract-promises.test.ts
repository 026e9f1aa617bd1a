import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import type { answerForms } from "../../generated/answer-forms.js";
import { limits } from "../../generated/operations.js";
import { generateAnswerForms } from "../../scripts/generate/answer-forms.js";
import { readContract } from "../../scripts/generate/contract.js";
import { headerProblems } from "../support/checked-fetch.js";
import { brokenPromises } from "./contract-promises.js";
import { contractText, root, temporaryFolder } from "./generated.js";
import { after, at, slipped, type Slip } from "./slip.js";

test("the contract as it is keeps every promise", () => {
  expect(brokenPromises(contractText)).toEqual([]);
});

test("an id is remembered for as long as its timestamp is taken", () => {
  expect(limits.requestIdSeconds).toBeGreaterThanOrEqual(2 * limits.clockSkewSeconds);
});

describe("a promise to clients is broken by a copy in which", () => {
  const slips: readonly Slip[] = [
    [
      "code_used is 409",
      "code_used: 410",
      "code_used: 409",
      "the status of code_used is 409 and was promised to be 410",
    ],
    [
      "every body may be twice as long",
      /1048576/g,
      "2097152",
      "the rule of useStorage is signature, once for get|set|delete, locks for tokens, 2097152 bytes and",
    ],
    [
      "a member of an answer is optional",
      "required: [status, version, keyConfigured,",
      "required: [status, keyConfigured,",
      "the member of Health.version is optional and was promised to be none",
    ],
    [
      "a member within an answer is optional",
      "required: [hasMore, nextCursor, totalCount]",
      "required: [hasMore, nextCursor]",
      "the member of Pagination.totalCount is optional",
    ],
    [
      "the kill switch is forgotten",
      after(at("storeCredential"), "      x-kill-switch: true\n"),
      "",
      "the rule of storeCredential is ticket for store, not Token Vault",
    ],
    [
      "Token Vault's address is let in",
      after(at("postCredential"), "      x-refuse-token-vault: true\n"),
      "",
      "the rule of postCredential is ticket",
    ],
    [
      "a signature serves twice",
      after(at("notifyRefresh"), "      x-remember-signature: true\n"),
      "",
      "the rule of notifyRefresh is signature, locks",
    ],
    [
      "a page of another origin may not store",
      after(at("storeCredential"), "x-cors: true"),
      "x-cors: false",
      "the rule of storeCredential is ticket for store, locks, not Token Vault, 1048576",
    ],
    [
      "a ticket is for more than it was",
      "x-ticket-purposes: [proxy]",
      "x-ticket-purposes: [proxy, agent_credential]",
      "the rule of proxyRequest is signature+ticket for proxy|agent_credential",
    ],
    [
      "an operation is removed",
      /\n {2}\/v1\/refresh-notify:\n(?: {3}.*\n|\n)+?(?=\n {2}\/)/,
      "\n",
      "the rule of notifyRefresh is gone",
    ],
  ];

  test.each(slips)("%s", (_title, text, becomes, says) => {
    expect(brokenPromises(slipped(text, becomes)).join("\n")).toContain(says);
  });
});

test("every answer of the server breaks a copy in which a header's constant is another", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "answer-forms.js");
  copyFileSync(join(root, "generated/runtime.js"), join(folder, "runtime.js"));
  writeFileSync(file, generateAnswerForms(readContract(slipped(/const: no-store/g, "const: no-cache"))).code);
  const forms = ((await import(pathToFileURL(file).href)) as { answerForms: typeof answerForms }).answerForms;
  const sent = new Headers({ "cache-control": "no-store" });
  for (const id of ["getCredential", "postTotpCode"] as const)
    expect(headerProblems(forms[id]["200"]!, sent)).toEqual(["cache-control is no-store"]);
  expect(headerProblems(forms.getCredential["200"]!, new Headers())).toEqual(["cache-control is missing"]);
});
