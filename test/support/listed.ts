import type { Document, Reader } from "../../src/store/store.js";

/** What a collection's list says at this moment. */
export async function listed(
  reader: Reader,
  collection: string,
): Promise<{ readonly key: string; readonly document: Document }[]> {
  const { entries } = await reader.list(collection);
  return entries.map(({ key, document }) => ({ key, document }));
}

export async function listedKeys(reader: Reader, collection: string): Promise<string[]> {
  return (await reader.list(collection)).entries.map(({ key }) => key);
}
