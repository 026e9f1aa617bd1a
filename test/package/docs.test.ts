import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { errorStatus } from "../../generated/operations.js";
import { commands } from "../../src/cli/catalogue.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

const documents = [
  "README.md",
  "SECURITY.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "deploy/README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => posix.join("docs", ...name.split(/[\\/]/))),
];

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Drops fenced blocks, in which neither a link nor a heading is one. */
function proseOf(text: string): string {
  return text.replace(/^([ \t]*)```[^]*?^\1```[ \t]*$/gm, "");
}

/** Gives each heading its anchor, as GitHub makes it. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, title = ""] of proseOf(text).matchAll(/^#{1,6} +(.+?)[ #]*$/gm)) {
    const slug = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${String(count)}`;
    anchors.add(anchor);
  }
  return anchors;
}

function linksOf(text: string): string[] {
  const prose = proseOf(text).replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/i.test(target));
}

/** Says what is wrong with a link; undefined when it leads somewhere. */
function faultOf(from: string, link: string): string | undefined {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? from : posix.join(posix.dirname(from), decodeURIComponent(path));
  if (target.startsWith("../") || !existsSync(join(root, target))) return `${from}: there is no ${target}`;
  if (anchor === undefined) return undefined;
  const hasAnchor = statSync(join(root, target)).isFile() && anchorsOf(read(target)).has(anchor);
  return hasAnchor ? undefined : `${from}: ${target} has no heading #${anchor}`;
}

/** Reads the names in backticks in the first column of a document's tables. */
function firstColumnOf(text: string): string[] {
  return [...text.matchAll(/^\| *(`[^|]*?) *\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  );
}

describe("the documents", () => {
  it("lead to files and headings that are there", () => {
    const links = documents.flatMap((from) => linksOf(read(from)).map((link) => [from, link] as const));
    expect(links.length).toBeGreaterThan(50);
    expect(links.map(([from, link]) => faultOf(from, link)).filter((fault) => fault !== undefined)).toEqual([]);
  });

  it("are each reached from the README", () => {
    const reached = new Set(["README.md"]);
    for (const from of reached) {
      for (const link of linksOf(read(from))) {
        const target = posix.join(posix.dirname(from), link.split("#")[0] ?? "");
        if (documents.includes(target)) reached.add(target);
      }
    }
    expect(documents.filter((path) => !reached.has(path))).toEqual([]);
  });

  it("say what each command does", () => {
    const named = firstColumnOf(read("docs/commands.md")).map((usage) => usage.split(" ")[0]);
    const names = commands.map(({ name }) => name);
    expect(names.filter((name) => !named.includes(name))).toEqual([]);
  });

  it("say what each error code means", () => {
    const named = firstColumnOf(read("docs/troubleshooting.md"));
    expect(named.sort()).toEqual(Object.keys(errorStatus).sort());
  });

  it("give a reason for each dependency, and for no other", () => {
    const manifest = JSON.parse(read("package.json")) as Readonly<Record<string, Readonly<Record<string, string>>>>;
    const packages = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"].flatMap((kind) =>
      Object.keys(manifest[kind] ?? {}),
    );
    expect(firstColumnOf(read("docs/decisions/dependencies.md")).sort()).toEqual(packages.sort());
  });
});

describe("this test sees", () => {
  it.each([
    ["docs/deploy.md", "absent.md", "docs/deploy.md: there is no docs/absent.md"],
    ["docs/deploy.md", "files.md#absent", "docs/deploy.md: docs/files.md has no heading #absent"],
    ["README.md", "#absent", "README.md: README.md has no heading #absent"],
    ["README.md", "docs#files", "README.md: docs has no heading #files"],
    ["README.md", "../outside.md", "README.md: there is no ../outside.md"],
  ])("that in %s the link %s leads nowhere", (from, link, fault) => {
    expect(faultOf(from, link)).toBe(fault);
  });

  it("no heading in a block of code, and the second of two headings with one name", () => {
    expect([...anchorsOf("# A `b` & c\n\n```\n# no\n```\n\n## A [b](x.md)\n\n## A b\n")]).toEqual([
      "a-b--c",
      "a-b",
      "a-b-1",
    ]);
  });
});
