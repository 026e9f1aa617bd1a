import { html } from "hono/html";
import type { Html } from "./layout.js";

const units = [
  { name: "year", ms: 365.25 * 86_400_000 },
  { name: "month", ms: 30.44 * 86_400_000 },
  { name: "day", ms: 86_400_000 },
  { name: "hour", ms: 3_600_000 },
  { name: "minute", ms: 60_000 },
] as const;
/** The largest time of a Date (ECMA-262, 21.4.1.1). */
const maxDateMs = 8.64e15;
const maxYears = 1000;

/** The time between now and a moment: `3 days ago`, `in 2 hours`, `just now`. */
export function distance(nowMs: number, atMs: number): string {
  const gapMs = Math.abs(atMs - nowMs);
  // From two of a unit on, since "in 1 month" is coarse where "in 45 days" is not.
  const unit = units.find(({ ms }) => gapMs >= 2 * ms) ?? units[4];
  const count = Math.floor(gapMs / unit.ms);
  if (count < 1) return atMs <= nowMs ? "just now" : "in less than a minute";
  const number = unit.name === "year" && count > maxYears ? `more than ${String(maxYears)}` : String(count);
  const amount = `${number} ${unit.name}${count === 1 ? "" : "s"}`;
  return atMs <= nowMs ? `${amount} ago` : `in ${amount}`;
}

/** The distance, with the exact time for whoever points at it; only the words where a calendar has no such time. */
export function timed(nowMs: number, atMs: number): Html {
  const words = distance(nowMs, atMs);
  if (!(Math.abs(atMs) <= maxDateMs)) return html`${words}`;
  return html`<time datetime="${new Date(atMs).toISOString()}" title="${utc(atMs)}">${words}</time>`;
}

/** @returns `2026-01-31 12:00:00 UTC` */
export function utc(atMs: number): string {
  return `${clockTime(atMs)} UTC`;
}

/** @returns `2026-01-31 12:00:00`, in UTC */
export function clockTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, -5).replace("T", " ");
}

/** Milliseconds since the epoch; undefined for what is no ISO time. */
export function parseTime(value: unknown): number | undefined {
  if (typeof value !== "string" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}T/.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}
