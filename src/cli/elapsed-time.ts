const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

/** How long it is, in its largest unit: "3 d". */
export function elapsedTime(milliseconds: number): string {
  const [name, length] = units.find(([, unit]) => Math.abs(milliseconds) >= unit) ?? units[3];
  return `${String(Math.floor(Math.abs(milliseconds) / length))} ${name}`;
}

/** "3 d ago", "in 2 h". */
export function relativeTime(timeMs: number, nowMs: number): string {
  return timeMs > nowMs ? `in ${elapsedTime(timeMs - nowMs)}` : `${elapsedTime(nowMs - timeMs)} ago`;
}
