import { copyFile, readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import { describe, expect, it, onTestFinished } from "vitest";
import { StartError } from "../../src/platform/errors.js";
import type * as Kit from "../../src/kit.js";
import { startChildServer } from "../crash/child-server.js";
import { bundle, oneSentence, run } from "../cli/run-program.js";
import { temporaryFolder } from "../support/test-server.js";

const kitPath = fileURLToPath(new URL("../../dist/tokenvault-webhook-kit.mjs", import.meta.url));

/** What a file imports, whether as it starts or later. */
async function importsOf(path: string): Promise<string[]> {
  const source = ts.createSourceFile(path, await readFile(path, "utf8"), ts.ScriptTarget.ES2023);
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
      found.add((node.moduleSpecifier as ts.StringLiteral).text);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      found.add(argument && ts.isStringLiteralLike(argument) ? argument.text : "computed");
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found];
}

function isNodes(name: string): boolean {
  return name.startsWith("node:") && isBuiltin(name);
}

describe("the main file", () => {
  it("serves the text of the protocol as it is in the repository, though it lies in it compressed", async () => {
    const server = await startChildServer(await temporaryFolder());
    onTestFinished(() => server.kill("SIGKILL"));
    const served = await fetch(`${server.url}/llm.txt`);
    expect(await served.text()).toBe(await readFile(new URL("../../llm.txt", import.meta.url), "utf8"));
  });

  it("imports what Node has, and the kit", async () => {
    const imports = await importsOf(bundle);
    expect(imports).toContain("node:http");
    expect(imports.filter((name) => !isNodes(name))).toEqual(["./tokenvault-webhook-kit.mjs"]);
  });

  it.each([["verify", "--list"], ["demo"], ["demo", "--json"]])(
    "without the kit says of `%s %s` in a sentence where it is",
    async (...args) => {
      const folder = await temporaryFolder();
      await copyFile(bundle, join(folder, "tokenvault-webhook.mjs"));
      const ran = await run(folder, args, {}, "", join(folder, "tokenvault-webhook.mjs"));
      expect([ran.code, ran.stdout]).toEqual([2, ""]);
      expect(ran.stderr).toMatch(oneSentence);
      expect(ran.stderr).toContain("verify and demo are in tokenvault-webhook-kit.mjs");
    },
  );

  it("without the kit has the other commands, and help and completions for all", async () => {
    const folder = await temporaryFolder();
    const alone = join(folder, "tokenvault-webhook.mjs");
    await copyFile(bundle, alone);
    const services = await run(folder, ["services"], {}, "", alone);
    expect(services.stderr).toBe(
      `tokenvault-webhook: There is no data folder here, at ${JSON.stringify(join(folder, "data"))}; check DATA_DIR.\n`,
    );
    const completion = await run(folder, ["completion", "bash"], {}, "", alone);
    expect(completion.stdout).toContain("--upstream-port");
    expect((await run(folder, ["--help"], {}, "", alone)).stdout).toContain("  verify URL");
  });
});

describe("a stack trace", () => {
  it("names the source's file and line where Node is asked to", async () => {
    const folder = await temporaryFolder();
    const broken = "--import=data:text/javascript,Date.now=undefined";
    const settings = { NODE_OPTIONS: `--enable-source-maps ${broken}` };
    const { code, stderr } = await run(folder, [], settings);
    expect(code).toBe(2);
    expect(stderr).toMatch(/\n {4}at .*\/src\/[\w/-]+\.ts:\d+:\d+/);
  });
});

describe("the kit", () => {
  it("imports what Node has", async () => {
    expect((await importsOf(kitPath)).filter((name) => !isNodes(name))).toEqual([]);
  });

  it("passes on what the main file throws as it is, since classes of two files are not the same", async () => {
    const kit = (await import(pathToFileURL(kitPath).href)) as typeof Kit;
    const error = new StartError("It cannot start.");
    await expect(
      kit.runDemo(
        () => Promise.reject(error),
        () => undefined,
      ),
    ).rejects.toBe(error);
    const terminal: Parameters<typeof Kit.verify>[1] = {
      print: () => undefined,
      printError: () => undefined,
      hasColour: false,
      showsProgress: false,
      signal: new AbortController().signal,
      readStdin: () => "",
      writeFile: () => {
        throw error;
      },
    };
    const args = ["http://127.0.0.1:9", "--junit", "junit.xml"];
    await expect(kit.verify(args, terminal)).rejects.toBe(error);
  });

  it("ends with the sentence of the main file where that cannot write what verify found", async () => {
    const folder = await temporaryFolder();
    const args = ["verify", "http://127.0.0.1:9", "--junit", join(folder, "absent", "junit.xml")];
    const { code, stdout, stderr } = await run(folder, args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toContain(`junit.xml" is not there.`);
  });
});
