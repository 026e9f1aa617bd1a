import type { HostList, ServiceSummary } from "../../owner/owner.js";
import type { Command } from "../command.js";
import { withOwner } from "../open-owner.js";
import { tableText } from "../terminal-text.js";

export const services: Command = {
  name: "services",
  summary: "list what is stored, without what is secret",
  async run(context) {
    const list = await withOwner(context, (owner) => owner.services());
    const nowMs = context.surroundings.clock.nowMs();
    const rows = list.map((summary) => row(summary, nowMs));
    const text =
      list.length === 0
        ? "Nothing is stored yet; `tokenvault-webhook add SERVICE` stores a credential.\n"
        : tableText(["SERVICE", "TYPE", "AGE", "EXPIRES", "LAST USE", "STATE", "HOSTS"], rows);
    return { json: { services: list }, text };
  },
};

function row(summary: ServiceSummary, nowMs: number): string[] {
  const { service, tokenType, createdAt, expiryTime, lastUsedAt, needsReconnect } = summary;
  return [
    service,
    tokenType || "-",
    withTime(createdAt, (time) => elapsedTime(nowMs - time)),
    expiryTime === undefined ? "never" : relativeTime(expiryTime, nowMs),
    withTime(lastUsedAt, (time) => relativeTime(time, nowMs)),
    needsReconnect ? "reconnect" : "ok",
    hostsText(summary.hosts),
  ];
}

export function hostsText(list: HostList): string {
  const hosts = hostsOf(list);
  if (hosts.length > 0) return hosts.join(", ");
  return list.listed === undefined ? "the first it is used with" : "none";
}

/** Each once, whoever allowed it. */
export function hostsOf({ pinned, listed = [], allowed = [] }: HostList): readonly string[] {
  return [...new Set([...(pinned === undefined ? [] : [pinned]), ...listed, ...allowed])];
}

function withTime(text: string | undefined, say: (timeMs: number) => string): string {
  const time = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(time) ? "-" : say(time);
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

/** A duration in its largest unit: "3 d". */
function elapsedTime(milliseconds: number): string {
  const [name, length] = units.find(([, unit]) => Math.abs(milliseconds) >= unit) ?? units[3];
  return `${String(Math.floor(Math.abs(milliseconds) / length))} ${name}`;
}

/** "3 d ago", "in 2 h". */
function relativeTime(timeMs: number, nowMs: number): string {
  return timeMs > nowMs ? `in ${elapsedTime(timeMs - nowMs)}` : `${elapsedTime(nowMs - timeMs)} ago`;
}
