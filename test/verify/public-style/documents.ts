import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { Refused, type Members, type Store } from "./answer.js";

export const sensitive = "accessToken refreshToken certificateData privateKeyData certificateChain sshPrivateKey".split(
  " ",
);

export function tokens({ collections }: Store): Record<string, Members> {
  return (collections["tokens"] ??= {});
}

export function opened(store: Store, service: string): Members | undefined {
  const document = Object.hasOwn(tokens(store), service) ? tokens(store)[service] : undefined;
  if (!document?.["fields"]) {
    const { id: _id, ...rest } = document ?? {};
    return document && rest;
  }
  const fields = Object.entries(document["fields"] as Record<string, string>);
  const secrets = Object.fromEntries(fields.map(([name, value]) => [name, unsealed(store, value)]));
  return { ...(document["meta"] as Members), ...secrets };
}

export function sealed({ key }: Store, text: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  return Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString("base64");
}

function unsealed({ key }: Store, value: string): string {
  const bytes = Buffer.from(value, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString();
}

/** Lists know no options. */
export function storage({ collections }: Store, { operation, collection, key, data }: Members): Members {
  const wrong = (message: string): Refused => new Refused(400, "invalid_request", message);
  const documents = typeof collection === "string" ? collections[collection] : undefined;
  if (!documents) throw wrong(`Unknown collection: ${String(collection)}`);
  if (operation === "list") return { items: listed(String(collection), documents) };
  if (typeof key !== "string" || key === "") throw wrong("'key' required");
  if (operation === "get") return { data: Object.hasOwn(documents, key) ? documents[key] : null };
  if (operation === "delete") Reflect.deleteProperty(documents, key);
  else if (operation === "set")
    Object.defineProperty(documents, key, { value: data, enumerable: true, configurable: true, writable: true });
  else throw wrong(`Unknown operation: ${String(operation)}`);
  return { status: "ok" };
}

function listed(collection: string, documents: Record<string, Members>): Members[] {
  const isHidden = (name: string): boolean => [...sensitive, "v", "alg", "fields", "meta"].includes(name);
  const items = Object.entries(documents).map(([key, document]) => {
    const own = Object.entries(document).filter(([name]) => !isHidden(name));
    const meta = { ...Object.fromEntries(own), serviceName: key, ...(document["meta"] as Members | undefined) };
    return { key, meta, ...(collection === "audit" && { data: document }) };
  });
  const timeOf = (item: Members): string => (item["data"] as { timestamp?: string } | undefined)?.timestamp ?? "";
  return collection === "audit"
    ? items.sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : timeOf(a) > timeOf(b) ? -1 : 0))
    : items;
}
