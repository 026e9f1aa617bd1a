import { setTimeout as later } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { isObject, optionalText, text } from "./body.js";
import { documentOfSet, opened, tokenOf } from "./documents.js";
import { listed } from "./listing.js";
import { invalid, Refusal } from "./refusal.js";
import { collectionNames, documentsOf, type Members, type State } from "./state.js";

const known = ["operation", "collection", "key", "data", "options", "collections", "requestId"];

/** Token Vault's documents (R29 to R35). */
export async function useStorage(state: State, body: Members, headerId: string): Promise<Members> {
  const bodyId = optionalText(body, "requestId", 256);
  if (state.has("unknown-members-refused") && !Object.keys(body).every((name) => known.includes(name)))
    throw invalid("There are members that nobody knows.");
  const answer = await operationOf(state, body);
  if (state.has("request-id-missing")) return answer;
  return { ...answer, requestId: state.has("header-id-not-echoed") ? (bodyId ?? "") : (bodyId ?? headerId) };
}

async function operationOf(state: State, body: Members): Promise<Members> {
  const options = body["options"] ?? {};
  switch (body["operation"]) {
    case "get":
      return { data: documentGot(state, collectionOf(state, body), text(body, "key", 1, 512, true)) };
    case "set": {
      if (!isObject(body["data"]) && !state.has("data-of-any-type")) throw invalid("The member data is not an object.");
      await set(state, collectionOf(state, body), text(body, "key", 1, 512, true), body["data"] as Members);
      return { status: "ok" };
    }
    case "delete": {
      const key = text(body, "key", 1, 512, true);
      const existed = documentsOf(state, collectionOf(state, body)).delete(key);
      if (!existed && state.has("delete-of-absent-404")) throw new Refusal("not_found", "There is no such document.");
      return { status: "ok" };
    }
    case "list":
      if (!isObject(options)) throw invalid("The member options is not an object.");
      return listed(state, collectionOf(state, body), options);
    case "list_batch": {
      const { collections } = body;
      const isNames = Array.isArray(collections) && collections.every((name) => typeof name === "string");
      if (!isNames || collections.length > 64 || !isObject(options)) throw invalid("The collections are not named.");
      const names = collections.filter((name) => isCollection(name) || state.has("unknown-collections-in-batch"));
      const results = names.map((name) => [name, isCollection(name) ? listed(state, name, options) : { items: [] }]);
      return { results: Object.fromEntries(results) as Members };
    }
    default:
      throw invalid("The operation is not known.");
  }
}

function isCollection(name: unknown): name is string {
  return (collectionNames as readonly unknown[]).includes(name);
}

function collectionOf(state: State, body: Members): string {
  const name = body["collection"];
  if (isCollection(name)) return name;
  if (state.has("unknown-collection-taken") && typeof name === "string") return "vault_config";
  if (state.has("internal-collection-served") && name === "hosts") return "vault_config";
  throw invalid("The collection is not known.");
}

function documentGot(state: State, collection: string, key: string): Members | null {
  const document = documentsOf(state, collection).get(key);
  if (state.has("prototype-names-exist") && !document && key in {}) return {};
  if (!document && state.has("absent-get-404")) throw new Refusal("not_found", "There is no such document.");
  if (document && collection === "tokens" && state.has("secrets-in-storage-get")) return tokenOf(state, key, document);
  return document ?? null;
}

async function set(state: State, collection: string, key: string, data: Members): Promise<void> {
  const documents = documentsOf(state, collection);
  if (state.has("parallel-writes-lost")) {
    const copy = new Map(documents);
    await later(5);
    documents.clear();
    for (const [name, document] of copy) documents.set(name, document);
  }
  if (collection !== "tokens") {
    documents.set(key, data);
    return;
  }
  const stored = documents.get(key);
  const document = documentOfSet(state, key, data);
  const isOther = !isDeepStrictEqual(opened(state, key, stored), opened(state, key, document));
  if (isOther) state.hosts.set(key, { listed: [] });
  documents.set(key, document);
}
