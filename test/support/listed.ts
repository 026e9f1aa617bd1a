import type { Document, Entry } from "../../src/store/store.js";

/** What a list says at this moment. */
export function listed(entries: Iterable<Entry>): { readonly key: string; readonly document: Document }[] {
  return Array.from(entries, ({ key, document }) => ({ key, document }));
}

export function listedKeys(entries: Iterable<Entry>): string[] {
  return Array.from(entries, ({ key }) => key);
}
