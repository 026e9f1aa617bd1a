import { describe, expect, it } from "vitest";
import { importCircles } from "./import-circles.js";
import { addressText, dials, fileAccess, ioModules, usesKeys, usesProcess } from "./source-access.js";
import { parseSource, sourceFiles, type SourceFile } from "./source-files.js";

/*
 * The layers of src, from the top. A file imports from its own layer and from those below that its row names.
 *
 *   main -> cli -> server -> handlers -> http -> owner -> backup -> vault -> keys, outbound, store, replay, audit
 *        -> files, protocol -> contract -> platform
 */
const generated = ["generated/llm-text", "generated/operations", "generated/types", "generated/validators"];
const platform = ["src/platform/", ...generated];
/** Names the settings and reads them from what main hands over. */
const settings = "src/config";
const storage = ["src/keys/", "src/store/", "src/replay/", "src/audit/", "src/files/"];

/** Who may import whom, beside itself and the platform. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "src/platform/": [],
  "src/config": [],
  "src/protocol/": [],
  "src/files/": [],
  "src/contract/": ["src/protocol/"],
  "src/store/": ["src/files/"],
  "src/replay/": ["src/files/", "src/protocol/"],
  "src/audit/": ["src/files/"],
  "src/keys/": [settings, "src/files/", "src/protocol/"],
  "src/outbound/": ["src/protocol/"],
  "src/vault/": [settings, "src/protocol/", "src/outbound/", ...storage],
  "src/backup/": [settings, "src/protocol/", "src/vault/", ...storage],
  "src/owner/": ["src/vault/", "src/backup/", "src/store/"],
  "src/pages/": ["src/contract/"],
  "src/handlers/": [
    settings,
    "src/contract/",
    "src/http/",
    "src/pages/",
    "src/protocol/",
    "src/outbound/",
    "src/owner/",
    "src/vault/",
    "src/store/store",
  ],
  "src/http/": [settings, "src/contract/", "src/pages/", "src/protocol/", "src/replay/", "src/vault/", "src/audit/"],
  // It judges by what a webhook does: of the server it has the contract and the signing, nothing else.
  "src/verify/": ["generated/answers", "src/protocol/signature"],
};
/** They put the parts together, and nothing but main starts them. */
const composing = ["src/main", "src/server", "src/kit", "src/cli/", "src/demo/"];

const sources = sourceFiles("src");
const everything = [...sources, ...sourceFiles("test"), ...sourceFiles("scripts")];

/** The folder below src that a file is in, or the file itself. */
function layerOf(path: string): string {
  return /^src\/[^/]+\//.exec(path)?.[0] ?? path.replace(/\.ts$/, "");
}

function violations(files: readonly SourceFile[], problemsOf: (file: SourceFile) => readonly string[]): string[] {
  return files.flatMap((file) => problemsOf(file).map((problem) => `${file.path}: ${problem}`));
}

function forbiddenImports({ path, imports }: SourceFile): string[] {
  const layer = layerOf(path);
  if (composing.includes(layer)) return [];
  const allowed = [...(mayImport[layer] ?? []), ...platform];
  const fits = (from: string): boolean =>
    !/^(?:src|generated|scripts|test)\//.test(from) ||
    layerOf(from) === layer ||
    allowed.some((one) => from === one || (one.endsWith("/") && from.startsWith(one)));
  return imports.map(({ from }) => from).filter((from) => !fits(from));
}

function isIn(path: string, places: readonly string[]): boolean {
  return places.some((place) => path === place || (place.endsWith("/") && path.startsWith(place)));
}

describe("the direction of the arrows", () => {
  it("nobody imports from above, or from a layer that is not its own to use", () => {
    expect(violations(sources, forbiddenImports)).toEqual([]);
  });

  it("each folder of src has its place in it", () => {
    const folders = new Set(sources.map(({ path }) => layerOf(path)).filter((layer) => layer.endsWith("/")));
    expect([...folders].filter((folder) => !(folder in mayImport) && !composing.includes(folder))).toEqual([]);
  });

  it("no files import each other in a circle, types included", () => {
    expect(importCircles(sources)).toEqual([]);
  });

  it("nothing in src imports scripts or tests, and the validators of answers are for judging webhooks alone", () => {
    const problemsOf = ({ path, imports }: SourceFile): string[] =>
      imports
        .map(({ from }) => from)
        .filter((from) => /^(?:scripts|test)\/|^generated\/answers|^computed$/.test(from))
        .filter((from) => from !== "generated/answers" || path !== "src/verify/judge.ts");
    expect(violations(sources, problemsOf)).toEqual([]);
  });

  it("what the kit is made of is imported by the kit, and in the main file there are its options alone", () => {
    const isOfKit = (path: string): boolean => isIn(path, ["src/demo/", "src/verify/", "src/kit"]);
    const problemsOf = ({ path, imports }: SourceFile): string[] =>
      imports
        .filter(({ from, names }) => isOfKit(from) && names.length > 0 && from !== "src/verify/options")
        .map(({ from }) => from)
        .filter((from) => from !== "src/kit" || path !== "src/cli/load-second-file.ts");
    expect(
      violations(
        sources.filter(({ path }) => !isOfKit(path.replace(/\.ts$/, ""))),
        problemsOf,
      ),
    ).toEqual([]);
  });

  it("nothing that was generated imports anything but what was generated", () => {
    const problemsOf = ({ imports }: SourceFile): string[] =>
      imports.map(({ from }) => from).filter((from) => !from.startsWith("generated/"));
    expect(violations(sourceFiles("generated"), problemsOf)).toEqual([]);
  });

  it("the protocol does no I/O", () => {
    const problemsOf = ({ imports, globals }: SourceFile): string[] => [
      ...imports
        .filter(({ from, names }) => ioModules.test(from) && names.some((name) => !addressText.has(name)))
        .map(({ from }) => from),
      ...["fetch", "setTimeout", "setInterval", "Date.now", "process"].filter((name) => globals.has(name)),
    ];
    const protocol = sources.filter(({ path }) => path.startsWith("src/protocol/"));
    expect(protocol.length).toBeGreaterThan(0);
    expect(violations(protocol, problemsOf)).toEqual([]);
  });
});

describe("what only one place may do", () => {
  it("only the files layer touches files", () => {
    const exceptions = [
      "src/files/",
      // A setting may come as NAME_FILE or in .env, before there is a store.
      "src/cli/dot-env.ts",
      // Files that the user names, and standard input.
      "src/cli/process-terminal.ts",
      "src/cli/standard-input.ts",
      // The demo lives in a temporary folder that it makes and removes.
      "src/demo/demo.ts",
    ];
    expect(
      violations(
        sources.filter(({ path }) => !isIn(path, exceptions)),
        fileAccess,
      ),
    ).toEqual([]);
  });

  it("only outbound opens connections", () => {
    const exceptions = [
      "src/outbound/",
      // The demo plays Token Vault, an agent and a browser, which call this server over loopback.
      "src/demo/",
      // It plays them against any webhook, and the servers that a webhook calls.
      "src/verify/",
      // A command speaks to the server that runs on the same folder.
      "src/cli/remote-owner.ts",
      // It asks, by a socket in the data folder that no network reaches, which process has it.
      "src/files/lock-socket.ts",
      // It asks the public address and the clock of Token Vault, for the owner.
      "src/cli/doctor/doctor-network.ts",
    ];
    expect(
      violations(
        sources.filter(({ path }) => !isIn(path, exceptions)),
        dials,
      ),
    ).toEqual([]);
  });

  it("only the vault, its keys and the protocol use keys", () => {
    const exceptions = [
      "src/vault/",
      "src/keys/",
      "src/backup/",
      "src/protocol/",
      // Compares the admin secret in constant time.
      "src/http/owner-access.ts",
    ];
    expect(
      violations(
        sources.filter(({ path }) => !isIn(path, exceptions)),
        usesKeys,
      ),
    ).toEqual([]);
  });

  it("only main reads the environment, takes signals and ends the process", () => {
    expect(
      violations(
        sources.filter(({ path }) => path !== "src/main.ts"),
        usesProcess,
      ),
    ).toEqual([]);
  });

  it("only the clock and the command line ask for the time", () => {
    const exceptions = ["src/platform/clock.ts", "src/main.ts", "src/demo/", "src/verify/"];
    const problemsOf = ({ globals }: SourceFile): string[] =>
      ["Date.now", "performance.now"].filter((name) => globals.has(name));
    expect(
      violations(
        sources.filter(({ path }) => !isIn(path, exceptions)),
        problemsOf,
      ),
    ).toEqual([]);
  });

  it("no exception is named that is not needed", () => {
    const needed: readonly (readonly [string, (file: SourceFile) => string[]])[] = [
      ["src/cli/dot-env.ts", fileAccess],
      ["src/cli/process-terminal.ts", fileAccess],
      ["src/demo/demo.ts", fileAccess],
      ["src/demo/", dials],
      ["src/cli/remote-owner.ts", dials],
      ["src/verify/", dials],
      ["src/http/owner-access.ts", usesKeys],
    ];
    for (const [place, problemsOf] of needed) {
      expect(
        violations(
          sources.filter(({ path }) => isIn(path, [place])),
          problemsOf,
        ),
        place,
      ).not.toEqual([]);
    }
  });
});

describe("a file", () => {
  it("is named after the one thing it does", () => {
    const vague = /(?:^|\/)(?:utils?|helpers?|common|misc|shared|lib)(?:[./-]|$)/;
    expect(everything.map(({ path }) => path).filter((path) => vague.test(path))).toEqual([]);
  });
});

describe("these tests see", () => {
  const parse = (text: string): SourceFile => parseSource("src/vault/sample.ts", text);

  it.each([
    ['import { x } from "../handlers/index.js";', "src/handlers/index"],
    ['export * from "../app.js";', "src/app"],
    ['const x = await import("../../scripts/generate.js");', "scripts/generate"],
    ['import type { X } from "../server.js";', "src/server"],
  ])("an import from above: %s", (text, from) => {
    expect(forbiddenImports(parse(text))).toEqual([from]);
  });

  it.each([
    'import { request } from "node:http";',
    'import * as net from "node:net";',
    'import https from "node:https";',
    'import { lookup } from "node:dns/promises";',
    'await fetch("https://example.org");',
    'await globalThis.fetch("https://example.org");',
    "const call = { fetch };",
    'new WebSocket("wss://example.org");',
  ])("a connection that is opened: %s", (text) => {
    expect(dials(parse(text))).toHaveLength(1);
  });

  it.each([
    'import { createServer } from "node:http";',
    'import { isIP } from "node:net";',
    "(fetch: F) => fetch(1);",
    "this.fetch(1); x.fetch;",
    'import type { Socket } from "node:net";',
  ])("none where there is none: %s", (text) => {
    expect(dials(parse(text))).toEqual([]);
  });

  it("files, keys, the process and the time", () => {
    expect(fileAccess(parse('import { readFileSync } from "node:fs";'))).toHaveLength(1);
    expect(fileAccess(parse('import { open } from "node:fs/promises";'))).toHaveLength(1);
    expect(usesKeys(parse('crypto.subtle.sign("HMAC", key, data);'))).toHaveLength(1);
    expect(usesKeys(parse('import { createHmac } from "node:crypto";'))).toHaveLength(1);
    expect(usesKeys(parse('crypto.subtle.digest("SHA-256", data);'))).toEqual([]);
    expect(usesProcess(parse('process.env["X"]; process.on("SIGTERM", stop);'))).toHaveLength(2);
    expect(usesProcess(parse('import { env } from "node:process";'))).toHaveLength(1);
  });
});
