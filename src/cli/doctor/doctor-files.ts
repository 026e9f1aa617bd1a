import { join, resolve, sep } from "node:path";
import type { Config } from "../../config.js";
import type { Disk } from "../../files/disk.js";
import { fileFacts, freeBytes } from "../../files/file-facts.js";
import { systemFault } from "../../files/system-fault.js";
import { keyFolder } from "../../keys/key-source.js";
import { errorCode, StartError } from "../../platform/errors.js";
import { problem, fine, unknown, warning, type Finding } from "./finding.js";

const mebibyte = 1024 * 1024;
/** The journal is folded by writing the snapshot anew beside it. */
const tightBytes = 200 * mebibyte;
const fullBytes = 20 * mebibyte;

/** Files that a server reads and writes; others may lie beside them. */
const ownName = /\.(?:jsonl?|head)$/;

/** Checks that this user may use the data folder, who else may read it and the key, and that they lie apart. */
export async function fileFindings(disk: Disk, config: Config, folder: string): Promise<Finding[]> {
  const keys = keyFolder(folder);
  const keyFile = resolve(config.keyFile ?? join(keys, "keys.json"));
  const paths = [folder, join(folder, "store.json"), ...(config.seed ? [] : [keyFile]), join(keys, "admin-secret")];
  const facts = await Promise.all(paths.map(async (path) => ({ path, found: await fileFacts(path) })));
  const open = facts.flatMap(({ path, found }) => {
    if (!found || (found.mode & 0o077) === 0) return [];
    const finding = `Others may read ${path}: its mode is ${found.mode.toString(8)}.`;
    return [problem("files", finding, `chmod ${found.isFolder ? "700" : "600"} ${path}`)];
  });
  const closed = await closedFindings(disk, folder, config.adminSecret ? [] : [join(keys, "admin-secret")]);
  const amiss = [...open, ...closed];
  const hasKeyFile = facts.some(({ path, found }) => path === keyFile && found !== undefined);
  return [
    ...(amiss.length > 0 ? amiss : [fine("files", `Only their owner may read the files in ${folder}.`)]),
    keyFinding(config, folder, keyFile, hasKeyFile),
  ];
}

/** Opens each file as a server does, which would not start without. */
async function closedFindings(disk: Disk, folder: string, secrets: readonly string[]): Promise<Finding[]> {
  const names = (await disk.list(folder)).filter((name) => ownName.test(name)).sort();
  const looks = [
    ...names.map((name) => async () => (await disk.reopen(join(folder, name))).close()),
    ...secrets.map((path) => () => disk.read(path)),
  ];
  const findings: Finding[] = [];
  for (const look of looks)
    try {
      await look();
    } catch (error) {
      const sentence = systemFault(error) ?? (error instanceof StartError ? error.message : undefined);
      // A server that runs may have removed it since.
      if (errorCode(error) === "ENOENT") continue;
      if (sentence === undefined) throw error;
      findings.push(problem("files", sentence, "Do what it says; the server needs this file."));
    }
  return findings;
}

function keyFinding(config: Config, folder: string, keyFile: string, isThere: boolean): Finding {
  if (config.seed) return fine("key", "The key comes from TV_WEBHOOK_SEED; the seed is what you must not lose.");
  if (!isThere && config.credentialsDirectory) return fine("key", "The key comes from the service manager.");
  if (!isThere) {
    const fix = "Set KEY_FILE as the server has it, or put the file back.";
    return unknown("key", `There is no key file at ${keyFile}.`, fix);
  }
  if (keyFile.startsWith(folder + sep)) {
    const finding = `The key ${keyFile} lies in the data folder: who copies the one has the other.`;
    return warning("key", finding, "Stop the server, move the file out and set KEY_FILE to its new place.");
  }
  return fine("key", `The key is ${keyFile}; back it up apart from the data.`);
}

export async function spaceFinding(folder: string): Promise<Finding> {
  const free = await freeBytes(folder);
  if (free === undefined)
    return unknown("space", "The system does not say how much disk space is left.", "Look with df.");
  const text = `${String(Math.floor(free / mebibyte))} MiB are free where the data is.`;
  if (free < fullBytes) return problem("space", text, "Make room: a full disk refuses every write.");
  return free < tightBytes ? warning("space", text, "Make room before it is full.") : fine("space", text);
}
