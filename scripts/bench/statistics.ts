export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

/** The smallest and the largest: how far the machine's noise reaches. */
export function range(values: readonly number[], digits: number): string {
  return `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
}

/** Which of two comes first: there and back, so that neither is always the one that comes second. */
export function turnOrder(round: number): readonly [0, 1] | readonly [1, 0] {
  return round % 2 === 0 ? [0, 1] : [1, 0];
}
