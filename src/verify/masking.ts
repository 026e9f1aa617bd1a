import { sensitiveFieldValues } from "../../generated/operations.js";

const mask = "[masked]";
const ticketForm = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{8,}\.[0-9a-f]{64}/g;
const macForm = /\b(?:sha256=)?[0-9A-Fa-f]{63,66}\b/g;
const sensitiveNames = new Set<string>([...sensitiveFieldValues, "hmacSecret", "code", "registrationUrl"]);
const maxShownLength = 600;
/** Nobody reads further, and what is cut after masking must not be a megabyte before it. */
const maxStringLength = 4096;

/** Makes what is shown of requests and answers free of secrets: ours, and those that a faulty webhook gives away. */
export class Masking {
  readonly #secrets = new Set<string>();

  /** @param ownPrefix documents whose key begins otherwise are the owner's, and not shown */
  constructor(private readonly ownPrefix: string) {}

  add(secret: string): void {
    if (secret !== "") this.#secrets.add(secret);
  }

  text(text: string): string {
    let masked = text;
    for (const secret of this.#secrets) masked = masked.replaceAll(secret, mask);
    return masked.replace(ticketForm, mask).replace(macForm, mask);
  }

  /** What a check says it saw, cut to what can be read at a glance. */
  sentence(text: string): string {
    return cut(this.text(text));
  }

  /** A body, cut to what can be read at a glance. */
  body(bytes: Uint8Array): string {
    const text = new TextDecoder().decode(bytes);
    let shown: string;
    try {
      shown = JSON.stringify(this.#walk(JSON.parse(text), 0));
    } catch {
      // Cut first: what is not JSON may hold anything, and a ticket that is cut is none.
      shown = text.slice(0, maxShownLength);
    }
    const masked = this.text(shown).replace(/[^\x20-\x7e\u00a0-\uffff]/g, "·");
    return masked.length > maxShownLength ? `${cut(masked)} (${String(bytes.length)} bytes)` : masked;
  }

  #walk(value: unknown, depth: number): unknown {
    if (typeof value === "string" && value.length > maxStringLength) return "[long text]";
    if (typeof value !== "object" || value === null) return value;
    if (depth > 32) return "…";
    if (Array.isArray(value)) return this.#items(value).map((item) => this.#walk(item, depth + 1));
    return Object.fromEntries(
      Object.entries(value).map(([name, member]: [string, unknown]) => [
        name,
        sensitiveNames.has(name) && typeof member === "string" ? mask : this.#walk(member, depth + 1),
      ]),
    );
  }

  #items(items: readonly unknown[]): unknown[] {
    return items.filter((item) => {
      const key = typeof item === "object" && item !== null && "key" in item ? item.key : undefined;
      return typeof key !== "string" || key.startsWith(this.ownPrefix);
    });
  }
}

function cut(text: string): string {
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text;
}
