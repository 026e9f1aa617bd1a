import { collectionValues, type Collection } from "../../generated/operations.js";
import { CheckSkipped } from "./check-errors.js";
import { ownProperty, parsed, pathOf, type SentRequest } from "./reply.js";

/** A document that the run wrote, to be removed at the end. */
export interface WrittenDocument {
  readonly collection: Collection;
  readonly key: string;
}

interface Change {
  readonly isDelete: boolean;
  /** Undefined when the request names none. */
  readonly document: WrittenDocument | undefined;
}

/** Sees every request before it is sent, so that each document it would write is removed later, or not sent at all. */
export class WrittenDocuments {
  readonly #documents = new Map<string, WrittenDocument>();

  /**
   * @param prefix of every key of the run
   * @param isReadOnly nothing is written; only what was written before may be removed
   */
  constructor(
    private readonly prefix: string,
    private readonly isReadOnly: boolean,
  ) {}

  get documents(): readonly WrittenDocument[] {
    return [...this.#documents.values()];
  }

  /** @throws CheckSkipped where the run is read-only */
  note(request: SentRequest): void {
    const change = changeOf(request);
    if (!change) return;
    const { isDelete, document } = change;
    const id = JSON.stringify(document);
    if (this.isReadOnly && !(isDelete && this.#documents.has(id)))
      throw new CheckSkipped("it writes, and the run is read-only");
    if (!document) return;
    if (!document.key.startsWith(this.prefix)) throw new Error("a check would change what is not the run's own");
    if (!isDelete) this.#documents.set(id, document);
  }
}

/** Tells the change that a request makes if it is accepted. */
function changeOf(request: SentRequest): Change | undefined {
  const path = pathOf(request);
  if (request.method !== "POST" || !["/v1/store", "/v1/storage", "/v1/refresh"].includes(path)) return undefined;
  const body = parsed(new TextDecoder().decode(request.body));
  if (path === "/v1/store") return { isDelete: false, document: documentOf("tokens", ownProperty(body, "service")) };
  if (path === "/v1/refresh") {
    const isUpdate = ownProperty(body, "action") === "update";
    return isUpdate ? { isDelete: false, document: documentOf("tokens", ownProperty(body, "service")) } : undefined;
  }
  const operation = ownProperty(body, "operation");
  if (operation !== "set" && operation !== "delete") return undefined;
  const document = documentOf(ownProperty(body, "collection"), ownProperty(body, "key"));
  return { isDelete: operation === "delete", document };
}

function documentOf(name: unknown, key: unknown): WrittenDocument | undefined {
  const collection = collectionValues.find((one) => one === name);
  return collection !== undefined && typeof key === "string" && key !== "" ? { collection, key } : undefined;
}
