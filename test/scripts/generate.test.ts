import { appendFileSync, copyFileSync, cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readContract } from "../../scripts/generate/contract.js";
import { filledGuide } from "../../scripts/generate/guide.js";
import { generateOutputs } from "../../scripts/generate/outputs.js";
import { contractText, generate, readGenerated, root, temporaryFolder } from "./generated.js";

describe("npm run generate", () => {
  test("writes the same bytes twice, whatever the time zone and the language", () => {
    const first = temporaryFolder();
    const second = temporaryFolder();
    expect(generate(["--out", first])).toMatchObject({ status: 0 });
    expect(generate(["--out", second], { TZ: "Asia/Tokyo", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" }).status).toBe(
      0,
    );
    expect(readGenerated(second)).toEqual(readGenerated(first));
  });

  test("names its source in the first line of every file", () => {
    for (const [path, text] of readGenerated(root)) {
      expect(text.split("\n")[0], path).toContain("Generated from openapi.yaml by `npm run generate`; do not edit.");
    }
  });

  test("leaves no file stale in this repository", () => {
    expect(generate(["--check"])).toMatchObject({ status: 0 });
  });

  test("--check names each stale or missing file and repairs none", () => {
    const folder = temporaryFolder();
    cpSync(join(root, "generated"), join(folder, "generated"), { recursive: true });
    copyFileSync(join(root, "llm.txt"), join(folder, "llm.txt"));
    appendFileSync(join(folder, "generated/operations.ts"), "// edited by hand\n");
    rmSync(join(folder, "llm.txt"));
    const check = generate(["--check", "--out", folder]);
    expect(check.status).toBe(1);
    expect(check.output).toContain("generated/operations.ts is stale");
    expect(check.output).toContain("llm.txt is stale");
    expect(check.output).not.toContain("generated/types.ts");
    expect(generate(["--check", "--out", folder]).status).toBe(1);
  });

  test("writes JavaScript without require, eval or imports from packages", () => {
    for (const [path, text] of readGenerated(root)) {
      if (!path.endsWith(".js")) continue;
      expect(text, path).not.toMatch(/\brequire\s*\(|\beval\b|new Function/);
      for (const [, source] of text.matchAll(/\bfrom\s*["']([^"']+)["']/g)) expect(source, path).toMatch(/^\.\//);
    }
  });
});

describe("what the contract says is filled", () => {
  const contract = readContract(contractText);

  test("into the guide, where it is named", () => {
    const guide = "good for {{registrationSeconds}} s: {{TicketPurpose}}; else 410 `code_expired`";
    const filled = "good for 300 s: store, agent_credential, user_reveal, proxy, totp_code; else 410 `code_expired`";
    expect(filledGuide(guide, contract)).toBe(filled);
  });

  test.each([
    ["{{registrationMinutes}}", "{{registrationMinutes}} is neither of x-limits nor an enumeration; correct it"],
    ["409 `code_used`", "the guide says 409 `code_used`, and ErrorCode 410; correct one of them"],
    ["410 `code_gone`", "the guide says 410 `code_gone`, and ErrorCode has no such code; correct one of them"],
  ])("and the guide is refused with %s", (guide, problem) => {
    expect(() => filledGuide(guide, contract)).toThrow(problem);
  });

  test("into the documents, as its version", () => {
    const folder = temporaryFolder();
    const page = (version: string): string => `Webhook, protocol ${version}, {"version":"${version}"}, Node 20.19.0`;
    writeFileSync(join(folder, "README.md"), page("1.9.0"));
    expect(generate(["--out", folder])).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, "README.md"), "utf8")).toBe(page(contract.version));
    writeFileSync(join(folder, "README.md"), page("1.9.0"));
    const { status, output } = generate(["--out", folder, "--check"]);
    expect(status).toBe(1);
    expect(output).toContain("README.md is stale");
  });
});

describe("npm run generate refuses a contract", () => {
  test.each([
    ["an error code without a status", "        not_totp: 400\n", "", "x-status has no status for not_totp"],
    ["a status without an error code", "        - not_totp\n", "", "x-status has not_totp, which enum has not"],
    [
      "a body without a limit",
      "        x-max-body-bytes: 8192\n",
      "",
      "actOnHome: the request body needs x-max-body-bytes",
    ],
    [
      "a misspelt extension",
      "      x-remember-signature: true\n",
      "      x-remember: true\n",
      "notifyRefresh: x-remember is not",
    ],
    ["a flag that is none", "x-refuse-token-vault: true", "x-refuse-token-vault: 1", "must be true or false"],
    [
      "a ticket without purposes",
      "      x-ticket-purposes: [store]\n",
      "",
      "storeCredential: x-ticket-purposes goes with",
    ],
    [
      "a discriminator that the schema contradicts",
      "const: list_batch }",
      "const: batch }",
      "discriminator maps list_batch",
    ],
  ])("with %s", async (_, wanted, replacement, problem) => {
    expect(contractText).toContain(wanted);
    await expect(generateOutputs(contractText.replace(wanted, replacement))).rejects.toThrow(problem);
  });

  test("and says so on the command line, writing nothing", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "openapi.yaml"), contractText.replace("adminSecret: []", "nobody: []"));
    const run = generate(["--contract", join(folder, "openapi.yaml"), "--out", folder]);
    expect(run.status).toBe(1);
    expect(run.output).toContain("security scheme nobody is not among");
    expect(readdirSync(folder)).toEqual(["openapi.yaml"]);
  });
});
