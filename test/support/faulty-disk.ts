import { basename, dirname } from "node:path";
import type { Disk, DiskFile } from "../../src/files/disk.js";
import {
  copyState,
  diskError,
  emptyState,
  inodeAt,
  moveFiles,
  moveFolder,
  type Inode,
  type State,
} from "./disk-state.js";

export type OperationKind =
  | "read"
  | "exists"
  | "list"
  | "makeFolder"
  | "create"
  | "reopen"
  | "write"
  | "sync"
  | "truncate"
  | "close"
  | "rename"
  | "remove"
  | "syncFolder";

/** `index` counts what was begun, that which only looks included. */
export interface Operation {
  readonly index: number;
  readonly kind: OperationKind;
  readonly path: string;
}

/** ENOSPC and EIO leave half of a write behind; a short write takes half and says so. Anything else just fails. */
export type Fault = "ENOSPC" | "EIO" | "short write";

/** What a power cut leaves of what was not synced. */
export const powerCuts = ["nothing", "names", "bytes", "names and half the bytes", "names and holes"] as const;
export type PowerCut = (typeof powerCuts)[number];

const minPieceBytes = 97;

/** A disk in memory that remembers what a power cut would take, and what was done to it in which order. */
export class FaultyDisk implements Disk {
  /** Called before each operation: may hold it up, and says whether it fails. */
  before: (operation: Operation) => Fault | undefined | Promise<Fault | undefined> = () => undefined;
  /** What was done, in the order in which it was; a failure counts. */
  readonly operations: Operation[] = [];
  readonly #changes: ((state: State) => void)[] = [];
  #begun = 0;
  readonly #start: State;
  readonly #state: State;

  constructor(folders: readonly string[] = ["/data"], start?: State) {
    this.#start = start ?? emptyState(folders);
    this.#state = copyState(this.#start);
  }

  /** The disk as it was after the first `count` operations. */
  at(count: number): FaultyDisk {
    const state = copyState(this.#start);
    for (const change of this.#changes.slice(0, count)) change(state);
    return new FaultyDisk([], state);
  }

  /** The same files for another process: everything that was written is there. */
  afterKill(): FaultyDisk {
    return new FaultyDisk([], copyState(this.#state));
  }

  afterPowerCut(keeps: PowerCut = "nothing"): FaultyDisk {
    const state = copyState(this.#state);
    if (keeps === "nothing" || keeps === "bytes") {
      state.entries = new Map(state.syncedEntries);
      for (const [from, to] of state.unsyncedMoves.reverse()) moveFolder(state.folders, to, from);
    }
    state.unsyncedMoves = [];
    state.syncedEntries = new Map(state.entries);
    for (const inode of state.inodes.values()) {
      inode.written = remains(inode, keeps);
      inode.synced = inode.written;
    }
    return new FaultyDisk([], state);
  }

  /** Every file with its content as Latin-1 text, to compare. */
  contents(): Record<string, string> {
    const paths = [...this.#state.entries.keys()].sort();
    return Object.fromEntries(paths.map((path) => [path, this.bytes(path).toString("latin1")]));
  }

  bytes(path: string): Buffer {
    return inodeAt(this.#state, path).written;
  }

  /** Puts a file there, synced, past every recording. */
  put(path: string, content: string | Buffer): void {
    const bytes = Buffer.from(content);
    for (const state of [this.#state, this.#start]) {
      const id = state.nextInode++;
      state.inodes.set(id, { written: bytes, synced: bytes });
      state.entries.set(path, id);
      state.syncedEntries.set(path, id);
    }
  }

  /** Takes a file away, past every recording. */
  take(path: string): void {
    for (const state of [this.#state, this.#start]) {
      state.entries.delete(path);
      state.syncedEntries.delete(path);
    }
  }

  read(path: string): Promise<Buffer | undefined> {
    return this.#look("read", path, () => (this.#state.entries.has(path) ? this.bytes(path) : undefined));
  }

  /** In pieces so short that what is read runs over their ends. */
  async *readPieces(path: string): AsyncIterable<Buffer> {
    const bytes = await this.#look("read", path, () => this.bytes(path));
    const pieceBytes = Math.max(minPieceBytes, Math.ceil(bytes.length / 100));
    for (let start = 0; start < bytes.length; start += pieceBytes)
      yield Buffer.from(bytes.subarray(start, start + pieceBytes));
  }

  exists(path: string): Promise<boolean> {
    return this.#look("exists", path, () => this.#state.entries.has(path) || this.#state.folders.has(path));
  }

  list(folder: string): Promise<string[]> {
    return this.#look("list", folder, () =>
      [...this.#state.entries.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path)),
    );
  }

  makeFolder(path: string): Promise<void> {
    return this.#change("makeFolder", path, ({ folders }) => {
      for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) folders.add(folder);
    });
  }

  async create(path: string): Promise<DiskFile> {
    let id = 0;
    await this.#change("create", path, (state) => {
      if (state.entries.has(path)) throw diskError("EEXIST");
      if (!state.folders.has(dirname(path))) throw diskError("ENOENT");
      id = state.nextInode++;
      state.inodes.set(id, { written: Buffer.alloc(0), synced: Buffer.alloc(0) });
      state.entries.set(path, id);
    });
    return this.#file(path, id);
  }

  async reopen(path: string): Promise<DiskFile> {
    const id = await this.#look("reopen", path, () => this.#state.entries.get(path));
    if (id === undefined) throw diskError("ENOENT");
    return this.#file(path, id);
  }

  rename(from: string, to: string): Promise<void> {
    return this.#change("rename", to, ({ entries, folders, unsyncedMoves }) => {
      if (folders.has(from)) {
        if ([...entries.keys()].some((path) => path.startsWith(`${to}/`))) throw diskError("ENOTEMPTY");
        moveFolder(folders, from, to);
        moveFiles(entries, from, to);
        unsyncedMoves.push([from, to]);
        return;
      }
      const id = entries.get(from);
      if (id === undefined) throw diskError("ENOENT");
      entries.delete(from);
      entries.set(to, id);
    });
  }

  remove(path: string): Promise<void> {
    return this.#change("remove", path, ({ entries }) => {
      entries.delete(path);
    });
  }

  syncFolder(path: string): Promise<void> {
    return this.#change("syncFolder", path, (state) => {
      const { entries, syncedEntries, unsyncedMoves } = state;
      for (const [from, to] of unsyncedMoves) if (dirname(from) === path) moveFiles(syncedEntries, from, to);
      state.unsyncedMoves = unsyncedMoves.filter(([from]) => dirname(from) !== path);
      for (const name of syncedEntries.keys()) if (dirname(name) === path) syncedEntries.delete(name);
      for (const [name, id] of entries) if (dirname(name) === path) syncedEntries.set(name, id);
    });
  }

  #file(path: string, id: number): DiskFile {
    let isOpen = true;
    const change = (kind: OperationKind, apply: (inode: Inode) => void): Promise<void> => {
      if (!isOpen) return Promise.reject(diskError("EBADF"));
      return this.#change(kind, path, ({ inodes }) => {
        const inode = inodes.get(id);
        if (inode) apply(inode);
      });
    };
    return {
      write: async (bytes, position) => {
        if (!isOpen) throw diskError("EBADF");
        const operation = this.#begin("write", path);
        const fault = await this.before(operation);
        const taken = Buffer.from(bytes.subarray(0, fault ? Math.ceil(bytes.length / 2) : bytes.length));
        this.#record(operation, ({ inodes }) => {
          const inode = inodes.get(id);
          if (inode) inode.written = written(inode.written, taken, position);
        });
        if (fault === "ENOSPC" || fault === "EIO") throw diskError(fault);
        return taken.length;
      },
      writeNow: (bytes, position) => {
        if (!isOpen) throw diskError("EBADF");
        const operation = this.#begin("write", path);
        const fault = this.before(operation);
        // A short write is gone on with at once.
        const isWhole = typeof fault !== "string" || fault === "short write";
        const taken = Buffer.from(bytes.subarray(0, isWhole ? bytes.length : Math.ceil(bytes.length / 2)));
        this.#record(operation, ({ inodes }) => {
          const inode = inodes.get(id);
          if (inode) inode.written = written(inode.written, taken, position);
        });
        if (!isWhole) throw diskError(fault);
      },
      sync: () =>
        change("sync", (inode) => {
          inode.synced = inode.written;
        }),
      truncate: (length) =>
        change("truncate", (inode) => {
          inode.written = inode.written.subarray(0, length);
        }),
      close: () =>
        change("close", () => undefined).finally(() => {
          isOpen = false;
        }),
    };
  }

  async #look<T>(kind: OperationKind, path: string, look: () => T): Promise<T> {
    await this.#change(kind, path, () => undefined);
    return look();
  }

  async #change(kind: OperationKind, path: string, change: (state: State) => void): Promise<void> {
    const operation = this.#begin(kind, path);
    const fault = await this.before(operation);
    if (fault === undefined || fault === "short write") {
      this.#record(operation, change);
      return;
    }
    this.#record(operation, () => undefined);
    throw diskError(fault);
  }

  #begin(kind: OperationKind, path: string): Operation {
    return { index: this.#begun++, kind, path };
  }

  #record(operation: Operation, change: (state: State) => void): void {
    this.operations.push(operation);
    try {
      change(this.#state);
      this.#changes.push(change);
    } catch (error) {
      this.#changes.push(() => undefined);
      throw error;
    }
  }
}

function remains({ written, synced }: Inode, keeps: PowerCut): Buffer {
  const unsynced = written.length - synced.length;
  if (keeps === "bytes") return written;
  if (keeps === "names and half the bytes" && unsynced > 0)
    return written.subarray(0, written.length - (unsynced >> 1));
  if (keeps === "names and holes" && unsynced > 0)
    return Buffer.concat([written.subarray(0, synced.length), Buffer.alloc(unsynced)]);
  return synced;
}

/** The bytes of a file after a write; a hole before it holds zeros. */
function written(before: Buffer, bytes: Buffer, position: number): Buffer {
  const gap = Buffer.alloc(Math.max(0, position - before.length));
  return Buffer.concat([before.subarray(0, position), gap, bytes, before.subarray(position + bytes.length)]);
}
