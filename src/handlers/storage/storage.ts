import { collectionValues, type Collection } from "../../../generated/operations.js";
import type { Handler } from "../../contract/operation.js";
import { JsonText } from "../../platform/json-text.js";
import { listCollection } from "../../vault/listing.js";
import type { Services } from "../dependencies.js";

export const useStorage =
  ({ store, documents, tokens }: Services): Handler<"useStorage"> =>
  ({ body, requestId: signedId }) => {
    const requestId = body.requestId ?? signedId;
    switch (body.operation) {
      case "get":
        return storedAnswer(documents.text(body.collection, body.key), requestId);
      case "set": {
        const { collection, key } = body;
        const document = collection === "tokens" ? tokens.protect(key, body.data) : body.data;
        return documents.put(collection, key, document, body.data).then(() => ({ status: "ok", requestId }));
      }
      case "delete":
        return documents.delete(body.collection, body.key).then(() => ({ status: "ok", requestId }));
      case "list":
        return { ...listCollection(store, body.collection, body.options), requestId };
      case "list_batch": {
        const known = [...new Set(body.collections)].filter(isCollection);
        const lists = known.map((collection) => [collection, listCollection(store, collection, body.options)] as const);
        return { results: Object.fromEntries(lists), requestId };
      }
    }
  };

function storedAnswer(document: string | undefined, requestId: string): JsonText {
  return new JsonText(`{"data":${document ?? "null"},"requestId":${JSON.stringify(requestId)}}`);
}

function isCollection(name: string): name is Collection {
  return (collectionValues as readonly string[]).includes(name);
}
