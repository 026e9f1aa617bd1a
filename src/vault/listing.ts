import {
  byKey,
  byNewestTimestamp,
  compareTimestamps,
  timestampOf,
  type Order,
  type Position,
  type Timestamp,
} from "../store/order.js";
import type { Document, Entry, EntryList, Store } from "../store/store.js";
import { mergeMembers } from "./members.js";
import { isSecretMember, isSensitiveField, withoutSecretMembers } from "./secret-names.js";
import { fieldNames, publicMembers } from "./token-document.js";
import { isRecord } from "../platform/is-record.js";

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

const entriesAtOnce = 500;

/** From a place in a list, counted from 0, up to the one before another. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** What was asked for: how many there are, how many of them come after the cursor, and the first of those. */
interface Selection {
  readonly total: number;
  readonly left: number;
  readonly page: readonly Entry[];
}

/** What may be listed of a collection (llm.txt, R30 to R33). */
export function listCollection(store: Store, collection: string, options: ListOptions = {}): ListAnswer {
  const isAudit = collection === "audit";
  const { limit, after, since, filters } = options;
  const list = store.entries(collection);
  const ranges = since === undefined ? [{ start: 0, end: list.length }] : rangesSince(list, since, isAudit);
  const start = after === undefined ? 0 : startAfter(list, after, isAudit);
  const wanted = Object.entries(filters ?? {});
  const project = ({ key, document }: Entry): ListItem => listItem(collection, key, document);
  const fits = (item: ListItem): boolean => {
    const members = isAudit ? (item.data ?? {}) : item.meta;
    return wanted.every(([name, value]) => Object.hasOwn(members, name) && isSame(members[name], value));
  };
  const { total, left, page } =
    wanted.length === 0
      ? selectAll(list, ranges, start, limit)
      : selectFitting(list, ranges, start, limit, (entry) => fits(project(entry)));
  const items = page.map(project);
  if (limit === undefined) return { items };
  const last = page.at(-1);
  const hasMore = left > page.length;
  return {
    items,
    pagination: { hasMore, nextCursor: hasMore && last ? cursorOf(last, isAudit) : null, totalCount: total },
  };
}

/** Reads no document but those of the page, however many there are. */
function selectAll(list: EntryList, ranges: readonly Range[], start: number, limit = Infinity): Selection {
  const rest = ranges.map((range) => ({ start: Math.max(range.start, start), end: Math.max(range.end, start) }));
  const page = rest.flatMap((range) => list.slice(range.start, Math.min(range.end, range.start + limit)));
  return { total: lengthOf(ranges), left: lengthOf(rest), page: page.slice(0, limit) };
}

/** Reads every document, some at a time, and keeps those of the page. */
function selectFitting(
  list: EntryList,
  ranges: readonly Range[],
  start: number,
  limit = Infinity,
  fits: (entry: Entry) => boolean,
): Selection {
  const page: Entry[] = [];
  let total = 0;
  let left = 0;
  for (const range of ranges) {
    for (let begin = range.start; begin < range.end; begin += entriesAtOnce) {
      for (const [index, entry] of list.slice(begin, Math.min(range.end, begin + entriesAtOnce)).entries()) {
        if (!fits(entry)) continue;
        total += 1;
        if (begin + index < start) continue;
        left += 1;
        if (page.length < limit) page.push(entry);
      }
    }
  }
  return { total, left, page };
}

function lengthOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
}

function listItem(collection: string, key: string, document: Document): ListItem {
  const isSecret = collection === "tokens" ? isSecretMember : isSensitiveField;
  const open = withoutSecretMembers(publicMembers(document), isSecret) as Record<string, unknown>;
  const { hasRefreshToken = fieldNames(document).includes("refreshToken") || hasText(document["refreshToken"]) } = open;
  const meta = mergeMembers({ serviceName: key }, open, collection === "tokens" ? { hasRefreshToken } : {});
  if (collection !== "audit") return { key, meta };
  return { key, meta, data: withoutSecretMembers(document, isSecret) as Record<string, unknown> };
}

/** By key, what is not before it is the tail; in audit the head of the texts, and that of the numbers after them. */
function rangesSince(list: EntryList, since: string | number, isAudit: boolean): readonly Range[] {
  if (!isAudit)
    return [{ start: countBefore(list, { key: String(since), timestamp: undefined }, byKey), end: list.length }];
  const { texts, numbers } = countOlder(list, (timestamp) => compareTimestamps(timestamp, alike(since, timestamp)) < 0);
  return [{ start: 0, end: texts }, numbers];
}

/**
 * In audit the texts come first, then the numbers, then what has no timestamp, each the newest first. Tells where the
 * older ones begin among the texts, and where the numbers begin and the older ones among them.
 */
function countOlder(
  list: EntryList,
  isOlder: (timestamp: Timestamp) => boolean,
): { readonly texts: number; readonly numbers: Range } {
  return {
    texts: list.countBefore(({ timestamp }) => typeof timestamp !== "string" || isOlder(timestamp)),
    numbers: {
      start: list.countBefore(({ timestamp }) => typeof timestamp !== "string"),
      end: list.countBefore(
        ({ timestamp }) => timestamp === undefined || (typeof timestamp === "number" && isOlder(timestamp)),
      ),
    },
  };
}

function countBefore(list: EntryList, position: Position, order: Order): number {
  return list.countBefore((other) => order(other, position) >= 0);
}

/*
 * A cursor of our own is a key or, for audit, "~" + base64url(JSON [timestamp, key]); the reference webhooks' is the
 * bare timestamp there.
 */
function cursorOf({ key, timestamp }: Entry, isAudit: boolean): string {
  if (!isAudit) return key;
  return `~${Buffer.from(JSON.stringify([timestamp ?? null, key])).toString("base64url")}`;
}

function startAfter(list: EntryList, after: string | number, isAudit: boolean): number {
  const position = isAudit ? decodeAuditCursor(after) : { key: String(after), timestamp: undefined };
  const order = isAudit ? byNewestTimestamp : byKey;
  if (position) return list.countBefore((other) => order(other, position) > 0);
  const { texts, numbers } = countOlder(list, (timestamp) => compareTimestamps(timestamp, alike(after, timestamp)) < 0);
  return texts < numbers.start ? texts : numbers.end;
}

function decodeAuditCursor(after: string | number): Position | undefined {
  if (typeof after !== "string" || !after.startsWith("~")) return undefined;
  try {
    const position: unknown = JSON.parse(Buffer.from(after.slice(1), "base64url").toString("utf8"));
    if (!Array.isArray(position) || typeof position[1] !== "string") return undefined;
    return { key: position[1], timestamp: timestampOf({ timestamp: position[0] as unknown }) };
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
