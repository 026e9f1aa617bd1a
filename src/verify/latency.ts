/** How long the answers took, in milliseconds. */
export interface Latency {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** Of the median, as Token Vault's dashboard has it: below 200 ms, below 500 ms, more. */
  readonly colour: "green" | "yellow" | "red";
}

/** undefined when nothing was measured */
export function latencyOf(milliseconds: readonly number[]): Latency | undefined {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (min === undefined || max === undefined || median === undefined) return undefined;
  return { min, median, max, colour: median < 200 ? "green" : median < 500 ? "yellow" : "red" };
}
