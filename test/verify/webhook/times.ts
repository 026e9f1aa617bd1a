import { invalid } from "./refusal.js";
import type { State } from "./state.js";

const iso = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})?$/;

/** The moment that expiresAt names, in ms since the epoch; undefined if it names none (R37). */
export function momentOf(state: State, value: unknown): number | undefined {
  if (state.has("odd-times-ignored")) {
    const moment = typeof value === "string" ? Date.parse(value) : NaN;
    return moment >= 0 ? moment : undefined;
  }
  const isNumber = typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value));
  if (value === undefined || value === null || value === "" || Number(value) === 0) return undefined;
  if (isNumber) return momentOfNumber(Number(value));
  const moment = typeof value === "string" ? momentOfText(value) : NaN;
  if (Number.isNaN(moment)) throw invalid("The member expiresAt is not a time.");
  return moment >= 0 ? moment : undefined;
}

function momentOfNumber(value: number): number {
  if (value >= 1e11 && value <= 1e13) return value;
  if (value >= 1e9 && value < 1e11) return value * 1000;
  throw invalid("The member expiresAt is not a time.");
}

function momentOfText(text: string): number {
  const [, day = "", time = "", fraction = "", zone = "Z"] = iso.exec(text) ?? [];
  if (day === "") return /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} .* GMT$/.test(text) ? Date.parse(text) : NaN;
  const midnight = new Date(`${day}T00:00:00Z`);
  // Some days that do not exist are read as later ones.
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return NaN;
  return Date.parse(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, "0")}${zone}`);
}
