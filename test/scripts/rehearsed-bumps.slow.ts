import { expect, test } from "vitest";
import { Rehearsal } from "./rehearsal.js";

const timeoutMs = 1_200_000;
const changed = "### Added\n";

test(
  "an optional member and an error code are a change of five files and three of tests",
  () => {
    const rehearsal = new Rehearsal();
    rehearsal.bump("2.3.0");
    rehearsal.edit([
      [
        "openapi.yaml",
        /(operation: \{ type: string, const: delete \}\n.*\n.*\n)/,
        "$1        mustExist: { type: boolean, description: Refuse when nothing is stored under the key. }\n",
      ],
      ["openapi.yaml", "        - not_found\n", "        - not_found\n        - document_not_found\n"],
      ["openapi.yaml", "        not_found: 404\n", "        not_found: 404\n        document_not_found: 404\n"],
      ["openapi.yaml", /(operationId: useStorage[\s\S]*?x-errors: \[invalid_request, )/, "$1document_not_found, "],
    ]);
    rehearsal.generate();
    expect(rehearsal.compile()).toMatch(/^src\/pages\/audit-words\.ts\(\d+,\d+\): error TS2741: .*document_not_found/m);
    rehearsal.edit([
      [
        "src/handlers/storage.ts",
        "await store.transact((transaction) => transaction.delete(body.collection, body.key));",
        `if (!(await store.transact((transaction) => transaction.delete(body.collection, body.key))) && body.mustExist)
        throw new WebhookError("document_not_found" satisfies Refusal, "Nothing is stored under this key.");`,
      ],
      [
        "src/handlers/storage.ts",
        /^/,
        'import type { ErrorOf } from "../contract/operation.js";\nimport { WebhookError } from "../platform/errors.js";\n',
      ],
      [
        "src/handlers/storage.ts",
        "export const useStorage",
        'type Refusal = ErrorOf<"useStorage">;\n\nexport const useStorage',
      ],
      ["src/pages/audit-words.ts", '  not_found: "', '  document_not_found: "No such document",\n  not_found: "'],
      [
        "docs/troubleshooting.md",
        "| `token_not_found` ",
        "| `document_not_found` | There was nothing to delete. |\n| `token_not_found` ",
      ],
      [
        "CHANGELOG.md",
        changed,
        `${changed}\n- A \`delete\` with \`mustExist\` is refused when there is nothing to delete.\n`,
      ],
      ["test/support/error-status.ts", "  not_found: 404,\n", "  not_found: 404,\n  document_not_found: 404,\n"],
      [
        "test/http/error-codes.test.ts",
        "  token_not_found: departing",
        `  document_not_found: departing({
    members: { operation: "delete", collection: "audit", key: "nothing-here", mustExist: true },
  }),
  token_not_found: departing`,
      ],
      [
        "test/http/storage.test.ts",
        /$/,
        `
test("what must exist to be deleted is refused when it does not", async () => {
  const { tokenVault } = await startBoundServer();
  const request = { operation: "delete", collection: "audit", key: "never-there", mustExist: true };
  expect((await tokenVault.storage(request)).status).toBe(404);
});
`,
      ],
    ]);
    rehearsal.expectReady();
    expect(rehearsal.handiwork.files).toBeLessThanOrEqual(5);
    expect(rehearsal.handiwork.tests).toBeLessThanOrEqual(3);
  },
  timeoutMs,
);

test(
  "another name in an answer is a change of nine files and eight of tests",
  () => {
    const rehearsal = new Rehearsal();
    rehearsal.bump("3.0.0");
    rehearsal.edit([
      ["openapi.yaml", "uptime, tokenCount]", "uptime, credentialCount]"],
      ["openapi.yaml", /tokenCount(: \{ .*How many credentials)/, "credentialCount$1"],
      ["openapi.yaml", "tokenCount: 3", "credentialCount: 3"],
    ]);
    rehearsal.generate();
    expect(rehearsal.compile()).toMatch(/^src\/handlers\/health\.ts\(\d+,\d+\): error TS\d+: .*credentialCount/m);
    const renamed = ["src/handlers/health.ts", "src/verify/checks/health.ts", "scripts/llm-guide.md", "docs/verify.md"];
    const ofTests = [
      "test/http/health.test.ts",
      "test/scripts/validators.test.ts",
      "test/scripts/protocol-bump.slow.ts",
    ];
    rehearsal.edit([...renamed, ...ofTests].map((path) => [path, "tokenCount", "credentialCount"]));
    rehearsal.edit([
      ["CHANGELOG.md", changed, `${changed}\n- Health counts credentials as \`credentialCount\`.\n`],
      ["test/verify/webhook/binding.ts", "    tokenCount: ", "    credentialCount: "],
      ["test/verify/webhook/request-faults.ts", "tokenCount", "credentialCount"],
    ]);
    rehearsal.expectReady();
    expect(rehearsal.handiwork.files).toBeLessThanOrEqual(9);
    expect(rehearsal.handiwork.tests).toBeLessThanOrEqual(8);
  },
  timeoutMs,
);
