import {
  byKey,
  byNewestTimestamp,
  compareTimestamps,
  firstNotBefore,
  timestampOf,
  type Timestamp,
} from "../store/order.js";
import type { Document, Entry, Store } from "../store/store.js";
import { isSecretMember, isSensitiveField, withoutSecretMembers } from "./secret-names.js";
import { fieldNames, isRecord, publicMembers } from "./token-document.js";

export interface ListOptions {
  readonly limit?: number;
  readonly after?: string | number;
  readonly since?: string | number;
  readonly filters?: Readonly<Record<string, unknown>>;
}

export interface ListItem {
  key: string;
  meta: Record<string, unknown>;
  data?: Record<string, unknown>;
}

export interface ListAnswer {
  items: ListItem[];
  pagination?: { hasMore: boolean; nextCursor: string | null; totalCount: number };
}

/** What may be listed of a collection (llm.txt, R30 to R33). */
export function listCollection(store: Store, collection: string, options: ListOptions = {}): ListAnswer {
  const isAudit = collection === "audit";
  const { limit, after, since, filters } = options;
  const ranged = since === undefined ? store.entries(collection) : fromSince(store.entries(collection), since, isAudit);
  const wanted = Object.entries(filters ?? {});
  const project = ({ key, document }: Entry): ListItem => listItem(collection, key, document);
  const fits = (item: ListItem): boolean => {
    const members = isAudit ? (item.data ?? {}) : item.meta;
    return wanted.every(([name, value]) => Object.hasOwn(members, name) && isSame(members[name], value));
  };
  const fitting = wanted.length === 0 ? ranged : ranged.filter((entry) => fits(project(entry)));
  const start = after === undefined ? 0 : startAfter(fitting, after, isAudit);
  const page = fitting.slice(start, limit === undefined ? undefined : start + limit);
  const items = page.map(project);
  if (limit === undefined) return { items };
  const last = page.at(-1);
  const hasMore = start + page.length < fitting.length;
  const nextCursor = hasMore && last ? cursorOf(last, isAudit) : null;
  return { items, pagination: { hasMore, nextCursor, totalCount: fitting.length } };
}

function listItem(collection: string, key: string, document: Document): ListItem {
  const isSecret = collection === "tokens" ? isSecretMember : isSensitiveField;
  const open = withoutSecretMembers(publicMembers(document), isSecret) as Record<string, unknown>;
  const { hasRefreshToken = fieldNames(document).includes("refreshToken") || hasText(document["refreshToken"]) } = open;
  const meta = { serviceName: key, ...open, ...(collection === "tokens" ? { hasRefreshToken } : {}) };
  if (collection !== "audit") return { key, meta };
  return { key, meta, data: withoutSecretMembers(document, isSecret) as Record<string, unknown> };
}

/** Newest first, so that what is not older than `since` is at the head; by key, it is the tail. */
function fromSince(entries: readonly Entry[], since: string | number, isAudit: boolean): readonly Entry[] {
  if (!isAudit) return entries.slice(firstNotBefore(entries, { key: String(since), document: {} }, byKey));
  return entries.filter(({ document }) => {
    const timestamp = timestampOf(document);
    return timestamp !== undefined && compareTimestamps(timestamp, alike(since, timestamp)) >= 0;
  });
}

/*
 * A cursor of our own is a key or, for audit, "~" + base64url(JSON [timestamp, key]); the reference webhooks' is the
 * bare timestamp there.
 */
function cursorOf({ key, document }: Entry, isAudit: boolean): string {
  if (!isAudit) return key;
  return `~${Buffer.from(JSON.stringify([timestampOf(document) ?? null, key])).toString("base64url")}`;
}

function startAfter(entries: readonly Entry[], after: string | number, isAudit: boolean): number {
  if (!isAudit) {
    const start = firstNotBefore(entries, { key: String(after), document: {} }, byKey);
    return entries[start]?.key === String(after) ? start + 1 : start;
  }
  const position = decodeAuditCursor(after);
  if (position) {
    const start = firstNotBefore(entries, position, byNewestTimestamp);
    const entry = entries[start];
    return entry && byNewestTimestamp(entry, position) === 0 ? start + 1 : start;
  }
  const start = entries.findIndex(({ document }) => {
    const timestamp = timestampOf(document);
    return compareTimestamps(timestamp, alike(after, timestamp)) < 0;
  });
  return start === -1 ? entries.length : start;
}

function decodeAuditCursor(after: string | number): Entry | undefined {
  if (typeof after !== "string" || !after.startsWith("~")) return undefined;
  try {
    const position: unknown = JSON.parse(Buffer.from(after.slice(1), "base64url").toString("utf8"));
    if (!Array.isArray(position) || typeof position[1] !== "string") return undefined;
    const timestamp: unknown = position[0];
    return { key: position[1], document: timestamp === null ? {} : { timestamp } };
  } catch {
    return undefined;
  }
}

/** A number that came as text counts as the number where the timestamps are numbers. */
function alike(given: string | number, timestamp: Timestamp): Timestamp {
  if (
    typeof timestamp === "number" &&
    typeof given === "string" &&
    given.trim() !== "" &&
    Number.isFinite(Number(given))
  ) {
    return Number(given);
  }
  return typeof timestamp === "string" ? String(given) : given;
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (isRecord(a) && isRecord(b) ? JSON.stringify(a) === JSON.stringify(b) : false);
}

function hasText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
