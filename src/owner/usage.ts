/** A line of the audit log, which tells of the use of credentials. */
export type AuditLine = Readonly<Record<string, unknown>>;

const uses: ReadonlySet<unknown> = new Set([
  "getCredential",
  "postCredential",
  "getTotpCode",
  "postTotpCode",
  "proxyRequest",
]);
const shownDays = 14;
const dayMs = 86_400_000;

/** One day in UTC. */
export interface DayCount {
  /** Such as 2026-01-31. */
  readonly day: string;
  /** Counts how often a credential was given out or used. */
  readonly uses: number;
  /** Counts every refusal, of any operation. */
  readonly refusals: number;
}

/** Tells when each service was last given out or used, as ISO time. */
export function lastUsesOf(lines: readonly AuditLine[]): Map<string, string> {
  const last = new Map<string, string>();
  for (const { op, outcome, service, time } of lines) {
    if (outcome === "ok" && uses.has(op) && typeof service === "string") last.set(service, String(time));
  }
  return last;
}

/** The last 14 days, oldest first, also those without a use. */
export function countByDay(lines: readonly AuditLine[], nowMs: number): DayCount[] {
  const days = Array.from({ length: shownDays }, (_none, index) =>
    new Date(nowMs - (shownDays - 1 - index) * dayMs).toISOString().slice(0, 10),
  );
  const counts = new Map(days.map((day) => [day, { day, uses: 0, refusals: 0 }]));
  for (const { op, outcome, time } of lines) {
    const count = counts.get(String(time).slice(0, 10));
    if (!count) continue;
    if (outcome !== "ok" && outcome !== undefined) count.refusals += 1;
    else if (uses.has(op)) count.uses += 1;
  }
  return [...counts.values()];
}
