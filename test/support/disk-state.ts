/* What a disk in memory holds. */

export interface Inode {
  written: Buffer;
  synced: Buffer;
}

export interface State {
  nextInode: number;
  readonly inodes: Map<number, Inode>;
  readonly folders: Set<string>;
  /** Path to inode, as programs see it, and as it is after a power cut. */
  entries: Map<string, number>;
  syncedEntries: Map<string, number>;
  /** Renames of folders that a power cut would take back. */
  unsyncedMoves: (readonly [from: string, to: string])[];
}

export function moveFolder(folders: Set<string>, from: string, to: string): void {
  folders.delete(from);
  folders.add(to);
}

export function moveFiles(entries: Map<string, number>, from: string, to: string): void {
  for (const [path, id] of [...entries].filter(([name]) => name.startsWith(`${from}/`))) {
    entries.delete(path);
    entries.set(to + path.slice(from.length), id);
  }
}

export function inodeAt(state: State, path: string): Inode {
  const inode = state.inodes.get(state.entries.get(path) ?? -1);
  if (!inode) throw diskError("ENOENT");
  return inode;
}

export function emptyState(folders: readonly string[]): State {
  const entries = { entries: new Map<string, number>(), syncedEntries: new Map<string, number>(), unsyncedMoves: [] };
  return { nextInode: 1, inodes: new Map(), folders: new Set(folders), ...entries };
}

export function copyState({ nextInode, inodes, folders, entries, syncedEntries, unsyncedMoves }: State): State {
  return {
    nextInode,
    inodes: new Map(Array.from(inodes, ([id, inode]) => [id, { ...inode }])),
    folders: new Set(folders),
    entries: new Map(entries),
    syncedEntries: new Map(syncedEntries),
    unsyncedMoves: [...unsyncedMoves],
  };
}

export function diskError(code: string): Error {
  return Object.assign(new Error(`${code}: a fault that a test asked for`), { code });
}
