let turn: Promise<void> | undefined;

/** Resolves when what can be read in this turn of the event loop is read; whoever asks in one turn gets the same promise. */
export function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
  return turn;
}
