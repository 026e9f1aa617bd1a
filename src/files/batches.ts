import { endOfTurn } from "../platform/end-of-turn.js";

interface Batch<T> {
  readonly items: T[];
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers what comes in one turn of the event loop and while the batch before it is carried out: all requests that could
 * be read in a turn share one write. Batches are carried out one after the other, in order.
 */
export class Batches<T> {
  #next: Batch<T> | undefined;
  #running: Promise<void> | undefined;

  constructor(private readonly carryOut: (items: readonly T[]) => Promise<void>) {}

  /** Resolves once the batch is carried out that the item goes with, and rejects with what that throws. */
  add(item: T): Promise<void> {
    this.#next ??= newBatch();
    this.#next.items.push(item);
    this.#running ??= this.#run();
    return this.#next.done;
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    await endOfTurn();
    for (let batch = this.#next; batch; batch = this.#next) {
      this.#next = undefined;
      await this.carryOut(batch.items).then(batch.resolve, batch.reject);
    }
    this.#running = undefined;
  }
}

function newBatch<T>(): Batch<T> {
  let resolve!: () => void;
  let reject!: (error: unknown) => void;
  const done = new Promise<void>((...settle) => {
    [resolve, reject] = settle;
  });
  return { items: [], done, resolve, reject };
}
