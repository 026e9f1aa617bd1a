import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { startTestServer, temporaryFolder } from "../support/test-server.js";
import { bundle, environmentOf, oneSentence, run } from "./run-program.js";

/** Every command that opens a data folder or makes one. */
const commands: Readonly<Record<string, readonly string[]>> = {
  serve: [],
  doctor: ["doctor"],
  services: ["services"],
  add: ["add", "gitlab"],
  lock: ["lock"],
  audit: ["audit"],
  backup: ["backup", "new.backup"],
  restore: ["restore", "old.backup", "--replace"],
  import: ["import", "reference"],
  "rotate-key": ["rotate-key"],
};
const passphrase = { BACKUP_PASSPHRASE: "correct horse battery" };
const isRoot = process.geteuid?.() === 0;

/** A folder in which a server ran, with a backup of it and a reference webhook's folder. */
async function usedFolder(): Promise<string> {
  const server = await startTestServer();
  await server.tokenVault.bind();
  await server.stop();
  const { folder } = server;
  expect(await run(folder, ["backup", "old.backup"], passphrase)).toMatchObject({ code: 0 });
  const keys = { webhook_id: "wh_1", encryption_key: Buffer.alloc(32, 7).toString("base64") };
  await mkdir(join(folder, "reference"));
  await writeFile(join(folder, "reference", "tokenvault_store.json"), JSON.stringify(keys));
  await writeFile(join(folder, "reference", "tokenvault_kv_store.json"), "{}");
  return folder;
}

/** Runs a command in a shell that has made the fault; "$@" is the program. */
async function runIn(folder: string, prepare: string, name: string): ReturnType<typeof run> {
  const args = ["-c", `${prepare}; exec "$@"`, "sh", process.execPath, bundle, ...(commands[name] ?? [])];
  const isMount = prepare.startsWith("mount");
  const [program, ...before] = isMount ? ["unshare", isRoot ? "-m" : "-rm", "sh"] : ["sh"];
  const env = environmentOf(folder, passphrase);
  const child = spawn(program ?? "", [...before, ...args], { cwd: folder, env, timeout: 120_000 });
  child.stdin.on("error", () => undefined).end("a-secret\n");
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

interface Fault {
  /** Shell commands, run in the folder before the program, which is "$@". */
  readonly prepare: string;
  readonly says: RegExp;
  /** Commands that do not meet it, and work. */
  readonly spares?: readonly string[];
  /** The only commands that it is about; all when absent. */
  readonly reaches?: readonly string[];
}

const toMount = "mount -t tmpfs -o size=1m,mode=700 tmpfs /mnt; cp -r data/. /mnt";
const folderFor = (path: string): string => `rm -rf ${path}; mkdir ${path}`;

const faults: Readonly<Record<string, Fault>> = {
  "a full disk": {
    prepare: `${toMount}; cat /dev/zero > /mnt/full 2>&-; mount --bind /mnt data`,
    says: /the disk is full/i,
    spares: ["audit", "doctor"],
  },
  "a mount that is read-only": {
    prepare: `${toMount}; mount --bind /mnt data; mount -o remount,ro,bind data`,
    says: /mounted read-only/,
    spares: ["audit"],
  },
  "a folder of another user": {
    prepare: isRoot
      ? 'chown -R 65534 data; chmod 700 data; set -- setpriv --bounding-set=-dac_override,-dac_read_search "$@"'
      : "chmod 000 data",
    says: /belongs to (?:user|another user)/,
  },
  "a folder that its own mode closes": {
    prepare: isRoot
      ? 'chmod 500 data; set -- setpriv --bounding-set=-dac_override,-dac_read_search "$@"'
      : "chmod 500 data",
    says: /Run `chmod u\+rwX "[^"]*data"`/,
    spares: ["audit"],
  },
  "a file in place of the folder": { prepare: "rm -r data; echo > data", says: /a folder is needed/ },
  "too few open files": {
    // The fewest with which the program itself starts.
    prepare:
      'for n in $(seq 14 60); do (ulimit -n $n; "$1" "$2" --version || exit 1) > log 2>&1 && break; done; ulimit -n $n',
    says: /too many files open/,
    spares: ["doctor", "services", "add", "lock", "audit", "backup", "restore", "import", "rotate-key"],
  },
  "a folder in place of store.json": {
    prepare: folderFor("data/store.json"),
    says: /store\.json" is a folder, and a file is needed/,
    spares: ["audit", "import"],
  },
  "a folder in place of used.jsonl": {
    prepare: folderFor("data/used.jsonl"),
    says: /used\.jsonl" is a folder, and a file is needed/,
    spares: ["doctor", "services", "add", "lock", "audit", "backup", "restore", "import", "rotate-key"],
  },
  "a folder in place of record.jsonl": {
    prepare: folderFor("data/record.jsonl"),
    says: /record\.jsonl" is a folder, and a file is needed/,
    spares: ["services", "add", "lock", "backup", "restore", "import", "rotate-key"],
  },
  "a folder in place of a log's head": {
    prepare: folderFor("data/used.jsonl.head"),
    says: /used\.jsonl\.head" is a folder, and a file is needed/,
    spares: ["doctor", "services", "add", "lock", "audit", "backup", "restore", "import", "rotate-key"],
  },
  "a folder in place of the lock": {
    prepare: folderFor("data/lock"),
    says: /lock" is a folder, and a file is needed/,
    spares: ["audit"],
  },
  "a folder in place of the admin secret": {
    prepare: folderFor("data-keys/admin-secret"),
    says: /admin-secret" is a folder, and a file is needed/,
    spares: ["doctor", "services", "add", "lock", "audit", "backup", "restore", "import", "rotate-key"],
  },
  "a link to nothing in place of the folder": {
    prepare: "rm -r data; ln -s nowhere data",
    says: /is not there|no data folder|does not exist/,
    spares: ["doctor"],
  },
  "a file to import, and a folder to restore": {
    prepare: "rm -r reference old.backup; echo > reference; mkdir old.backup; rm -r data",
    says: /a folder is needed|is a folder, and a file is needed/,
    reaches: ["import", "restore"],
  },
  "a folder in place of the key file": {
    prepare: folderFor("data-keys/keys.json"),
    says: /keys\.json" is a folder, and a file is needed/,
    spares: ["audit"],
  },
};

describe("an unexpected failure, with a stack, was what a command called", () => {
  it.each(Object.entries(faults))(
    "%s",
    async (_what, { prepare, says, spares = [], reaches = Object.keys(commands) }) => {
      const used = await usedFolder();
      for (const name of reaches) {
        const folder = await temporaryFolder();
        await cp(used, folder, { recursive: true });
        const { code, stdout, stderr } = await runIn(folder, prepare, name);
        expect(stdout + stderr, name).not.toMatch(/\n {4}at /);
        if (code !== 2 && spares.includes(name)) continue;
        expect({ code, stderr }, name).toEqual({ code: 2, stderr: expect.stringMatching(oneSentence) as string });
        if (!spares.includes(name)) expect(stderr, name).toMatch(says);
      }
    },
  );
});
