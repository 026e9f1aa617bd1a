import { setImmediate as nextTurn } from "node:timers/promises";

/** Work up to which others wait: so many items, or characters of them. */
const itemsPerTurn = 200;
const charactersPerTurn = 256 * 1024;
let lastTurn: Promise<unknown> = Promise.resolve();

/**
 * Does work for each item, a part in each turn of the event loop, so that others are served meanwhile; all such work
 * together does one part in a turn. Few items are done at once.
 */
export async function forEachInTurns<T>(
  items: readonly T[],
  work: (item: T, index: number) => void,
  lengthOf: (item: T) => number = () => 0,
): Promise<void> {
  let done = 0;
  let characters = 0;
  for (const [index, item] of items.entries()) {
    if (done >= itemsPerTurn || characters >= charactersPerTurn) {
      await ownTurn();
      done = 0;
      characters = 0;
    }
    work(item, index);
    done += 1;
    characters += lengthOf(item);
  }
}

/** Waits for a turn of the event loop that no other such work has. */
export function ownTurn(): Promise<unknown> {
  lastTurn = lastTurn.then(() => nextTurn());
  return lastTurn;
}
