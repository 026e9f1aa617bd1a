import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { parseDocument, type Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import { contractText, generate, root, runNode, temporaryFolder } from "./generated.js";

const healthExample = "components responses Health content application/json examples health value".split(" ");

/** The contract with a new operation `listVaults` and a new required member `region` in the answer of getHealth. */
function bumpedContract(): string {
  const contract = parseDocument(contractText);
  contract.setIn(["info", "version"], "99.0.0");
  const answer = { type: "object", required: ["services"], properties: { services: { type: "array" } } };
  contract.setIn(
    ["paths", "/v1/vaults"],
    contract.createNode({
      get: {
        operationId: "listVaults",
        summary: "List the vaults",
        security: [],
        "x-errors": ["invalid_request", "rate_limited", "internal_error"],
        responses: { "200": { description: "All.", content: { "application/json": { schema: answer } } } },
      },
    }),
  );
  contract.addIn(["components", "schemas", "Health", "required"], "region");
  contract.setIn(["components", "schemas", "Health", "properties", "region"], contract.createNode({ type: "string" }));
  contract.setIn([...healthExample, "region"], "eu");
  return String(contract);
}

function projectWithContract(contract: string): string {
  const folder = temporaryFolder();
  for (const path of ["src", "types", "package.json", "tsconfig.json"]) {
    if (existsSync(join(root, path))) cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  writeFileSync(join(folder, "openapi.yaml"), contract);
  expect(generate(["--contract", join(folder, "openapi.yaml"), "--out", folder])).toMatchObject({ status: 0 });
  return folder;
}

function compile(folder: string) {
  return runNode([join(root, "node_modules/typescript/bin/tsc"), "-p", folder, "--pretty", "false"], folder);
}

test("after a protocol bump the compiler names the missing handler and the handler with the missing member", () => {
  const { status, output } = compile(projectWithContract(bumpedContract()));
  expect(status).not.toBe(0);
  expect(output).toMatch(/^src\/handlers\/index\.ts\(\d+,\d+\): error TS2741: .*'listVaults'/m);
  expect(output).toMatch(/^src\/handlers\/\S+\.ts\(\d+,\d+\): error TS\d+: .*[\s\S]*?'region'/m);
});

test("the text for ports, the types and the validators follow the bump, a renamed member included", async () => {
  const contract = parseDocument(bumpedContract());
  contract.deleteIn(["components", "schemas", "Health", "properties", "uptime"]);
  contract.setIn(["components", "schemas", "Health", "properties", "uptimeSeconds"], { type: "integer", minimum: 0 });
  const required = contract.getIn(["components", "schemas", "Health", "required"]) as YAMLSeq<Scalar<string>>;
  for (const item of required.items) if (item.value === "uptime") item.value = "uptimeSeconds";
  contract.deleteIn([...healthExample, "uptime"]);
  contract.setIn([...healthExample, "uptimeSeconds"], 12);
  const folder = temporaryFolder();
  writeFileSync(join(folder, "openapi.yaml"), String(contract));
  expect(generate(["--contract", join(folder, "openapi.yaml"), "--out", folder])).toMatchObject({ status: 0 });
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");
  for (const text of [read("llm.txt"), read("generated/llm-text.ts")]) {
    expect(text).toContain("# Token Vault webhook protocol 99.0.0");
    expect(text).toContain("### GET /v1/vaults (listVaults)");
    expect(text).toContain("  uptimeSeconds: integer (0..)");
    expect(text).not.toContain("  uptime: integer");
  }
  expect(read("generated/types.ts")).toMatch(/uptimeSeconds: number;/);
  expect(read("generated/operations.ts")).toContain('protocolVersion = "99.0.0"');
  const { answers } = (await import(pathToFileURL(join(folder, "generated/answers.js")).href)) as {
    answers: Record<string, Record<string, (value: unknown) => boolean>>;
  };
  const health = {
    status: "healthy",
    version: "99.0.0",
    keyConfigured: true,
    capabilities: [],
    tokenCount: 0,
    region: "eu",
  };
  expect(answers["getHealth"]?.["200"]?.({ ...health, uptimeSeconds: 1 })).toBe(true);
  expect(answers["getHealth"]?.["200"]?.({ ...health, uptime: 1 })).toBe(false);
  expect(Object.keys(answers)).toContain("listVaults");
});

test("an operation that is removed is an error where it is named, and nowhere else", () => {
  const contract = parseDocument(contractText);
  contract.deleteIn(["paths", "/owner/hosts/remove"]);
  const { status, output } = compile(projectWithContract(String(contract)));
  expect(status).not.toBe(0);
  const errors = output.split("\n").filter((line) => /error TS/.test(line));
  expect(errors.length).toBeGreaterThan(0);
  for (const line of errors) expect(line).toMatch(/removeHost|\/owner\/hosts\/remove/);
  expect(output).toMatch(/^src\/handlers\/index\.ts\(\d+,\d+\): error TS2353: .*'removeHost'/m);
}, 60_000);

test("a scheme without an authenticator and a status that the contract has not do not compile", () => {
  const contract = parseDocument(contractText);
  const key = contract.createNode({ type: "http", scheme: "bearer", description: "A vault key." });
  contract.setIn(["components", "securitySchemes", "vaultKey"], key);
  contract.setIn(["paths", "/readyz", "get", "security"], contract.createNode([{ vaultKey: [] }]));
  contract.addIn(["paths", "/readyz", "get", "x-errors"], "auth_failed");
  const responses = contract.getIn(["paths", "/healthz", "get", "responses"]) as YAMLMap;
  responses.set("202", responses.get("200", true));
  responses.delete("200");
  const { output } = compile(projectWithContract(String(contract)));
  expect(output).toMatch(/^src\/http\/authentication\.ts\(\d+,\d+\): error TS2741: .*'vaultKey'/m);
  expect(output).toMatch(/^src\/handlers\/about\.ts\(\d+,\d+\): error TS/m);
}, 60_000);

test("the same copy without the bump compiles", () => {
  expect(compile(projectWithContract(contractText))).toEqual({ status: 0, output: "" });
});
