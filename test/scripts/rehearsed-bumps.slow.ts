import { expect, test } from "vitest";
import { Rehearsal } from "./rehearsal.js";

const timeoutMs = 1_200_000;
const changed = "### Added\n";

const certificatePath = `  /v1/certificate:
    post:
      operationId: getCertificate
      tags: [credentials]
      summary: Give a certificate without its key
      security: [{ ticket: [] }]
      x-errors: [invalid_request, ticket_invalid, ticket_expired, setup_required, forbidden, token_not_found, stale_creation, payload_too_large, rate_limited, internal_error]
      x-kill-switch: true
      x-refuse-token-vault: true
      x-cors: true
      x-ticket-purposes: [agent_certificate]
      requestBody: { $ref: "#/components/requestBodies/TicketBody" }
      responses:
        "200":
          description: The certificate.
          headers:
            Cache-Control:
              required: true
              schema: { type: string, const: no-store }
          content:
            application/json:
              schema: { $ref: "#/components/schemas/Certificate" }
        4XX: { $ref: "#/components/responses/Error" }
        5XX: { $ref: "#/components/responses/Error" }

  /v1/proxy:
`;
const certificateSchema = `    Certificate:
      type: object
      required: [certificate]
      properties:
        certificate: { type: string }
    TotpCode:
      type: object
`;
const certificateHandler = `import type { ErrorOf } from "../contract/operation.js";
import { WebhookError } from "../platform/errors.js";
import type { OperationHandler } from "./dependencies.js";

type Refusal = ErrorOf<"getCertificate">;

/** Gives a certificate, which is no secret without its key, to its ticket's holder. */
export const getCertificate: OperationHandler<"getCertificate"> = async ({ credentials }, { ticket }) => {
  await ticket.spend();
  const certificate = (await credentials.forTicket(ticket.claims)).text("certificateData");
  if (certificate === undefined) throw new WebhookError("token_not_found" satisfies Refusal, "There is no certificate.");
  return { certificate };
};
`;
const certificateCheck = `import type { Check } from "../check.js";
import { same, succeeded } from "../expectation.js";

export const certificateChecks: readonly Check[] = [
  {
    name: "certificate.alone",
    level: "protocol",
    since: "2.3.0",
    rule: "R40",
    proves: "A certificate is given without its key.",
    fix: "Answer POST /v1/certificate with certificateData alone.",
    writes: true,
    capabilities: ["store", "certificate"],
    async run(stage) {
      const certificateData = stage.secretText();
      const service = await stage.stored({ certificateData, privateKeyData: stage.secretText() });
      const ticket = await stage.tokenVault.ticket(service, "agent_certificate");
      const reply = succeeded(await stage.post("/v1/certificate", { ticket, service }));
      same("The answer", reply.text, JSON.stringify({ certificate: certificateData }));
    },
  },
];
`;
const certificateTest = `import { expect, test } from "vitest";
import { startBoundServer } from "../support/test-server.js";
import { answerOf, expectError } from "./answer-json.js";

test("a certificate is given without its key, once", async () => {
  const { tokenVault } = await startBoundServer();
  await answerOf(await tokenVault.store("mail", { certificateData: "certificate", privateKeyData: "key" }));
  const request = { ticket: await tokenVault.ticket("mail", "agent_certificate"), service: "mail" };
  expect(await answerOf(await tokenVault.unsigned("/v1/certificate", request))).toEqual({ certificate: "certificate" });
  await expectError(await tokenVault.unsigned("/v1/certificate", request), "ticket_invalid");
});
`;
const certificateOfWebhook = `export async function certificateOf(state: State, service: string, ticket: Ticket): Promise<Members> {
  await spend(state, ticket);
  const { certificateData, privateKeyData } = storedToken(state, service, ticket);
  if (typeof certificateData !== "string") throw new Refusal("token_not_found", "There is no certificate here.");
  return { certificate: certificateData, ...(state.has("key-beside-certificate") ? { privateKeyData } : {}) };
}

export async function totpCodeOf`;

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
  "an endpoint with a capability and a ticket purpose are a change of nine files and eight of tests",
  () => {
    const rehearsal = new Rehearsal();
    rehearsal.bump("2.3.0");
    rehearsal.edit([
      ["openapi.yaml", "  /v1/proxy:\n", certificatePath],
      ["openapi.yaml", "totp, ticketConstraints]", "totp, ticketConstraints, certificate]"],
      ["openapi.yaml", "proxy, totp_code]\n", "proxy, totp_code, agent_certificate]\n"],
      ["openapi.yaml", "    TotpCode:\n      type: object\n", certificateSchema],
    ]);
    rehearsal.generate();
    const left = rehearsal.compile();
    expect(left).toMatch(/^src\/handlers\/index\.ts\(\d+,\d+\): error TS2741: .*getCertificate/m);
    expect(left).toMatch(/^src\/pages\/audit-words\.ts\(\d+,\d+\): error TS2741: .*getCertificate/m);
    rehearsal.write("src/handlers/certificates.ts", certificateHandler);
    rehearsal.write("src/verify/checks/certificate.ts", certificateCheck);
    rehearsal.write("test/http/certificate.test.ts", certificateTest);
    rehearsal.edit([
      ["src/handlers/index.ts", "  getTotpCode,\n  postTotpCode", "  getCertificate,\n  getTotpCode,\n  postTotpCode"],
      [
        "src/handlers/index.ts",
        /(import \{ getCredential, )/,
        'import { getCertificate } from "./certificates.js";\n$1',
      ],
      ["src/pages/audit-words.ts", '  getTotpCode: "', '  getCertificate: "Fetch a certificate",\n  getTotpCode: "'],
      ["src/owner/usage.ts", '  "getTotpCode",\n', '  "getCertificate",\n  "getTotpCode",\n'],
      ["src/verify/catalogue.ts", "  ...totpChecks,\n", "  ...totpChecks,\n  ...certificateChecks,\n"],
      [
        "src/verify/catalogue.ts",
        /(import \{ contractChecks)/,
        'import { certificateChecks } from "./checks/certificate.js";\n$1',
      ],
      ["scripts/llm-guide.md", /^(- R40 )/m, "$1/v1/certificate gives certificateData alone, else 404. "],
      [
        "CHANGELOG.md",
        changed,
        `${changed}\n- \`POST /v1/certificate\` gives an agent a certificate without its key.\n`,
      ],
      [
        "test/verify/webhook/operations.ts",
        '  { ...totpCode, method: "GET", path: "/v1/totp-code" },\n',
        `  {
    ...credential,
    method: "POST",
    path: "/v1/certificate",
    limit: mebibyte,
    run: async (call: Call) =>
      certificateOf(call.state, String(call.members["service"]), ticketOf(call, ["agent_certificate"])),
  },
  { ...totpCode, method: "GET", path: "/v1/totp-code" },
`,
      ],
      [
        "test/http/ticket-bearer.ts",
        '  accessToken: "example-access-token",\n',
        '  accessToken: "example-access-token",\n  certificateData: "example-certificate",\n',
      ],
      [
        "test/http/tickets.test.ts",
        '  "post /v1/proxy": ["proxy"],\n',
        '  "post /v1/proxy": ["proxy"],\n  "post /v1/certificate": ["agent_certificate"],\n',
      ],
      ["test/verify/webhook/operations.ts", "import { credentialOf, ", "import { certificateOf, credentialOf, "],
      ["test/verify/webhook/credential.ts", "export async function totpCodeOf", certificateOfWebhook],
      [
        "test/verify/webhook/credential-faults.ts",
        '  "odd-payload-500"',
        '  "key-beside-certificate": ["The key is given with the certificate.", "certificate.alone"],\n  "odd-payload-500"',
      ],
    ]);
    rehearsal.expectReady();
    expect(rehearsal.handiwork.files).toBeLessThanOrEqual(9);
    expect(rehearsal.handiwork.tests).toBeLessThanOrEqual(8);
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
