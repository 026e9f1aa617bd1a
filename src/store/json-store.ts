import { Low } from "lowdb";
import { join } from "node:path";
import { StartError, WebhookError } from "../errors.js";
import { AppendLog } from "./append-log.js";
import { Collection } from "./collection.js";
import type { Disk } from "./disk.js";
import { createJournal, journalPath, listJournals, readJournal, type JournalContent } from "./journal.js";
import { byKey, byNewestTimestamp } from "./order.js";
import { SnapshotFile, type Snapshot } from "./snapshot.js";
import type { Change, Document, Entry, Store, Transaction } from "./store.js";

const firstGeneration = 1;
/** The journal is folded into the snapshot when it has outgrown both this and twice the snapshot's size. */
const minFoldBytes = 4 * 1024 * 1024;

export interface JsonStoreOptions {
  readonly disk: Disk;
  /** An existing folder that no other process uses. */
  readonly folder: string;
  readonly warn: (sentence: string) => void;
  /** Throws when what was read may not be opened; before it nothing is written. */
  readonly check?: (get: (collection: string, key: string) => Document | undefined, isEmpty: boolean) => Promise<void>;
  readonly foldBytes?: number;
  /** Begins to time a commit; what it returns is called when the commit is durable. */
  readonly startCommit?: () => () => void;
}

interface Job {
  /** Runs the transaction on what is committed so far; returns how to settle its promise. */
  readonly run: (overlay: Overlay) => () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Documents in memory, in a snapshot (lowdb) and in a journal of what changed since. A transaction is acknowledged,
 * and seen by readers, when its line of the journal is durable; transactions of the same moment share a line.
 */
export class JsonStore implements Store {
  readonly #collections = new Map<string, Collection>();
  readonly #snapshotFile: SnapshotFile;
  readonly #snapshots: Low<Snapshot>;
  readonly #options: JsonStoreOptions;
  #journal!: AppendLog;
  #generation = firstGeneration;
  #jobs: Job[] = [];
  #running: Promise<void> | undefined;
  #folding: Promise<void> | undefined;
  #closed = false;

  private constructor(options: JsonStoreOptions) {
    this.#options = options;
    this.#snapshotFile = new SnapshotFile(options.disk, join(options.folder, "store.json"));
    this.#snapshots = new Low<Snapshot>(this.#snapshotFile, { generation: firstGeneration, collections: [] });
  }

  /** @throws StartError when a file is cut, damaged, missing or newer than this program; nothing is changed then */
  static async open(options: JsonStoreOptions): Promise<JsonStore> {
    const store = new JsonStore(options);
    await store.#open();
    return store;
  }

  get(collection: string, key: string): Document | undefined {
    return this.#collections.get(collection)?.get(key);
  }

  count(collection: string): number {
    return this.#collections.get(collection)?.size ?? 0;
  }

  entries(collection: string): readonly Entry[] {
    return this.#collections.get(collection)?.entries() ?? [];
  }

  transact<T>(body: (transaction: Transaction) => T): Promise<T> {
    if (this.#closed) return Promise.reject(new WebhookError("internal_error", "The server is stopping."));
    return new Promise<T>((resolve, reject) => {
      this.#jobs.push({ run: (overlay) => runTransaction(overlay, body, resolve, reject), fail: reject });
      this.#running ??= this.#run();
    });
  }

  /** Folds the journal into the snapshot and lets go of the files. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#folding;
    await this.#fold();
    await this.#folding;
    await this.#journal.close();
  }

  async #open(): Promise<void> {
    const journals = await this.#load();
    const isEmpty = [...this.#collections.values()].every(({ size }) => size === 0);
    await this.#options.check?.((collection, key) => this.get(collection, key), isEmpty);
    const { disk, folder, warn } = this.#options;
    for (const { generation, length, tornBytes } of journals.filter((journal) => journal.tornBytes > 0)) {
      warn(`The journal ended in a line that was never acknowledged (${String(tornBytes)} bytes); it was dropped.`);
      // Cut now, since the next start takes a torn journal only where nothing follows it.
      if (length > 0) await (await AppendLog.reopen(disk, journalPath(folder, generation), length)).close();
    }
    const last = journals.at(-1);
    this.#journal =
      last && last.length > 0
        ? await AppendLog.reopen(disk, journalPath(folder, last.generation), last.length)
        : await createJournal(disk, folder, this.#generation);
    await this.#fold();
    await this.#folding;
  }

  /** Reads the snapshot and the journals that go on from it, and writes nothing. */
  async #load(): Promise<readonly JournalContent[]> {
    const { disk, folder } = this.#options;
    const generations = await listJournals(disk, folder);
    const newest = generations.at(-1) ?? 0;
    const hasSnapshot = await disk.exists(join(folder, "store.json"));
    await this.#snapshots.read();
    const { generation: base, collections } = this.#snapshots.data;
    if (!hasSnapshot && newest > 0 && !generations.includes(firstGeneration))
      throw broken("store.json is missing from the data folder.");
    for (const [name, entries] of collections) {
      for (const [key, document] of entries) this.#collection(name).set(key, document);
    }
    this.#generation = base;
    const journals: JournalContent[] = [];
    if (!hasSnapshot && newest === 0) return journals;
    for (let generation = base; generation <= Math.max(base, newest); generation++) {
      const journal = await readJournal(disk, folder, generation);
      // A journal's first line is durable before a snapshot names it; a later journal is written to when all of the
      // one before it is durable.
      if (journal.length === 0 && generation === base && hasSnapshot) throw cut(generation);
      const torn = journals.find(({ tornBytes }) => tornBytes > 0);
      if (torn && journal.changes.length > 0) throw cut(torn.generation);
      this.#apply(journal.changes);
      this.#generation = generation;
      journals.push(journal);
    }
    return journals;
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    while (this.#jobs.length > 0) {
      const batch = this.#jobs;
      this.#jobs = [];
      const overlay = new Overlay(this);
      const settlements = batch.map((job) => job.run(overlay));
      const endCommit = this.#options.startCommit?.();
      try {
        if (overlay.changes.length > 0) await this.#journal.append([overlay.changes]);
        endCommit?.();
      } catch (error) {
        const refusal = new WebhookError("internal_error", "The disk did not take the change; nothing was changed.", {
          cause: error,
        });
        for (const job of batch) job.fail(refusal);
        continue;
      }
      this.#apply(overlay.changes);
      for (const settle of settlements) settle();
      if (this.#isFoldDue()) await this.#fold();
    }
    this.#running = undefined;
  }

  #isFoldDue(): boolean {
    const limit = Math.max(this.#options.foldBytes ?? minFoldBytes, 2 * this.#snapshotFile.bytes);
    return this.#folding === undefined && this.#journal.size > limit;
  }

  /**
   * Starts the next journal, then writes the snapshot that goes before it, while transactions go on. Killed at any
   * moment, the newest whole snapshot and the journals from its generation on still hold everything.
   */
  async #fold(): Promise<void> {
    const { disk, folder, warn } = this.#options;
    const old = this.#journal;
    const snapshot: Snapshot = { generation: this.#generation + 1, collections: this.#copy() };
    try {
      // What follows a journal was written after all of it.
      await old.repair();
      this.#journal = await createJournal(disk, folder, snapshot.generation);
    } catch (error) {
      warn(`The journal could not be folded (${describe(error)}); it is kept and grows on.`);
      return;
    }
    this.#generation = snapshot.generation;
    this.#folding = this.#writeSnapshot(snapshot, old).finally(() => {
      this.#folding = undefined;
    });
  }

  async #writeSnapshot(snapshot: Snapshot, folded: AppendLog): Promise<void> {
    const { disk, folder, warn } = this.#options;
    try {
      await folded.close();
      this.#snapshots.data = snapshot;
      await this.#snapshots.write();
      for (const generation of await listJournals(disk, folder)) {
        if (generation < snapshot.generation) await disk.remove(journalPath(folder, generation));
      }
    } catch (error) {
      warn(`The snapshot could not be written (${describe(error)}); the journals are kept.`);
    }
  }

  #apply(changes: readonly Change[]): void {
    for (const [collection, key, document] of changes) {
      if (document === null) this.#collection(collection).delete(key);
      else this.#collection(collection).set(key, document);
    }
  }

  #collection(name: string): Collection {
    let collection = this.#collections.get(name);
    if (!collection) {
      collection = new Collection(name === "audit" ? byNewestTimestamp : byKey);
      this.#collections.set(name, collection);
    }
    return collection;
  }

  #copy(): Snapshot["collections"] {
    return Array.from(this.#collections, ([name, collection]) => [
      name,
      collection.entries().map(({ key, document }) => [key, document] as const),
    ]);
  }
}

/** Changes over what lies beneath: those of a transaction over those of its batch, those over what is committed. */
class Overlay implements Transaction {
  readonly changes: Change[] = [];
  readonly #latest = new Map<string, Map<string, Document | null>>();

  constructor(private readonly base: Pick<Store, "get" | "count">) {}

  get(collection: string, key: string): Document | undefined {
    const changed = this.#latest.get(collection)?.get(key);
    return changed === undefined ? this.base.get(collection, key) : (changed ?? undefined);
  }

  count(collection: string): number {
    let count = this.base.count(collection);
    for (const [key, document] of this.#latest.get(collection) ?? []) {
      count += Number(document !== null) - Number(this.base.get(collection, key) !== undefined);
    }
    return count;
  }

  put(collection: string, key: string, document: Document): void {
    this.add([collection, key, document]);
  }

  delete(collection: string, key: string): void {
    this.add([collection, key, null]);
  }

  add(change: Change): void {
    const [collection, key, document] = change;
    this.changes.push(change);
    const latest = this.#latest.get(collection) ?? new Map<string, Document | null>();
    this.#latest.set(collection, latest.set(key, document));
  }
}

function runTransaction<T>(
  batch: Overlay,
  body: (transaction: Transaction) => T,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): () => void {
  const transaction = new Overlay(batch);
  try {
    const value = body(transaction);
    for (const change of transaction.changes) batch.add(change);
    return () => {
      resolve(value);
    };
  } catch (error) {
    return () => {
      reject(error);
    };
  }
}

function cut(generation: number): StartError {
  return broken(`journal-${String(generation)}.jsonl in the data folder is cut.`);
}

function broken(problem: string): StartError {
  return new StartError(`${problem} Nothing was changed. Put back a backup of the whole data folder.`);
}

/** An error's code alone: its text may hold a path. */
function describe(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";
}
