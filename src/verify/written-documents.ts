import { collectionValues, type Collection } from "../../generated/operations.js";
import { CheckSkipped } from "./check-errors.js";
import { ownMember, parsed, pathOf, type SentRequest } from "./reply.js";

/** Where a document was written, to be removed at the end. */
export interface Written {
  readonly collection: Collection;
  readonly key: string;
}

interface Change {
  readonly isDelete: boolean;
  /** Undefined where the request names none. */
  readonly place: Written | undefined;
}

/** Sees every request before it is sent: what it would write is known to be removed, or is not sent at all. */
export class WrittenDocuments {
  readonly #places = new Map<string, Written>();

  /**
   * @param prefix of every key of the run
   * @param isReadOnly nothing is written; only what was written before may be removed
   */
  constructor(
    private readonly prefix: string,
    private readonly isReadOnly: boolean,
  ) {}

  get places(): readonly Written[] {
    return [...this.#places.values()];
  }

  /** @throws CheckSkipped where the run is read-only */
  note(request: SentRequest): void {
    const change = changeOf(request);
    if (!change) return;
    const { isDelete, place } = change;
    const id = JSON.stringify(place);
    if (this.isReadOnly && !(isDelete && this.#places.has(id)))
      throw new CheckSkipped("it writes, and the run is read-only");
    if (!place) return;
    if (!place.key.startsWith(this.prefix)) throw new Error("a check would change what is not the run's own");
    if (!isDelete) this.#places.set(id, place);
  }
}

/** What a request changes if it is taken. */
function changeOf(request: SentRequest): Change | undefined {
  const path = pathOf(request);
  if (request.method !== "POST" || !["/v1/store", "/v1/storage", "/v1/refresh"].includes(path)) return undefined;
  const body = parsed(new TextDecoder().decode(request.body));
  if (path === "/v1/store") return { isDelete: false, place: placeOf("tokens", ownMember(body, "service")) };
  if (path === "/v1/refresh") {
    const isUpdate = ownMember(body, "action") === "update";
    return isUpdate ? { isDelete: false, place: placeOf("tokens", ownMember(body, "service")) } : undefined;
  }
  const operation = ownMember(body, "operation");
  if (operation !== "set" && operation !== "delete") return undefined;
  const place = placeOf(ownMember(body, "collection"), ownMember(body, "key"));
  return { isDelete: operation === "delete", place };
}

function placeOf(name: unknown, key: unknown): Written | undefined {
  const collection = collectionValues.find((one) => one === name);
  return collection !== undefined && typeof key === "string" && key !== "" ? { collection, key } : undefined;
}
