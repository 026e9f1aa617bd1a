import { getPriority } from "node:os";
import { join } from "node:path";
import { errorCode, StartError } from "../platform/errors.js";
import { writeAll, type Disk } from "./disk.js";
import { replaceFile } from "./durable-file.js";
import { inUse, type HeldSocket } from "./lock-socket.js";

/** Tells one run of one process from every other, so that a process id that was given out again holds no lock. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, in the system's own unit; empty where the system does not tell. */
  readonly startedAt: string;
}

export interface ProcessTable {
  readonly self: ProcessIdentity;
  /** Undefined when no such process runs. */
  find(pid: number): Promise<ProcessIdentity | undefined>;
}

/** Linux tells a process's start in field 22 of /proc/<pid>/stat; elsewhere the process id must do. */
export async function systemProcesses(disk: Disk): Promise<ProcessTable> {
  const find = async (pid: number): Promise<ProcessIdentity | undefined> => {
    if (!isRunning(pid)) return undefined;
    const stat = await disk.read(`/proc/${String(pid)}/stat`).catch(() => undefined);
    const fields = stat?.toString("utf8").split(") ").at(-1)?.split(" ");
    // It has ended, and its parent has not asked yet how (proc(5)): it holds nothing any more.
    if (fields && /^[ZX]$/.test(fields[0] ?? "")) return undefined;
    return { pid, startedAt: fields?.[19] ?? "" };
  };
  return { self: (await find(process.pid)) ?? { pid: process.pid, startedAt: "" }, find };
}

/** Asks for the priority, which changes nothing: for signal 0 Deno wants the permission to run programs. */
function isRunning(pid: number): boolean {
  try {
    getPriority(pid);
    return true;
  } catch (error) {
    // A runtime that refuses to ask says so without a code; whoever may run still is taken to run.
    if (!(error instanceof Error && "code" in error)) return true;
    const { code } = ("info" in error ? error.info : error) as { code?: unknown };
    return code === "EPERM" || code === "EACCES";
  }
}

const maxAttempts = 20;
/** Looks at a lock without a name before it counts as dead. */
const patientAttempts = 10;
const retryDelayMs = 50;

export interface FolderLock {
  /** Notes where the process listens, so that a command can speak to it. */
  announce(url: string): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes the folder for this process alone: first by a socket in it, where it takes sockets, then by the file `lock`, which
 * holds {"pid", "startedAt", "socket", "folderId", "url"} of the process that has it, for people and for earlier versions.
 * @throws StartError when a living process has it
 */
export async function lockFolder(
  disk: Disk,
  folder: string,
  processes: ProcessTable,
  warn: (sentence: string) => void = () => undefined,
): Promise<FolderLock> {
  const socket = await disk.lockSocket?.take(folder, processes.self.pid);
  try {
    const lock = await takeFile(disk, join(folder, "lock"), processes, socket);
    await socket?.sweep();
    // Not before: a folder that takes no file either is refused in a sentence of its own.
    if (disk.lockSocket && !socket)
      warn(
        `No socket can be made in ${JSON.stringify(folder)}: see that no second server, in another container above all, uses it.`,
      );
    return {
      async announce(url) {
        socket?.announce(url);
        await lock.announce(url);
      },
      async release() {
        await lock.release();
        await socket?.release();
      },
    };
  } catch (error) {
    await socket?.release();
    throw error;
  }
}

async function takeFile(
  disk: Disk,
  path: string,
  processes: ProcessTable,
  socket: HeldSocket | undefined,
): Promise<FolderLock> {
  const self = { ...processes.self, ...(socket ? { socket: socket.name, folderId: socket.folderId } : {}) };
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    try {
      const file = await disk.create(path);
      await writeAll(file, Buffer.from(JSON.stringify(self)), 0).finally(() => file.close());
      if ((await readHolder(disk, path))?.pid === self.pid) {
        return {
          announce: async (url) => void (await replaceFile(disk, path, [JSON.stringify({ ...self, url })])),
          release: () => disk.remove(path),
        };
      }
      continue;
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
    const holder = await readHolder(disk, path);
    if (!holder && attempt < patientAttempts) {
      // The process that made it may be about to write its name into it.
      await new Promise((resolve) => setTimeout(resolve, retryDelayMs));
      continue;
    }
    const isKnownDead = socket !== undefined && holder !== undefined && isSeenDead(socket, holder);
    const running = holder && !isKnownDead ? await processes.find(holder.pid) : undefined;
    if (running && holder && isSame(running, holder)) throw inUse(holder.pid);
    // Moved before it is removed: of two that find a dead lock, one moves it, and the other looks again.
    const dead = `${path}.dead-${String(self.pid)}`;
    await disk.rename(path, dead).catch(() => undefined);
    const moved = await readHolder(disk, dead);
    if (moved && moved.pid !== holder?.pid) {
      // It was a fresh lock of another process that was moved: give it back, and let that process have the folder.
      await disk.rename(dead, path);
    } else {
      await disk.remove(dead);
    }
  }
  throw new StartError(
    "The data folder's lock could not be taken. Remove the file `lock` in it if no other process runs.",
  );
}

/**
 * Tells where the process that has the folder listens; undefined when none has it, or it does not say. What is sent there is
 * secret: the process itself must say it, on its socket. One of an earlier version has none, and its file is believed where
 * it says the same start as the system, which may not tell.
 */
export async function lockedBy(disk: Disk, folder: string, processes: ProcessTable): Promise<string | undefined> {
  const asked = await disk.lockSocket?.holder(folder);
  if (asked) return asked.url;
  const holder = await readHolder(disk, join(folder, "lock"));
  if (!holder || holder.socket !== undefined) return undefined;
  const running = await processes.find(holder.pid);
  return running?.startedAt === holder.startedAt || running?.startedAt === "" ? holder.url : undefined;
}

/**
 * Tells that the holder's socket refused, or that it held another folder, of which this is a copy. A socket that is not there
 * says nothing: somebody may have removed it from a living server.
 */
function isSeenDead({ dead, folderId }: HeldSocket, holder: Holder): boolean {
  return holder.socket !== undefined && (dead.has(holder.socket) || holder.folderId !== folderId);
}

/** The process id must do where one of the two starts is not known: two processes on one folder would be worse. */
function isSame(running: ProcessIdentity, holder: ProcessIdentity): boolean {
  return running.startedAt === holder.startedAt || running.startedAt === "" || holder.startedAt === "";
}

interface Holder extends ProcessIdentity {
  /** Missing where there are no sockets, and of earlier versions. */
  readonly socket?: string;
  /** Missing where its socket is. */
  readonly folderId?: string;
  readonly url?: string;
}

async function readHolder(disk: Disk, path: string): Promise<Holder | undefined> {
  const bytes = await disk.read(path);
  try {
    const { pid, startedAt, socket, folderId, url } = JSON.parse(bytes?.toString("utf8") ?? "") as Partial<Holder>;
    if (typeof pid !== "number" || typeof startedAt !== "string") return undefined;
    return {
      pid,
      startedAt,
      ...(typeof socket === "string" ? { socket } : {}),
      ...(typeof folderId === "string" ? { folderId } : {}),
      ...(typeof url === "string" ? { url } : {}),
    };
  } catch {
    return undefined;
  }
}
