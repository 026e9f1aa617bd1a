import { Low } from "lowdb";
import { join } from "node:path";
import { endOfTurn } from "../../platform/end-of-turn.js";
import { StartError, WebhookError } from "../../platform/errors.js";
import { AppendLog } from "../../files/append-log.js";
import { Collection } from "./collection.js";
import { Collections, type TextChange } from "./collections.js";
import type { Disk } from "../../files/disk.js";
import { DocumentArena } from "./document-arena.js";
import { batchText, createJournal, journalPath, listJournals, readJournal, type JournalFacts } from "./journal.js";
import { Overlay, runTransaction } from "./overlay.js";
import { SnapshotFile, type Snapshot } from "./snapshot.js";
import type { Document, EntryList, Store, Transaction } from "../store.js";

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

const none = new Collection(new DocumentArena());

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
  readonly #snapshotFile: SnapshotFile;
  readonly #snapshots: Low<Snapshot>;
  readonly #options: JsonStoreOptions;
  #journal!: AppendLog;
  #generation = firstGeneration;
  /** Whether the journal that is written to holds any. */
  #hasChanges = false;
  #jobs: Job[] = [];
  #running: Promise<void> | undefined;
  #folding: Promise<void> | undefined;
  #closed = false;

  private constructor(options: JsonStoreOptions) {
    this.#options = options;
    this.#snapshotFile = new SnapshotFile(options.disk, join(options.folder, "store.json"));
    this.#snapshots = new Low<Snapshot>(this.#snapshotFile, {
      generation: firstGeneration,
      collections: new Collections(),
    });
  }

  /** @throws StartError when a file is cut, damaged, missing or newer than this program; nothing is changed then */
  static async open(options: JsonStoreOptions): Promise<JsonStore> {
    const store = new JsonStore(options);
    await store.#open();
    return store;
  }

  get(collection: string, key: string): Document | undefined {
    return this.#collections.find(collection)?.get(key);
  }

  text(collection: string, key: string): string | undefined {
    return this.#collections.find(collection)?.text(key);
  }

  has(collection: string, key: string): boolean {
    return this.#collections.find(collection)?.has(key) === true;
  }

  count(collection: string): number {
    return this.#collections.find(collection)?.length ?? 0;
  }

  entries(collection: string): EntryList {
    return this.#collections.find(collection) ?? none;
  }

  transact<T>(body: (transaction: Transaction) => T): Promise<T> {
    if (this.#closed) return Promise.reject(new WebhookError("internal_error", "The server is stopping."));
    return new Promise<T>((resolve, reject) => {
      this.#jobs.push({ run: (overlay) => runTransaction(overlay, body, resolve, reject), fail: reject });
      this.#running ??= this.#run();
    });
  }

  /** Folds what the journals hold into the snapshot and lets go of the files. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#folding;
    await this.#foldAll();
    await this.#journal.close();
  }

  get #collections(): Collections {
    return this.#snapshots.data.collections;
  }

  async #open(): Promise<void> {
    const journals = await this.#load();
    await this.#options.check?.((collection, key) => this.get(collection, key), this.#collections.isEmpty);
    const { disk, folder, warn } = this.#options;
    for (const { generation, length, tornBytes } of journals.filter((journal) => journal.tornBytes > 0)) {
      warn(`The journal ended in a line that was never acknowledged (${String(tornBytes)} bytes); it was dropped.`);
      // Cut now, since the next start takes a torn journal only where nothing follows it.
      if (length > 0) await (await AppendLog.reopen(disk, journalPath(folder, generation), length)).close();
    }
    const last = journals.at(-1);
    this.#hasChanges = last?.hasChanges === true;
    this.#journal =
      last && last.length > 0
        ? await AppendLog.reopen(disk, journalPath(folder, last.generation), last.length)
        : await createJournal(disk, folder, this.#generation);
    await this.#foldAll();
  }

  /** Reads the snapshot and the journals that go on from it, and writes nothing. */
  async #load(): Promise<readonly JournalFacts[]> {
    const { disk, folder } = this.#options;
    const generations = await listJournals(disk, folder);
    const newest = generations.at(-1) ?? 0;
    const hasSnapshot = await disk.exists(join(folder, "store.json"));
    await this.#snapshots.read();
    const { generation: base, collections } = this.#snapshots.data;
    if (!hasSnapshot && newest > 0 && !generations.includes(firstGeneration))
      throw broken("store.json is missing from the data folder.");
    this.#generation = base;
    const journals: JournalFacts[] = [];
    if (!hasSnapshot && newest === 0) return journals;
    for (let generation = base; generation <= Math.max(base, newest); generation++) {
      const journal = await readJournal(disk, folder, generation, ([collection, key, document]) => {
        collections.apply([collection, key, document && JSON.stringify(document)]);
      });
      // A journal's first line is durable before a snapshot names it; a later journal is written to when all of the
      // one before it is durable.
      if (journal.length === 0 && generation === base && hasSnapshot) throw cut(generation);
      const torn = journals.find(({ tornBytes }) => tornBytes > 0);
      if (torn && journal.hasChanges) throw cut(torn.generation);
      this.#generation = generation;
      journals.push(journal);
    }
    return journals;
  }

  async #run(): Promise<void> {
    // One turn of the event loop, so that what all sockets bring in it goes to the disk together.
    await endOfTurn();
    while (this.#jobs.length > 0) {
      const batch = this.#jobs;
      this.#jobs = [];
      const overlay = new Overlay(this);
      const settlements = batch.map((job) => job.run(overlay));
      const endCommit = this.#options.startCommit?.();
      try {
        if (overlay.changes.length > 0) await this.#append(overlay.changes);
        endCommit?.();
      } catch (error) {
        const refusal = new WebhookError("internal_error", "The disk did not take the change; nothing was changed.", {
          cause: error,
        });
        for (const job of batch) job.fail(refusal);
        continue;
      }
      for (const change of overlay.changes) this.#collections.apply(change);
      for (const settle of settlements) settle();
      if (this.#isFoldDue()) await this.#fold();
    }
    this.#running = undefined;
  }

  async #append(changes: readonly TextChange[]): Promise<void> {
    await this.#journal.append([batchText(changes)]);
    this.#hasChanges = true;
  }

  #isFoldDue(): boolean {
    const limit = Math.max(this.#options.foldBytes ?? minFoldBytes, 2 * this.#snapshotFile.bytes);
    return this.#folding === undefined && this.#journal.size > limit;
  }

  /** Folds unless the snapshot holds everything and no journal is left from before it. */
  async #foldAll(): Promise<void> {
    if (this.#hasChanges || this.#snapshotFile.generation !== this.#generation) {
      await this.#fold();
      await this.#folding;
    } else await this.#dropFolded();
  }

  /**
   * Starts the next journal, then writes the snapshot that goes before it, while transactions go on. Killed at any
   * moment, the newest whole snapshot and the journals from its generation on still hold everything: what a transaction
   * changes before its document is written is in both.
   */
  async #fold(): Promise<void> {
    const { disk, folder, warn } = this.#options;
    const old = this.#journal;
    const generation = this.#generation + 1;
    try {
      // What follows a journal was written after all of it.
      await old.repair();
      this.#journal = await createJournal(disk, folder, generation);
    } catch (error) {
      warn(`The journal could not be folded (${describe(error)}); it is kept and grows on.`);
      return;
    }
    this.#generation = generation;
    this.#hasChanges = false;
    this.#folding = this.#writeSnapshot(generation, old).finally(() => {
      this.#folding = undefined;
    });
  }

  async #writeSnapshot(generation: number, folded: AppendLog): Promise<void> {
    try {
      await folded.close();
      this.#snapshots.data = { generation, collections: this.#collections };
      await this.#snapshots.write();
    } catch (error) {
      this.#options.warn(`The snapshot could not be written (${describe(error)}); the journals are kept.`);
      return;
    }
    await this.#dropFolded();
  }

  /** Removes the journals from before the snapshot. They hold what was changed and deleted since. */
  async #dropFolded(): Promise<void> {
    const { disk, folder, warn } = this.#options;
    try {
      for (const generation of await listJournals(disk, folder)) {
        if (generation < (this.#snapshotFile.generation ?? 0)) await disk.remove(journalPath(folder, generation));
      }
    } catch (error) {
      warn(`A journal that is folded could not be removed (${describe(error)}); it is removed at the next start.`);
    }
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
