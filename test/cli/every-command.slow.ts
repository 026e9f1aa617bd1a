import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/catalogue.js";
import { startTestServer, temporaryFolder, type TestServer } from "../support/test-server.js";
import { hasTerminal, onTerminal, runOnTerminal, type TerminalOptions } from "./run-on-terminal.js";
import { jsonOf, run } from "./run-program.js";

interface Case {
  readonly args: readonly string[];
  /** The text on standard input, and what a person types at the prompts. */
  readonly input?: string;
  readonly answers?: TerminalOptions["answers"];
  readonly settings?: Readonly<Record<string, string>>;
  /** Exit code; 0 when absent. */
  readonly code?: number;
  /** The text that a person is shown. */
  readonly says: RegExp;
  readonly json: unknown;
  /** A server runs on the folder, which holds the service `github`; when absent, one ran. */
  readonly server?: "runs" | "none";
  /** A command that is run first. */
  readonly before?: readonly string[];
}

const folderOnly = { server: "none" } as const;
const passphrase = { BACKUP_PASSPHRASE: "correct horse battery" };

/** Each command at its plainest; `serve` never ends by itself and has tests of its own. */
const cases: Readonly<Record<string, Case>> = {
  bind: { args: ["bind"], server: "runs", says: /within 300 seconds/, json: { expiresIn: 300 } },
  services: {
    args: ["services"],
    says: /SERVICE +TYPE[^]*github +API_KEY/,
    json: { services: [{ service: "github" }] },
  },
  add: {
    args: ["add", "gitlab"],
    input: "a-secret\n",
    answers: [["not shown", "a-secret\r"]],
    says: /Stored\./,
    json: { service: "gitlab", meta: { tokenType: "oauth" } },
  },
  remove: {
    args: ["remove", "github"],
    answers: [["[y/N]", "y\r"]],
    says: /Removed\./,
    json: { service: "github", removed: true },
  },
  allow: {
    args: ["allow", "github", "api.example.org"],
    says: /Allowed\./,
    json: { service: "github", allowed: ["api.example.org"] },
  },
  lock: { args: ["lock"], says: /Locked since/, json: { locked: true } },
  unlock: { args: ["unlock"], says: /Unlocked/, json: { locked: false } },
  audit: { args: ["audit", "service=github"], says: /"op":"addService"/, json: { lines: [{ op: "addService" }] } },
  backup: {
    args: ["backup", "file.backup"],
    settings: passphrase,
    says: /holds 1 credential/,
    json: { credentials: 1, sealedWith: "passphrase" },
  },
  restore: {
    args: ["restore", "file.backup", "--check"],
    before: ["backup", "file.backup"],
    settings: passphrase,
    says: /The backup is whole: 1 credential/,
    json: { credentials: 1, restored: false },
  },
  doctor: {
    args: ["doctor"],
    settings: { TOKENVAULT_FRONTEND_URL: "http://127.0.0.1:1" },
    says: /No server runs here\. [^\n]* holds 1 credential/,
    json: { findings: expect.arrayContaining([expect.objectContaining({ level: "ok" })]) as unknown },
  },
  import: {
    args: ["import", "reference"],
    ...folderOnly,
    says: /1 documents were imported/,
    json: { imported: 1 },
  },
  "rotate-key": {
    args: ["rotate-key"],
    says: /1 credential is encrypted under a new key.*keep your copy of the old key file as long as the backups/,
    json: { rotated: 1 },
  },
  verify: { args: ["verify", "--list"], ...folderOnly, says: /ticket\.once/, json: undefined },
  demo: { args: ["demo"], ...folderOnly, says: /All \d+ steps ok\./, json: { ok: true } },
  completion: {
    args: ["completion", "bash"],
    ...folderOnly,
    says: /complete .*tokenvault-webhook/,
    json: { shell: "bash" },
  },
};

async function prepare({ server, before, settings }: Case): Promise<string> {
  if (server === "none") return folderWithReference();
  const running: TestServer = await startTestServer();
  const added = await run(running.folder, ["add", "github", "--type", "API_KEY"], {}, "a-secret");
  expect(added).toEqual({ code: 0, stdout: "Stored.\n", stderr: "" });
  if (server === undefined) await running.stop();
  if (before) expect((await run(running.folder, before, settings)).code).toBe(0);
  return running.folder;
}

/** A reference webhook's data, in `reference`. */
async function folderWithReference(): Promise<string> {
  const folder = await temporaryFolder();
  const reference = join(folder, "reference");
  await mkdir(reference);
  const keys = { webhook_id: "wh_1", encryption_key: Buffer.alloc(32, 5).toString("base64") };
  await writeFile(join(reference, "tokenvault_store.json"), JSON.stringify(keys));
  const documents = { vault_config: { theme: { dark: true } } };
  await writeFile(join(reference, "tokenvault_kv_store.json"), JSON.stringify(documents));
  return folder;
}

it("every command has its case", () => {
  const names = commands.map(({ name }) => name).filter((name) => name !== "serve");
  expect(Object.keys(cases).sort()).toEqual(names.sort());
});

describe.each(Object.entries(cases))("%s", (_name, given) => {
  const { args, input, settings = {}, code = 0, says, json, answers = [] } = given;

  it("does its work on pipes", async () => {
    const ran = await run(await prepare(given), args, settings, input);
    expect(ran.code).toBe(code);
    const [said, silent] = code === 2 ? [ran.stderr, ran.stdout] : [ran.stdout, ran.stderr];
    expect(said).toMatch(says);
    expect(silent).toBe("");
    // Nobody watches: no colour, no cursor.
    expect(said).not.toContain("\u001b");
  });

  it.skipIf(!hasTerminal)(`does its work ${onTerminal}`, async () => {
    const { code: ended, screen } = await runOnTerminal(await prepare(given), args, { settings, answers });
    expect(screen).toMatch(says);
    expect(ended).toBe(code);
    expect(screen).not.toContain("a-secret");
  });

  it.skipIf(json === undefined)("prints one JSON document with --json", async () => {
    const ran = await run(await prepare(given), [...args, "--json"], settings, input);
    expect([ran.code, ran.stderr]).toEqual([code, ""]);
    expect(jsonOf(ran)).toMatchObject(json as object);
  });

  it("refuses what it does not know, and names what is near", async () => {
    const folder = await temporaryFolder();
    const ran = await run(folder, [...args, "--jsn"], settings);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toMatch(/^tokenvault-webhook: [^\n]+ Try [a-z-]+ --help\.\n$/);
    if (args[0] !== "verify") expect(ran.stderr).toContain("did you mean --json?");
  });

  it("explains itself with --help, whatever the settings", async () => {
    const ran = await run(await temporaryFolder(), [args[0] ?? "", "--help"], { PORT: "x" });
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    const command = commands.find(({ name }) => name === args[0]);
    expect(ran.stdout).toContain(`Usage: tokenvault-webhook ${[command?.name, command?.takes].join(" ").trimEnd()}`);
    for (const option of Object.keys(command?.options ?? {})) expect(ran.stdout).toContain(`--${option}`);
    expect(ran.stdout).toContain("--json");
  });
});
