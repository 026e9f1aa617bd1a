import { collectionValues, type Collection } from "../../generated/operations.js";
import { listCollection } from "../vault/listing.js";
import type { OperationHandler } from "./dependencies.js";

export const useStorage: OperationHandler<"useStorage"> = async (
  { store, documents, credentials },
  { body, requestId: signedId },
) => {
  const requestId = body.requestId ?? signedId;
  switch (body.operation) {
    case "get":
      return { data: (await store.get(body.collection, body.key)) ?? null, requestId };
    case "set": {
      const { collection, key, data } = body;
      await (collection === "tokens" ? credentials.set(key, data) : documents.put(collection, key, data));
      return { status: "ok", requestId };
    }
    case "delete":
      await store.transact((transaction) => transaction.delete(body.collection, body.key));
      return { status: "ok", requestId };
    case "list":
      return { ...(await listCollection(store, body.collection, body.options)), requestId };
    case "list_batch": {
      const known = [...new Set(body.collections)].filter(isCollection);
      const lists = known.map(async (name) => [name, await listCollection(store, name, body.options)] as const);
      return { results: Object.fromEntries(await Promise.all(lists)), requestId };
    }
  }
};

function isCollection(name: string): name is Collection {
  return (collectionValues as readonly string[]).includes(name);
}
