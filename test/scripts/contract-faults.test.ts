import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { generateOutputs } from "../../scripts/generate/outputs.js";
import { contractText, root, runNode, temporaryFolder } from "./generated.js";
import { after, at, slipped, type Slip } from "./slip.js";

describe("generate refuses a copy of the contract in which", () => {
  const slips: readonly Slip[] = [
    // Bodies and tickets.
    [
      "one body limit is another",
      after(at("useStorage"), "1048576"),
      "2097152",
      "useStorage: x-max-body-bytes 2097152 is none of x-limits",
    ],
    [
      "the limit is another than the bodies'",
      "bodyBytes: 1048576",
      "bodyBytes: 2097152",
      "x-max-body-bytes 1048576 is none of x-limits",
    ],
    [
      "a ticket has a length of its own in a body",
      after("    StoreRequest:", '{ $ref: "#/components/schemas/Ticket" }'),
      "{ type: string, maxLength: 4096 }",
      "storeCredential: its ticket restates components.schemas.Ticket; refer to that by $ref",
    ],
    [
      "a ticket has a length of its own in a query",
      after("    Ticket:\n      name: ticket", '{ $ref: "#/components/schemas/Ticket" }'),
      "{ type: string }",
      "getCredential: its ticket restates",
    ],
    [
      "a service has a length of its own",
      after("    ProxyRequest:", '{ $ref: "#/components/schemas/Service" }'),
      "{ type: string }",
      "proxyRequest: its service restates components.schemas.Service",
    ],
    // Prose.
    [
      "the prose has another clock skew",
      "within 300 s of now",
      "within 30 s of now",
      '/components/securitySchemes/signature: "30 s" is none of x-limits',
    ],
    [
      "the prose has another life of an id",
      "once in 10 minutes",
      "once in 20 minutes",
      '"20 minutes" is none of x-limits',
    ],
    [
      "the prose has another length of the secret",
      "32 bytes in base64",
      "64 bytes in base64",
      '"64 bytes" is none of x-limits',
    ],
    // Examples.
    [
      "the Health example has no number",
      "uptime: 12\n",
      "uptime: long\n",
      "the example health of the answer 200 does not fit its schema: /uptime must be integer; correct",
    ],
    [
      "the Health example has another version",
      after("    Health:", "version: *version"),
      "version: 2.1.0",
      "the example health of the answer 200 has the version 2.1.0, and info.version is 2.2.0",
    ],
    [
      "the exchange's example has other capabilities",
      "capabilities: *capabilities",
      "capabilities: [storage]",
      "has other capabilities than Capability",
    ],
    [
      "an example of a request has a misspelt member",
      "options: { limit: 50 }",
      "options: { limits: 50 }",
      "useStorage: the example list of the request does not fit its schema: /options must NOT have additional properties: limits",
    ],
    [
      "an example of an error has no code of the list",
      "error: auth_failed, message",
      "error: auth_wrong, message",
      "must be equal to one of the allowed values",
    ],
    [
      "an example of an answer lacks a member",
      "nextCursor: null, totalCount: 1 }",
      "nextCursor: null }",
      "useStorage: the example list of the answer 200 does not fit",
    ],
    // Extensions.
    [
      "a purpose is outside TicketPurpose",
      "x-ticket-purposes: [store]",
      "x-ticket-purposes: [stash]",
      "storeCredential: x-ticket-purposes has stash, which is no TicketPurpose; add it there or correct it",
    ],
    [
      "a signature is remembered for what the body cannot say",
      "values: [get, update]",
      "values: [get, renew]",
      "refreshTokens: x-remember-signature has the value renew, which the body cannot have; name one that it can",
    ],
    [
      "a signature is remembered for nothing",
      "values: [get, update]",
      "values: []",
      "refreshTokens: x-remember-signature has no members or no values",
    ],
    [
      "the kill switch looks at a collection that is none",
      "values: [tokens] }",
      "values: [secrets] }",
      "x-kill-switch has the value secrets, which the body cannot have",
    ],
    [
      "the kill switch looks at a member that is none",
      "members: [collection, collections]",
      "members: [folder]",
      "x-kill-switch names folder, which the body has not",
    ],
    [
      "an extension stands in a schema",
      "    Service:\n      description: The name under",
      "    Service:\n      x-secret: true\n      description: The name under",
      "/components/schemas/Service: x-secret is read by nothing; correct or remove it",
    ],
    [
      "an extension stands at the top",
      "x-limits:\n",
      "x-limit:\n  a: 1\nx-limits:\n",
      "the top of the file: x-limit is read by nothing",
    ],
    [
      "an extension stands at a path",
      "  /v1/storage:\n",
      "  /v1/storage:\n    x-kill-switch: true\n",
      "/paths/~1v1~1storage: x-kill-switch is read by nothing",
    ],
    ["a limit has no unit", "secretBytes: 32", "secret: 32", "x-limits: secret must end in its unit"],
    // Errors.
    [
      "an operation lacks a code of its signature",
      after(at("useStorage"), "auth_failed, "),
      "",
      "useStorage: x-errors lacks auth_failed, which the security scheme signature answers; add it",
    ],
    [
      "an operation has a code that is none",
      after(at("useStorage"), "auth_failed, "),
      "auth_wrong, ",
      "useStorage: x-errors has auth_wrong, which is no ErrorCode; correct it",
    ],
    [
      "an operation lists no code",
      /\n {6}x-errors: \[invalid_request, rate_limited, internal_error\]/,
      "",
      "showHome: x-errors is missing",
    ],
    [
      "a code is of no operation",
      / already_exists, (?=payload)/,
      " ",
      "ErrorCode: already_exists is in no x-errors; list it or remove it",
    ],
    // Security.
    [
      "a signed operation is public",
      after(at("checkHealth"), "security: [{ signature: [] }]"),
      "security: []",
      "checkHealth: x-errors has auth_failed, which none",
    ],
    [
      "a ticket alone is enough",
      "[{ signature: [], ticket: [] }]",
      "[{ ticket: [] }]",
      "proxyRequest: x-errors has auth_failed, which none of its rules answers",
    ],
    [
      "an operation has no security",
      after(at("showOwnerState"), "      security: [{ adminSecret: [] }]\n"),
      "",
      "showOwnerState: security is missing",
    ],
    // Schemas.
    [
      "a required member is not there",
      "required: [code, remainingSeconds,",
      "required: [codes, remainingSeconds,",
      "components.schemas.TotpCode: required has codes, which properties has not; add it there or correct it",
    ],
    [
      "no number fits",
      "minimum: 6, maximum: 8",
      "minimum: 9, maximum: 8",
      "components.schemas.TotpCode: minimum is above maximum; correct one of them",
    ],
    [
      "an enumeration has a value twice",
      "enum: [healthy, locked]",
      "enum: [healthy, healthy]",
      'components.schemas.Health: enum has "healthy" twice; remove one',
    ],
    ["a reference leads nowhere", after("    StoreAnswer:", "schemas/Meta"), "schemas/Mata", "Mata leads nowhere"],
  ];

  test.each(slips)("%s", async (_title, text, becomes, says) => {
    await expect(generateOutputs(slipped(text, becomes))).rejects.toThrow(says);
  });
});

test("a warning of the spec's linter fails it", () => {
  const file = join(temporaryFolder(), "openapi.yaml");
  const lint = () => runNode([join(root, "scripts/lint-spec.mjs"), file], root);
  writeFileSync(file, contractText);
  expect(lint()).toMatchObject({ status: 0 });
  writeFileSync(file, slipped("uptime: 12\n", "uptime: long\n"));
  const { status, output } = lint();
  expect(status).not.toBe(0);
  expect(output).toContain("uptime");
});
