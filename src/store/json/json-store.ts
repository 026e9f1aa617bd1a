import { Low } from "lowdb";
import { join } from "node:path";
import { AppendLog, Batches, removeLog } from "../../files/append-log.js";
import type { Disk } from "../../files/disk.js";
import { errorCode, WebhookError } from "../../platform/errors.js";
import { Documents } from "../documents.js";
import type { Document, ListQuery, Page, Store, Transaction } from "../store.js";
import { runTransaction, type MadeChange } from "../transaction.js";
import { brokenFolder } from "./broken-folder.js";
import {
  batchText,
  broken as brokenJournal,
  createJournal,
  journalPath,
  listJournals,
  readJournal,
  type JournalFacts,
} from "./journal.js";
import { SnapshotFile, type Snapshot } from "./snapshot.js";

const firstGeneration = 1;
/** Files that a server makes when its store is there. */
const logOfAServer = /^(?:used|record)\b/;
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
  readonly startCommit?: (() => () => void) | undefined;
}

/** Runs a transaction, and adds what it changed to the changes of those before it. */
type Job = (changes: MadeChange[]) => Promise<void>;

/**
 * Keeps documents in memory, in a snapshot (lowdb) and in a journal of what changed since. A transaction is acknowledged,
 * and seen by readers, when its line of the journal is durable; transactions of the same moment share a line.
 */
export class JsonStore implements Store {
  readonly #snapshotFile: SnapshotFile;
  readonly #snapshots: Low<Snapshot>;
  readonly #options: JsonStoreOptions;
  readonly #batches = new Batches<Job>((jobs) => this.#commit(jobs));
  #documents = new Documents();
  #journal!: AppendLog;
  #generation = firstGeneration;
  /** True when the journal that is written to holds any. */
  #hasChanges = false;
  #folding: Promise<void> | undefined;
  #isClosed = false;

  private constructor(options: JsonStoreOptions) {
    this.#options = options;
    this.#snapshotFile = new SnapshotFile(options.disk, join(options.folder, "store.json"));
    this.#snapshots = new Low<Snapshot>(this.#snapshotFile, {
      generation: firstGeneration,
      documents: this.#documents,
    });
  }

  /** @throws StartError when a file is cut, damaged, missing or newer than this program; nothing is changed then */
  static async open(options: JsonStoreOptions): Promise<JsonStore> {
    const store = new JsonStore(options);
    await store.#open();
    return store;
  }

  get(collection: string, key: string): Promise<Document | undefined> {
    return this.#documents.get(collection, key);
  }

  list(collection: string, query?: ListQuery): Promise<Page> {
    return this.#documents.list(collection, query);
  }

  count(collection: string): Promise<number> {
    return this.#documents.count(collection);
  }

  async transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new WebhookError("internal_error", "The server is stopping.");
    let outcome: Promise<T> | undefined;
    // Told when the batch is durable: a refusal too may rest on what transactions before it changed.
    await this.#batches.add(async (changes) => {
      outcome = runTransaction(this.#documents, work, changes);
      await outcome.catch(() => undefined);
    });
    if (!outcome) throw new Error("the transaction did not run");
    return outcome;
  }

  /** Folds what the journals hold into the snapshot and lets go of the files. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#batches.idle();
    await this.#folding;
    await this.#foldAll();
    await this.#journal.close();
  }

  async #open(): Promise<void> {
    const journals = await this.#load();
    const { disk, folder, warn, check } = this.#options;
    await check?.((collection, key) => this.#documents.read(collection, key), this.#documents.isEmpty);
    for (const journal of journals.filter(({ tornBytes }) => tornBytes > 0)) {
      const { generation, length, tornBytes } = journal;
      warn(`The journal ended in a line that was never acknowledged (${String(tornBytes)} bytes); it was dropped.`);
      // Cut now, since the next start takes a torn journal only where nothing follows it.
      if (length > 0) await (await AppendLog.reopen(disk, journalPath(folder, generation), journal)).close();
    }
    const last = journals.at(-1);
    this.#hasChanges = last?.hasChanges === true;
    this.#journal =
      last && last.length > 0
        ? await AppendLog.reopen(disk, journalPath(folder, last.generation), last)
        : await createJournal(disk, folder, this.#generation);
    await this.#foldAll();
  }

  /** Reads the snapshot and the journals that go on from it, and writes nothing. */
  async #load(): Promise<readonly JournalFacts[]> {
    const { disk, folder } = this.#options;
    const generations = await listJournals(disk, folder);
    const newest = generations.at(-1) ?? 0;
    await this.#snapshots.read();
    const hasSnapshot = this.#snapshotFile.generation !== undefined;
    const { generation: base, documents } = this.#snapshots.data;
    this.#documents = documents;
    if (!hasSnapshot && newest > 0 && !generations.includes(firstGeneration))
      throw brokenFolder("store.json is missing from the data folder.");
    this.#generation = base;
    const journals: JournalFacts[] = [];
    if (!hasSnapshot && newest === 0) {
      if ((await disk.list(folder)).some((name) => logOfAServer.test(name)))
        throw brokenFolder("store.json and its journals are missing from the data folder, which was used before.");
      return journals;
    }
    for (let generation = base; generation <= Math.max(base, newest); generation++) {
      const journal = await readJournal(disk, folder, generation, ([name, key, document]) => {
        const collection = documents.named(name);
        collection.replace(key, document ? collection.store(key, JSON.stringify(document)) : undefined);
      });
      // A journal's first line is durable before a snapshot names it; a later journal is written to when all of the
      // one before it is durable.
      if (journal.length === 0 && generation === base && hasSnapshot) throw brokenJournal(generation, "is cut");
      const torn = journals.find(({ tornBytes }) => tornBytes > 0);
      if (torn && journal.hasChanges) throw brokenJournal(torn.generation, "is cut");
      this.#generation = generation;
      journals.push(journal);
    }
    return journals;
  }

  /** Runs what was asked for in a moment, one after another, and makes its changes durable together. */
  async #commit(jobs: readonly Job[]): Promise<void> {
    const changes: MadeChange[] = [];
    for (const job of jobs) await job(changes);
    const endCommit = this.#options.startCommit?.();
    try {
      if (changes.length > 0) await this.#journal.append([batchText(changes)]);
    } catch (error) {
      this.#documents.revert();
      throw new WebhookError("internal_error", "The disk did not take the change; nothing was changed.", {
        cause: error,
      });
    }
    endCommit?.();
    this.#hasChanges ||= changes.length > 0;
    this.#documents.settle();
    const foldBytes = Math.max(this.#options.foldBytes ?? minFoldBytes, 2 * this.#snapshotFile.bytes);
    if (!this.#folding && this.#journal.size > foldBytes) await this.#fold();
  }

  /** Folds unless the snapshot holds everything and no journal is left from before it. */
  async #foldAll(): Promise<void> {
    const { generation, isEarlier } = this.#snapshotFile;
    if (this.#hasChanges || isEarlier || generation !== this.#generation) {
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
      // The next journal is written to after all of this one.
      await old.repair();
      this.#journal = await createJournal(disk, folder, generation);
    } catch (error) {
      warn(`The journal could not be folded (${errorCode(error) ?? "unknown error"}); it is kept and grows on.`);
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
      this.#snapshots.data = { generation, documents: this.#documents };
      await this.#snapshots.write();
    } catch (error) {
      this.#options.warn(
        `The snapshot could not be written (${errorCode(error) ?? "unknown error"}); the journals are kept.`,
      );
      return;
    }
    await this.#dropFolded();
  }

  /** Removes the journals from before the snapshot. They hold what was changed and deleted since. */
  async #dropFolded(): Promise<void> {
    const { disk, folder, warn } = this.#options;
    try {
      for (const generation of await listJournals(disk, folder)) {
        if (generation < (this.#snapshotFile.generation ?? 0)) await removeLog(disk, journalPath(folder, generation));
      }
    } catch (error) {
      warn(
        `A journal that is folded could not be removed (${errorCode(error) ?? "unknown error"}); it is removed at the next start.`,
      );
    }
  }
}
