import { statSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "../platform/errors.js";
import { ownUser } from "./file-facts.js";

/** A problem as it stands after the path, and the way to mend it. */
type Fault = readonly [problem: string, fix: string];

const notPermitted: Fault = [
  "may not be used by this user",
  "Run this as the user it belongs to, or give it to this one",
];
const noRoom = "Make room there, or use another disk";

const mountedVolume: Fault = [
  "cannot be moved: it is a mounted volume, or lies on another disk",
  "Name a folder inside the volume, such as by DATA_DIR",
];

const faults: Readonly<Record<string, Fault>> = {
  EACCES: notPermitted,
  EPERM: notPermitted,
  EROFS: ["is on a disk that is mounted read-only", "Mount it for writing, or use another disk"],
  ENOSPC: ["cannot be written: the disk is full", noRoom],
  EDQUOT: ["cannot be written: the disk quota is used up", noRoom],
  EFBIG: ["may not grow any more", "Raise the limit of file sizes (`ulimit -f`)"],
  EMFILE: ["cannot be opened: this program has too many files open", "Raise the limit of open files (`ulimit -n`)"],
  ENFILE: ["cannot be opened: this machine has too many files open", "Stop other programs, or raise fs.file-max"],
  EEXIST: ["is a file, and a folder is needed", "Move it away, or name another folder"],
  ENOTDIR: ["lies in a file, and a folder is needed", "Move that file away, or name another folder"],
  EISDIR: ["is a folder, and a file is needed", "Move it away, or name a file"],
  ENOTEMPTY: ["is a folder, and a file is needed", "Move it away, or name a file"],
  ENOENT: ["is not there", "See whether the path is right, and whether a link leads to nothing"],
  ELOOP: ["is a link that leads back to itself", "Remove the link"],
  ENAMETOOLONG: ["is too long for a path", "Name a shorter one"],
  EIO: ["cannot be read or written: the disk fails", "Look at the system's log, and have a backup at hand"],
  EBUSY: mountedVolume,
  EXDEV: mountedVolume,
  ESTALE: ["was taken away by the server of its network disk", "Mount that disk again"],
  ENOMEM: ["cannot be opened: the memory is used up", "Stop other programs"],
};

/** Codes of connections, which are no files. */
const ofNetwork = /^(?:E(?:CONN|HOST|NET|ADDR|AI_|DNS)|ENOTFOUND|EPIPE|ETIMEDOUT)/;

/**
 * Says in the owner's words what the system refused, where, and what helps; undefined for an error that is not the
 * system's. Of a chain of causes the innermost says why.
 */
export function systemFault(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { syscall, path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  const code = errorCode(error);
  if (code === undefined || syscall === undefined) return systemFault(error.cause);
  if (ofNetwork.test(code)) return undefined;
  const isOfTarget = dest !== undefined && ["EISDIR", "ENOTEMPTY", "ENOTDIR", "EEXIST"].includes(code);
  const place = isOfTarget ? dest : path;
  const [problem, fix] = faultAt(code, place);
  return `${place === undefined ? "A file" : JSON.stringify(place)} ${problem}. ${fix}.`;
}

function faultAt(code: string, path: string | undefined): Fault {
  const fault = faults[code] ?? [`cannot be used (${code})`, "See what the system says about it"];
  if (path === undefined) return fault;
  // The last folder of a path that is a file is said to be none in the same words as one before it.
  if (code === "ENOTDIR" && statOf(path)?.isDirectory() === false) return faults["EEXIST"] ?? fault;
  return fault === notPermitted ? refusalAt(path) : fault;
}

/** Says whose the path is, or the folder nearest to it that this user may see; and of his own what keeps him out. */
function refusalAt(path: string): Fault {
  const self = ownUser();
  const paths = [...withParents(path)];
  const first = paths.findIndex((at) => statOf(at) !== undefined);
  if (self === undefined || first === -1) return notPermitted;
  // Whose file is free for its owner may lack a right to the folder around it.
  const closed = paths.slice(first, first + 2).find((at) => !isFree(statOf(at), self));
  const at = closed ?? paths[first] ?? path;
  const { uid, mode = 0 } = statOf(at) ?? {};
  const problem = `${notPermitted[0]}: ${at === path ? "it" : JSON.stringify(at)} belongs to user ${String(uid)} (mode ${(mode & 0o777).toString(8)}), and this runs as user ${String(self)}`;
  if (closed === undefined)
    return [problem, "See whether it was made unchangeable (`lsattr`), or a rule of the system forbids it"];
  return [problem, uid === self ? `Run \`chmod u+rwX ${JSON.stringify(at)}\`` : notPermitted[1]];
}

/** Tells what this user may read and change: as its owner, or as anybody. */
function isFree(facts: Stats | undefined, self: number): boolean {
  if (!facts) return false;
  const needed = facts.isDirectory() ? 0o7 : 0o6;
  const bits = facts.uid === self ? facts.mode >> 6 : facts.mode;
  return (bits & needed) === needed;
}

function* withParents(path: string): Generator<string> {
  for (let at = path; ; at = dirname(at)) {
    yield at;
    if (at === dirname(at)) return;
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
