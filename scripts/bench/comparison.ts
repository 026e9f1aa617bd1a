import { count, table, type ProcessFacts } from "./report.js";
import type { OperationResult } from "./rounds.js";
import { median } from "./statistics.js";

/** A build's processes, on a store of each size. */
export interface BuildFacts {
  readonly facts: readonly ProcessFacts[];
  /** Resident memory in MB after the load, by the store's size. */
  readonly loaded: ReadonlyMap<number, number>;
}

/** Sets this build beside the other one; a ratio is the median of the rounds' own, and ours through the other's. */
export function comparisonText(results: readonly OperationResult[], own: BuildFacts, other: BuildFacts): string {
  return [operationTable(results), processTable(own, other)].join("\n\n");
}

function operationTable(results: readonly OperationResult[]): string {
  const head = ["Operation", "Tokens", "Requests/s", "The other's", "Ratio", "CPU µs", "The other's", "Errors"];
  const rows = results.flatMap(({ operation, sides, others }) =>
    sides.flatMap((side, index) => {
      const other = others[index];
      if (!other) return [];
      const ratios = side.rounds.map((requestsPerSecond, round) => requestsPerSecond / (other.rounds[round] ?? NaN));
      return [
        [
          operation,
          count(side.size),
          count(side.requestsPerSecond),
          count(other.requestsPerSecond),
          median(ratios).toFixed(2),
          side.processorMicroseconds.toFixed(0),
          other.processorMicroseconds.toFixed(0),
          String(side.errors + other.errors),
        ],
      ];
    }),
  );
  return table(head, rows);
}

function processTable(own: BuildFacts, other: BuildFacts): string {
  const head = ["Process", "Tokens", "Ours", "The other's", "Ratio"];
  const rows = own.facts.flatMap(({ size, startMs, residentMegabytes }, index) => {
    const beside = other.facts[index];
    const values: readonly (readonly [string, number | undefined, number | undefined])[] = [
      ["first answer after ms", startMs, beside?.startMs],
      ["memory MB", residentMegabytes, beside?.residentMegabytes],
      ["memory MB after the load", own.loaded.get(size), other.loaded.get(size)],
    ];
    return values.flatMap(([name, ours, others]) =>
      ours === undefined || others === undefined
        ? []
        : [[name, count(size), count(ours), count(others), (ours / others).toFixed(2)]],
    );
  });
  return table(head, rows);
}
