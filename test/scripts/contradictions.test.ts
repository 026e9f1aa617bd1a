import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { readContract } from "../../scripts/generate/contract.js";
import { generateOperations } from "../../scripts/generate/operations.js";
import { bodyOf, contractOf, contractWith, errorsOf, jsonOf, ok, text } from "./small-contract.js";

const generate = (contract: string): string => generateOperations(readContract(contract));
const ticketed = { security: [{ ticket: [] }], "x-ticket-purposes": ["store"] };
const signed = { security: [{ signature: [] }], requestBody: bodyOf({ action: { enum: ["get", "set"] } }) };
const parameter = (name: string, more = {}): Record<string, unknown> => ({
  name,
  in: "path",
  required: true,
  schema: text,
  ...more,
});
const withoutSecurity = contractOf({ "/v1/try": { post: { operationId: "tryIt", responses: ok } } });

describe("a contract that contradicts itself is refused, with the operation and the contradiction:", () => {
  test.each<readonly [string, string, string]>([
    ["no security at all", withoutSecurity, "security is missing; say [] for a public operation"],
    ["an unknown scheme", contractWith({ security: [{ magic: [] }] }), "security scheme magic is not among signature,"],
    [
      "a scheme that the contract does not describe",
      contractWith({ security: [{ jwt: [] }] }),
      "security scheme jwt is not in components.securitySchemes",
    ],
    [
      "{} beside a scheme",
      contractWith({ security: [{ adminSecret: [] }, {}] }),
      "security {} admits everybody beside the schemes; say [] for a public operation",
    ],
    [
      "a choice that only the body can decide",
      contractWith({ ...ticketed, security: [{ ticket: [] }, { adminSecret: [] }] }),
      "security offers a choice with ticket, which needs the body and cannot be one of several",
    ],
    ["no list of errors", contractWith({ "x-errors": undefined }), "x-errors is missing; list the codes"],
    [
      "an error that is none",
      contractWith({ "x-errors": [...errorsOf({}), "too_late"] }),
      "x-errors has too_late, which is no ErrorCode",
    ],
    [
      "an error twice",
      contractWith({ "x-errors": [...errorsOf({}), "rate_limited"] }),
      "x-errors has rate_limited twice",
    ],
    ...(
      [
        ["rate_limited", "every operation", {}],
        ["payload_too_large", "a request body", signed],
        ["auth_failed", "the security scheme signature", signed],
        ["ticket_expired", "the security scheme ticket", ticketed],
        ["forbidden", "x-kill-switch", { "x-kill-switch": true }],
      ] as const
    ).map(([code, reason, rules]): [string, string, string] => [
      `an error too few: ${code}`,
      contractWith({ ...rules, "x-errors": errorsOf(rules).filter((listed) => listed !== code) }),
      `x-errors lacks ${code}, which ${reason} answers; add it`,
    ]),
    ...(
      [
        ["auth_failed", {}],
        ["setup_required", { security: [{ adminSecret: [] }] }],
        ["ticket_invalid", signed],
      ] as const
    ).map(([code, rules]): [string, string, string] => [
      `an error too many, for a rule that was lost: ${code}`,
      contractWith({ ...rules, "x-errors": [...errorsOf(rules), code] }),
      `x-errors has ${code}, which none of its rules answers; remove it, or add the rule that is missing`,
    ]),
    [
      "the former way to say whose an operation is",
      contractWith({ security: [{ adminSecret: [] }], "x-caller": "owner" }),
      "x-caller is not among x-refuse-token-vault,",
    ],
    [
      "CORS on an operation of the owner",
      contractWith({ security: [{ ownerSession: [] }], "x-cors": true }),
      "x-cors would open what is the owner's to pages of other origins",
    ],
    [
      "a ticket without purposes",
      contractWith({ security: [{ ticket: [] }] }),
      "x-ticket-purposes goes with the security scheme ticket",
    ],
    [
      "purposes without a ticket",
      contractWith({ "x-ticket-purposes": ["store"] }),
      "x-ticket-purposes goes with the security scheme ticket",
    ],
    [
      "a purpose that is none",
      contractWith({ ...ticketed, "x-ticket-purposes": ["fly"] }),
      "x-ticket-purposes has fly, which is no TicketPurpose",
    ],
    [
      "a ticket that the request does not carry",
      contractWith({ ...ticketed, requestBody: bodyOf({ service: text }) }),
      "the security scheme ticket needs ticket, which the request has not",
    ],
    [
      "a signature to be remembered where nothing is signed",
      contractWith({ "x-remember-signature": true }),
      "x-remember-signature goes with the security scheme signature",
    ],
    [
      "a signature remembered by a value that the body cannot have",
      contractWith({ ...signed, "x-remember-signature": { members: ["action"], values: ["drop"] } }),
      "x-remember-signature has the value drop, which the body cannot have",
    ],
    [
      "a kill switch by a member that the body has not",
      contractWith({ ...signed, "x-kill-switch": { members: ["kind"], values: ["set"] } }),
      "x-kill-switch names kind, which the body has not",
    ],
    [
      "a limit of a body that is not there",
      contractWith({ "x-max-body-bytes": 1 }),
      "x-max-body-bytes stands in a request body, and here is none around it",
    ],
    ["a body of a GET", contractWith({ requestBody: bodyOf({}) }, { method: "get" }), "GET takes no body"],
    [
      "a parameter that the path has and the list has not",
      contractWith({}, { path: "/v1/try/{id}" }),
      "the path's {id} is not among the parameters",
    ],
    [
      "a parameter that the list has and the path has not",
      contractWith({ parameters: [parameter("id")] }),
      "parameter id must stand once in the path",
    ],
    [
      "an optional parameter of the path",
      contractWith({ parameters: [parameter("id", { required: false })] }, { path: "/v1/try/{id}" }),
      "parameter id of the path must be required",
    ],
    [
      "x-rest before the end of the path",
      contractWith({ parameters: [parameter("id", { "x-rest": true })] }, { path: "/v1/{id}/try" }),
      "parameter id has x-rest and is not the end of the path",
    ],
    [
      "a parameter in a cookie",
      contractWith({ parameters: [parameter("id", { in: "cookie" })] }),
      "parameter id is not in query, path, header",
    ],
    [
      "a success of an unknown status",
      contractWith({ responses: { "206": { description: "Some of it." } } }),
      "response 206 is not among 200, 201, 202, 204, 303",
    ],
    [
      "a 204 with a body",
      contractWith({ responses: { "204": { description: "None.", ...jsonOf({}) } } }),
      "response 204 has no body",
    ],
    [
      "a type that no handler can return",
      contractWith({ responses: { "200": { description: "A picture.", content: { "image/png": {} } } } }),
      "response type image/png is not among application/json,",
    ],
  ])("%s", (_, contract, problem) => {
    expect(() => generate(contract)).toThrow(`tryIt: ${problem}`);
  });

  test("an error that nothing answers", () => {
    const contract = parseDocument(contractWith({}));
    contract.addIn(["components", "schemas", "ErrorCode", "enum"], "too_late");
    contract.setIn(["components", "schemas", "ErrorCode", "x-status", "too_late"], 410);
    expect(() => generate(String(contract))).toThrow("ErrorCode: too_late is in no x-errors; list it or remove it");
  });

  test("two operations of one method that match the same paths", () => {
    const operation = (id: string, name: string): Record<string, unknown> => ({
      get: { operationId: id, security: [], parameters: [parameter(name)], responses: ok },
    });
    const contract = contractOf({ "/v1/{id}": operation("showOne", "id"), "/v1/{name}": operation("tryIt", "name") });
    expect(() => generate(contract)).toThrow("tryIt: its method and path are those of showOne");
  });
});

describe("the table of operations has", () => {
  test("the schemes in use alone, alternatives in a list of lists", () => {
    const security = [{ adminSecret: [] }, { ownerSession: [] }];
    const table = generate(contractWith({ security }));
    expect(table).toContain('export type SecurityScheme = "adminSecret" | "ownerSession";');
    expect(table).toContain('security: [["adminSecret"], ["ownerSession"]]');
  });

  test("all schemes of one alternative", () => {
    const both = { ...ticketed, security: [{ signature: [], ticket: [] }] };
    const table = generate(contractWith({ ...both, requestBody: bodyOf({ ticket: text, service: text }) }));
    expect(table).toContain('security: [["signature", "ticket"]]');
  });
});
