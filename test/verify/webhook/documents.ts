import { isObject } from "./body.js";
import { invalid } from "./refusal.js";
import { open, seal } from "./sealing.js";
import { isSensitive, pick, secretRule } from "./secret-names.js";
import type { Members, State } from "./state.js";

/*
 * A document of `tokens` is either {v, alg, fields, meta}, as the browser stores it, or a plain one with its members on
 * top, its secret ones in `fields` and `plain: true` beside them (R48, R50).
 */

const form = { v: 2, alg: "AES-256-GCM" } as const;

function sealed(state: State, service: string, fields: Members): Members {
  const textOf = (name: string, value: unknown): string =>
    isSensitive(name) && typeof value === "string" ? value : JSON.stringify(value);
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, seal(state, service, name, textOf(name, value))]),
  );
}

export function opened(state: State, service: string, document: Members | undefined): Members {
  const fields = isObject(document?.["fields"]) ? document["fields"] : {};
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const text = open(state, service, name, value);
      if (text === undefined) throw new Error("a stored value does not open");
      return [name, isSensitive(name) ? text : (JSON.parse(text) as unknown)];
    }),
  );
}

export function sealedDocument(state: State, service: string, fields: Members, meta: Members): Members {
  return { ...form, fields: sealed(state, service, fields), meta };
}

/** Turns a document of `tokens` into its stored form (R35). */
export function documentOfSet(state: State, service: string, data: Members): Members {
  const isSecret = secretRule(state);
  const isForm = data["fields"] !== undefined;
  const keptNames = isForm ? ["v", "alg", "fields", "meta", "plain"] : [];
  const isOpen = (name: string, value: unknown): boolean => keptNames.includes(name) || !isSecret(name, value);
  const secrets = pick(data, (name, value) => !isOpen(name, value));
  const rest = pick(data, isOpen);
  if (!isForm) {
    if (Object.keys(secrets).length === 0 || state.has("plain-documents-not-encrypted")) return data;
    return { ...rest, ...form, plain: true, fields: sealed(state, service, secrets) };
  }
  const fields = data["fields"];
  if (!isObject(fields)) throw invalid("The member fields is not an object.");
  // A `v: 1` value is taken only as the stored one, and none of those is ever stored here.
  const isForeign = data["v"] !== form.v && !state.has("moved-values-taken");
  for (const [name, value] of Object.entries(fields))
    if (isForeign || open(state, service, name, value) === undefined)
      throw invalid("A value of fields does not open at its place.");
  const meta = isObject(data["meta"]) ? data["meta"] : undefined;
  const hidden = meta ? pick(meta, isSecret) : {};
  const openMeta = meta ? { meta: pick(meta, (name, value) => !isSecret(name, value)) } : {};
  return { ...rest, ...openMeta, ...form, fields: { ...fields, ...sealed(state, service, { ...hidden, ...secrets }) } };
}

/** The meta and the decrypted fields in one (R39). */
export function tokenOf(state: State, service: string, document: Members): Members {
  const fields = opened(state, service, document);
  const without = (...names: string[]): Members => pick(document, (name) => !names.includes(name));
  const added = document["plain"] === true ? ["v", "alg", "fields", "plain"] : [];
  const id = state.has("plain-document-keeps-id") ? [] : ["id"];
  if (document["plain"] === true || document["fields"] === undefined) return { ...without(...added, ...id), ...fields };
  const meta = isObject(document["meta"]) ? document["meta"] : {};
  return state.has("meta-wins-over-fields") ? { ...fields, ...meta } : { ...meta, ...fields };
}

/** The members that are no secret, wherever this document has them. */
export function openMembers(document: Members): Members {
  if (document["fields"] === undefined || document["plain"] === true) return document;
  return isObject(document["meta"]) ? document["meta"] : {};
}

/** The document with other fields and other open members, and everything else as it was (R47). */
export function changed(state: State, service: string, document: Members, fields: Members, open: Members): Members {
  const isPlain = document["fields"] === undefined || document["plain"] === true;
  const old = isObject(document["fields"]) ? document["fields"] : {};
  const next = { ...old, ...sealed(state, service, fields) };
  if (isPlain) return { ...document, ...open, ...form, plain: true, fields: next };
  return { ...document, ...form, fields: next, meta: { ...openMembers(document), ...open } };
}
