import { StartError } from "../errors.js";
import type { Disk } from "../store/disk.js";
import { readRecord, readRecordHead, verifyRecord, type ChainedLine } from "../store/record-log.js";

/** Prints the record's lines; of those given, each member must equal the line's. The server may be running. */
export async function printAudit(
  disk: Disk,
  folder: string,
  filters: Readonly<Record<string, string>>,
  print: (text: string) => void,
): Promise<void> {
  const wanted = Object.entries(filters);
  for (const line of await readRecord(disk, folder)) {
    if (wanted.every(([name, value]) => String(line[name]) === value)) print(`${lineText(line)}\n`);
  }
}

/** Looks for a changed or missing line; exit code 1 when one is found. */
export async function verifyAudit(disk: Disk, folder: string, print: (text: string) => void): Promise<number> {
  let lines: readonly ChainedLine[];
  try {
    lines = await readRecord(disk, folder);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    print(`The record is broken: ${error.message}\n`);
    return 1;
  }
  const broken = verifyRecord(lines, await readRecordHead(disk, folder));
  if (broken) {
    print(`The record is broken: line ${String(broken.n)} ${broken.problem}.\n`);
    return 1;
  }
  print(`The record is whole: ${String(lines.length)} lines, the last is ${String(lines.at(-1)?.n ?? 0)}.\n`);
  return 0;
}

/** As JSON: it escapes what could forge a line or move the cursor. */
function lineText({ n, prev: _prev, ...fields }: ChainedLine): string {
  return JSON.stringify({ n, ...fields }).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}
