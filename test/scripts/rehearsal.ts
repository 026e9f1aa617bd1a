import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect } from "vitest";
import { root, runNode, temporaryFolder } from "./generated.js";

/** A change by hand: what stands in a file, once or more often, and what stands there then. */
export type Edit = readonly [path: string, from: string | RegExp, to: string];

/** The folders that no program of the project reads from a copy. */
const leftOut: ReadonlySet<string> = new Set([".git", "node_modules", "dist", "coverage"]);
const tests = /^test\//;
/** The tests of what follows the contract; the others know nothing of it. */
const followers = [
  "test/http",
  "test/scripts",
  "test/verify",
  "test/pages",
  "test/llm-text",
  "test/rules",
  "test/vectors",
];
/** It starts the built file, of which a copy has none. */
const leftOutTest = "test/scripts/npm-start.test.ts";

/** A copy of the project that becomes its next version, as someone would make it. */
export class Rehearsal {
  readonly #folder = temporaryFolder();
  readonly #edited = new Set<string>();

  constructor() {
    cpSync(root, this.#folder, {
      recursive: true,
      filter: (path) => !leftOut.has(relative(root, path).split("/")[0] ?? ""),
    });
    symlinkSync(join(root, "node_modules"), join(this.#folder, "node_modules"), "dir");
  }

  /** Adds a file. */
  write(path: string, text: string): void {
    this.#edited.add(path);
    writeFileSync(join(this.#folder, path), text);
  }

  edit(edits: readonly Edit[]): void {
    for (const [path, from, to] of edits) {
      const file = join(this.#folder, path);
      const text = readFileSync(file, "utf8");
      const changed = typeof from === "string" ? text.replaceAll(from, () => to) : text.replace(from, to);
      expect(changed, `${path} has ${String(from)}`).not.toBe(text);
      this.#edited.add(path);
      writeFileSync(file, changed);
    }
  }

  /** Bumps the version; those files do not count as edited by hand. */
  bump(version: string): void {
    this.#succeed("scripts/bump.ts", [version]);
  }

  generate(): void {
    this.#succeed("scripts/generate.ts", []);
  }

  /** @returns what the compiler says is left to do */
  compile(): string {
    const { output } = runNode(
      [join(root, "node_modules/typescript/bin/tsc"), "-p", ".", "--pretty", "false"],
      this.#folder,
    );
    return output;
  }

  /** Generates once more, and expects that types, contract and tests hold. */
  expectReady(): void {
    expect(this.compile()).toBe("");
    this.generate();
    this.#run([join(this.#folder, "scripts/lint-spec.mjs")]);
    this.#run([join(root, "node_modules/vitest/vitest.mjs"), "run", ...followers, "--exclude", leftOutTest]);
  }

  /** Counts the files that were edited by hand. */
  get handiwork(): { readonly files: number; readonly tests: number } {
    const all = [...this.#edited];
    const ofTests = all.filter((path) => tests.test(path)).length;
    return { files: all.length - ofTests, tests: ofTests };
  }

  #succeed(script: string, args: readonly string[]): void {
    this.#run([join(root, "node_modules/tsx/dist/cli.mjs"), join(this.#folder, script), ...args]);
  }

  #run(args: string[]): void {
    const { status, output } = runNode(args, this.#folder, { NODE_OPTIONS: "" });
    expect(status, output.slice(-4_000)).toBe(0);
  }
}
