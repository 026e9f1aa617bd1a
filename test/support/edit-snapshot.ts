type Collections = Record<string, Record<string, Record<string, unknown>>>;

/** A snapshot with other documents, in the form of version 1: it has no checksums, so that it can be made by hand. */
export function editSnapshot(text: string, edit: (collections: Collections) => void): string {
  const { documents, ...head } = JSON.parse(text) as { documents: [string, string, string, Record<string, unknown>][] };
  const collections: Collections = {};
  for (const [, name, key, document] of documents) (collections[name] ??= {})[key] = document;
  edit(collections);
  return JSON.stringify({ ...head, version: 1, collections });
}
