import { WebhookError } from "../platform/errors.js";

/** RFC 3339, and what comes close: a blank for the T, a comma, no seconds, no zone, a zone without its colon. */
const timestamp =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)? *(?:Z|UTC|GMT|([+-])(\d\d)(?::?(\d\d))?)?$/i;
const hasZone = /(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$/i;
/** A number below is no moment but a lifetime; from the second one on it counts milliseconds. */
const minSeconds = 1e9;
const minMilliseconds = 1e11;
const maxMilliseconds = 8.64e15;

/**
 * Reads when a credential expires, in milliseconds since the epoch, wherever it runs: a time without a zone is UTC. Undefined
 * for none, which Go and .NET write as the year 1, and for what is no time at all.
 * @throws WebhookError invalid_request for what looks like a time and is another, such as a lifetime in seconds
 */
export function parseExpiry(value: unknown): number | undefined {
  if (typeof value === "number") return momentOf(value);
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (/^[+-]?\d+(?:\.\d+)?$/.test(text)) {
    const moment = momentOf(Number(text));
    if (moment === undefined && Number(text) !== 0) throw refused();
    return moment;
  }
  const parts = timestamp.exec(text);
  if (parts) return timeOf(parts);
  const time = Date.parse(hasZone.test(text) ? text : `${text} UTC`);
  return Number.isNaN(time) ? undefined : time;
}

function momentOf(number: number): number | undefined {
  if (!(number >= minSeconds) || number > maxMilliseconds) return undefined;
  return Math.floor(number < minMilliseconds ? number * 1000 : number);
}

function timeOf([, ...parts]: RegExpExecArray): number | undefined {
  const [year, month, day, hour, minute, second] = parts
    .slice(0, 6)
    .map((part) => Number((part as string | undefined) ?? 0));
  const [fraction = "", sign, zoneHours = "0", zoneMinutes = "0"] = parts.slice(6);
  if (year === undefined || year <= 1) return undefined;
  // RFC 3339, section 5.7: a leap second is the 60th.
  const seconds = Math.min(second ?? 0, 59);
  const time = new Date(
    Date.UTC(year, (month ?? 0) - 1, day, hour, minute, seconds, Number(fraction.padEnd(3, "0").slice(0, 3))),
  );
  const isReal =
    time.getUTCMonth() + 1 === month && time.getUTCDate() === day && time.getUTCHours() === hour && (second ?? 0) <= 60;
  if (!isReal || time.getUTCMinutes() !== minute || Number(zoneHours) > 23 || Number(zoneMinutes) > 59) throw refused();
  const offsetMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  return time.getTime() + (sign === "-" ? offsetMs : -offsetMs);
}

function refused(): WebhookError {
  return new WebhookError("invalid_request", "The member expiresAt is not a time; give it as in 2026-01-31T12:00:00Z.");
}
