import { AsyncLocalStorage } from "node:async_hooks";
import type { CheckFailure } from "./check-errors.js";

const collected = new AsyncLocalStorage<CheckFailure[]>();

/** Runs a check so that what `report` is told is collected: one failure must not hide the next. */
export function collectFailures(failures: CheckFailure[], run: () => Promise<void>): Promise<void> {
  return collected.run(failures, run);
}

/** Reports a failure after which the check can go on. @throws it where nothing collects */
export function report(failure: CheckFailure): void {
  const failures = collected.getStore();
  if (!failures) throw failure;
  failures.push(failure);
}
