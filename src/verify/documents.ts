import type { Collection } from "../../generated/operations.js";
import { holds, same, succeeded } from "./expectation.js";
import { ownMember, type Reply } from "./reply.js";
import type { Stage } from "./stage.js";
import type { Json } from "./token-vault.js";

/** @throws CheckFailure unless it is taken */
export async function setDocument(stage: Stage, place: Collection, key: string, data: Json): Promise<void> {
  const reply = await stage.tokenVault.storage({ operation: "set", collection: place, key, data });
  same("status of set", succeeded(reply).at("status"), "ok");
}

/** The document, or null. @throws CheckFailure when the answer is none of both */
export async function getDocument(stage: Stage, place: Collection, key: string): Promise<unknown> {
  const data = succeeded(await stage.tokenVault.storage({ operation: "get", collection: place, key })).at("data");
  holds(typeof data === "object", "The answer of get has no data.");
  return data;
}

export async function deleteDocument(stage: Stage, place: Collection, key: string): Promise<void> {
  const reply = await stage.tokenVault.storage({ operation: "delete", collection: place, key });
  same("status of delete", succeeded(reply).at("status"), "ok");
}

/** What list answers. @throws CheckFailure when it is no list */
export async function listItems(stage: Stage, place: Collection, options: Json): Promise<readonly unknown[]> {
  return itemsOf(succeeded(await stage.tokenVault.storage({ operation: "list", collection: place, options })));
}

/** @throws CheckFailure when the answer holds no list */
export function itemsOf(reply: Reply): readonly unknown[] {
  const items = reply.at("items");
  holds(Array.isArray(items), "items is no list.");
  return items;
}

/** @throws CheckFailure unless `actual` has these members; others may stand beside them */
export function expectMembers(what: string, actual: unknown, expected: Json): void {
  for (const [name, value] of Object.entries(expected)) same(`${name} in ${what}`, ownMember(actual, name), value);
}
