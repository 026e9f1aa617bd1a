import { isDeepStrictEqual } from "node:util";
import type { components } from "../../generated/types.js";
import { asText, parseJson } from "../platform/encoding.js";
import { forEachInTurns } from "../platform/turns.js";
import type { Document, Entry, ListQuery, Position, Store } from "../store/store.js";
import { isSealed, publicProperties } from "./credential.js";
import { isSecretProperty, isSensitiveField, withoutSecretProperties } from "./sensitive-properties.js";

type Schemas = components["schemas"];
type ListItem = Schemas["StorageItem"];
export type ListOptions = Schemas["ListOptions"];
export type ListResponse = Schemas["StorageBatchList"];

/** Lists what may be listed of a collection (llm.txt, R30 to R33). */
export async function listCollection(
  store: Store,
  collection: string,
  { limit, after, since, filters = {} }: ListOptions = {},
): Promise<ListResponse> {
  const isAudit = collection === "audit";
  const wanted = Object.entries(filters);
  const fits = (entry: Entry): boolean => {
    const { meta, data = {} } = listItem(collection, entry);
    const properties = isAudit ? data : meta;
    return wanted.every(
      ([name, value]) => Object.hasOwn(properties, name) && isDeepStrictEqual(properties[name], value),
    );
  };
  const { entries, hasMore, totalCount } = await store.list(collection, {
    limit,
    since: since === undefined || isAudit ? since : String(since),
    after: after === undefined ? undefined : positionOf(after, isAudit),
    filter: wanted.length === 0 ? undefined : fits,
  });
  const items: ListItem[] = [];
  await forEachInTurns(entries, (entry) => items.push(listItem(collection, entry)));
  if (limit === undefined) return { items };
  const last = entries.at(-1);
  return { items, pagination: { hasMore, nextCursor: hasMore && last ? cursorOf(last, isAudit) : null, totalCount } };
}

function listItem(collection: string, { key, document }: Pick<Entry, "key" | "document">): ListItem {
  const isSecret = collection === "tokens" ? isSecretProperty : isSensitiveField;
  const open = withoutSecretProperties(publicProperties(document), isSecret) as Record<string, unknown>;
  const { hasRefreshToken = holdsRefreshToken(document) } = open;
  const meta = { serviceName: key, ...open, ...(collection === "tokens" ? { hasRefreshToken } : {}) };
  if (collection !== "audit") return { key, meta };
  return { key, meta, data: withoutSecretProperties(document, isSecret) as Record<string, unknown> };
}

/*
 * A cursor is a key or, for audit, "~" + base64url(JSON [timestamp, key]); the reference webhooks' is the bare timestamp
 * there.
 */
function cursorOf({ key, timestamp }: Position, isAudit: boolean): string {
  if (!isAudit) return key;
  return `~${Buffer.from(JSON.stringify([timestamp ?? null, key])).toString("base64url")}`;
}

function positionOf(after: string | number, isAudit: boolean): NonNullable<ListQuery["after"]> {
  if (!isAudit) return { key: String(after), timestamp: undefined };
  const encoded = typeof after === "string" && after.startsWith("~") ? after.slice(1) : "";
  const position = parseJson(Buffer.from(encoded, "base64url").toString("utf8"));
  if (!Array.isArray(position) || typeof position[1] !== "string") return { timestamp: after };
  const timestamp: unknown = position[0];
  const isTimestamp = typeof timestamp === "string" || typeof timestamp === "number";
  return { key: position[1], timestamp: isTimestamp ? timestamp : undefined };
}

function holdsRefreshToken(document: Document): boolean {
  const isInClear = Boolean(asText(document["refreshToken"]));
  return isInClear || (isSealed(document) && Object.hasOwn(document.fields, "refreshToken"));
}
