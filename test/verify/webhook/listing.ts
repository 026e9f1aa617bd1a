import { isDeepStrictEqual } from "node:util";
import { isObject } from "./body.js";
import { opened } from "./documents.js";
import { invalid } from "./refusal.js";
import { filtered, isListable, isSensitive } from "./secret-names.js";
import { documentsOf, type Members, type State } from "./state.js";

interface Item {
  readonly key: string;
  readonly meta: Members;
  readonly data?: Members;
}

type Place = readonly [timestamp: unknown, key: string];

/** The items of a collection, and the pagination if a limit was asked for (R30 to R33). */
export function listed(state: State, collection: string, options: Members): Members {
  const { limit, since, after, filters } = options;
  requireOptions(state, options);
  const isAudit = collection === "audit";
  const compare = isAudit ? byNewest : byKey;
  const places = [...documentsOf(state, collection)].map(([key, document]): [Place, Members] => [
    [document["timestamp"] ?? "", key],
    document,
  ]);
  if (!state.has("insertion-order")) places.sort(([a], [b]) => compare(a, b));
  if (state.has("code-point-order") && !isAudit)
    places.sort(([[, a]], [[, b]]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const fitting = places.filter(([[timestamp, key], document]) => {
    const isRecent =
      since === undefined || state.has("since-ignored") || compareValues(isAudit ? timestamp : key, since) >= 0;
    return isRecent && fits(state, filters, itemOf(state, collection, key, document));
  });
  const behind = after === undefined ? fitting : fitting.filter(isBehind(state, isAudit, after, places));
  const size = typeof limit === "number" && limit >= 1 ? limit : behind.length;
  const page = behind.slice(0, size);
  const items = page.map(([[, key], document]) => itemOf(state, collection, key, document));
  if (limit === undefined && !state.has("pagination-without-limit")) return { items };
  const hasMore = behind.length > page.length;
  const last = page.at(-1)?.[0];
  const total = state.has("total-count-after-cursor") ? behind.length : fitting.length;
  const cursorAlways = state.has("cursor-on-last-page");
  const nextCursor = last && (hasMore || cursorAlways) ? cursorOf(state, isAudit, last) : null;
  return { items, pagination: { hasMore, nextCursor, totalCount: total } };
}

function requireOptions(state: State, { limit, since, after, filters }: Members): void {
  const isLimit = Number.isInteger(limit) && Number(limit) >= 1;
  if (limit !== undefined && !isLimit && !state.has("odd-limits-taken"))
    throw invalid("The limit is not an integer of 1 or more.");
  for (const bound of [since, after])
    if (bound !== undefined && typeof bound !== "string" && typeof bound !== "number")
      throw invalid("A bound of the list is neither a text nor a number.");
  if (filters !== undefined && !isObject(filters)) throw invalid("The member filters is not an object.");
}

function fits(state: State, filters: unknown, item: Item): boolean {
  if (!isObject(filters) || state.has("filters-ignored")) return true;
  const members = item.data ?? item.meta;
  return Object.entries(filters).every(
    ([name, value]) => Object.hasOwn(members, name) && isDeepStrictEqual(members[name], value),
  );
}

/** Numbers as numbers, else texts by code units. */
function compareValues(a: unknown, b: unknown): number {
  if (typeof a === "number" && b !== "" && !Number.isNaN(Number(b))) return a - Number(b);
  if (typeof b === "number" && a !== "" && !Number.isNaN(Number(a))) return Number(a) - b;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function byKey([, a]: Place, [, b]: Place): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byNewest(a: Place, b: Place): number {
  return compareValues(b[0], a[0]) || byKey(a, b);
}

function cursorOf(state: State, isAudit: boolean, [timestamp, key]: Place): string {
  if (!isAudit) return key;
  if (state.has("ties-lost")) return String(timestamp);
  return Buffer.from(JSON.stringify([timestamp, key])).toString("base64url");
}

function isBehind(state: State, isAudit: boolean, after: unknown, all: readonly [Place, Members][]) {
  if (state.has("cursor-ignored")) return () => true;
  const index = all.findIndex(([[, key]]) => key === after);
  if (state.has("deleted-cursor-breaks") && !isAudit && index < 0) return () => false;
  if (!isAudit) return ([place]: [Place, Members]): boolean => byKey(place, ["", String(after)]) > 0;
  const cursor = decodedCursor(after);
  if (state.has("bare-cursor-refused") && !cursor) throw invalid("The cursor is not known.");
  if (cursor) return ([place]: [Place, Members]): boolean => byNewest(place, cursor) > 0;
  return ([[timestamp]]: [Place, Members]): boolean => compareValues(timestamp, after) < 0;
}

function decodedCursor(after: unknown): Place | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(String(after), "base64url").toString("utf8"));
    return Array.isArray(value) && value.length === 2 && typeof value[1] === "string"
      ? [value[0], value[1]]
      : undefined;
  } catch {
    return undefined;
  }
}

function itemOf(state: State, collection: string, key: string, document: Members): Item {
  const isAudit = collection === "audit";
  const data = state.has("audit-leaks") ? document : (filtered(document, (name) => !isSensitive(name)) as Members);
  const meta = metaOf(state, collection, key, document);
  return isAudit ? { key, meta, data } : { key, meta };
}

/** Shows the part of a document that a list may show (R31). */
export function metaOf(state: State, collection: string, key: string, document: Members): Members {
  const isTokens = collection === "tokens";
  const own = isObject(document["meta"]) ? document["meta"] : {};
  const form = state.has("form-members-listed") ? [] : ["v", "alg", "fields", "meta", "plain"];
  const withName = state.has("service-name-missing") ? {} : { serviceName: key };
  const merged = state.has("top-level-members-not-listed")
    ? { ...withName, ...own }
    : { ...withName, ...own, ...document };
  const keep =
    isTokens && !state.has("other-secrets-listed") ? isListable : (name: string): boolean => !isSensitive(name);
  const top = Object.entries(merged).filter(([name, value]) => !form.includes(name) && keep(name, value));
  const deep = top.map(([name, value]) => [name, state.has("nested-secrets-listed") ? value : filtered(value, keep)]);
  const leaked = isTokens && state.has("secrets-listed") ? opened(state, key, document) : {};
  const meta: Members = { ...(Object.fromEntries(deep) as Members), ...leaked };
  if (isTokens && meta["hasRefreshToken"] === undefined) {
    const fields = isObject(document["fields"]) ? document["fields"] : {};
    meta["hasRefreshToken"] = Object.hasOwn(fields, "refreshToken");
  }
  return meta;
}
