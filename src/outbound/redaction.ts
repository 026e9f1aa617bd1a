import { Transform, type TransformCallback } from "node:stream";

const mark = Buffer.from("[redacted]");
/** Shorter pieces of base64 stand for too few characters of the secret to be told from other text. */
const minBase64Length = 6;
/** A shift must fit into a byte of the table. */
const maxWindowLength = 256;
const shiftTableSize = 4096;

/**
 * Every form in which an upstream may echo a secret: as it is, URL-encoded, JSON-escaped, with a page's entities, in hex, in
 * base64 at each alignment; as UTF-8, and as the Latin-1 bytes in which a header carries it.
 */
export function echoForms(secret: string): Buffer[] {
  const urlEncoded = encodeURIComponent(Buffer.from(secret).toString());
  const formEncoded = new URLSearchParams({ s: secret }).toString().slice(2);
  const escaped = JSON.stringify(secret).slice(1, -1);
  const texts = [
    secret,
    urlEncoded,
    lowerCaseCodes(urlEncoded),
    formEncoded,
    lowerCaseCodes(formEncoded),
    escaped,
    escaped.replaceAll("/", "\\/"),
    escaped.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`),
    // JSON writers that keep their output safe in a page escape these, in either letter case; pages use entities.
    withCodes(escaped, /[&<>'+`]/g, "upper"),
    withCodes(escaped, /[&<>'+`]/g, "lower"),
    withCodes(escaped.replaceAll('\\"', '"'), /[&<>'"+`]/g, "upper"),
    withCodes(escaped.replaceAll('\\"', '"'), /[&<>'"+`]/g, "lower"),
    withCodes(escaped, /[&<>]/g, "upper"),
    withCodes(escaped, /[&<>]/g, "lower"),
    withEntities(secret, "&#39;"),
    withEntities(secret, "&#x27;"),
    Buffer.from(secret).toString("hex"),
    Buffer.from(secret).toString("hex").toUpperCase(),
    ...[Buffer.from(secret), Buffer.from(secret, "latin1")].flatMap((bytes) =>
      [0, 1, 2].flatMap((offset) => base64Cores(bytes, offset)),
    ),
  ];
  const encoded = texts.flatMap((text) => [Buffer.from(text), Buffer.from(text, "latin1")]);
  const forms = new Map(encoded.map((form) => [form.toString("hex"), form]));
  // The longest first, so that a form that holds another is replaced as a whole.
  return [...forms.values()].filter((form) => form.length > 0).sort((a, b) => b.length - a.length);
}

function withCodes(escaped: string, characters: RegExp, letterCase: "upper" | "lower"): string {
  return escaped.replace(characters, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${letterCase === "upper" ? code.toUpperCase() : code}`;
  });
}

function withEntities(text: string, apostrophe: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": apostrophe,
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

function lowerCaseCodes(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

/** The base64 characters that depend on the secret alone when it begins `offset` bytes after a group of three. */
function base64Cores(bytes: Buffer, offset: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor((padded.length * 8) / 6);
  const core = padded.toString("base64").slice(from, to);
  return core.length < minBase64Length ? [] : [core, core.replaceAll("+", "-").replaceAll("/", "_")];
}

/** Replaces every echo of a secret in a header's name or value, whose characters stand for bytes. */
export function redactHeader(text: string, forms: readonly Buffer[]): string {
  const { clean, rest } = redactBytes(Buffer.from(text, "latin1"), searchFor(forms));
  return clean.length === 0 ? text : Buffer.concat([...clean, rest]).toString("latin1");
}

/** Replaces every echo of a secret in a stream, across chunk borders; holds back only what may be the start of one. */
export function redactStream(forms: readonly Buffer[]): Transform {
  const search = searchFor(forms);
  let held: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
      const { clean, rest, partialLength } = redactBytes(bytes, search);
      const passed = rest.subarray(0, rest.length - partialLength);
      held = rest.subarray(rest.length - partialLength);
      done(null, clean.length === 0 ? passed : Buffer.concat([...clean, passed]));
    },
    flush(done: TransformCallback) {
      done(null, held);
    },
  });
}

/**
 * Looks for all forms in one pass, after Wu and Manber, "A fast algorithm for multi-pattern searching" (1994): a window
 * as long as the shortest form moves over the text, as far at once as its last two bytes allow.
 */
interface Search {
  readonly forms: readonly Buffer[];
  readonly windowLength: number;
  /** How far the window can move without missing the beginning of a form, by its last two bytes; 0 where one may be. */
  readonly shifts: Uint8Array;
}

function searchFor(forms: readonly Buffer[]): Search {
  const windowLength = Math.min(maxWindowLength, ...forms.map((form) => form.length));
  const shifts = new Uint8Array(shiftTableSize).fill(windowLength - 1);
  for (const form of forms) {
    for (let end = 1; end < windowLength; end++) {
      const slot = slotOf(form, end);
      shifts[slot] = Math.min(shifts[slot] ?? 0, windowLength - 1 - end);
    }
  }
  return { forms, windowLength, shifts };
}

/** Pairs of bytes that share a slot make shifts shorter, never wrong. */
function slotOf(bytes: Buffer, end: number): number {
  return (((bytes[end - 1] ?? 0) << 5) ^ (bytes[end] ?? 0)) & (shiftTableSize - 1);
}

interface Redacted {
  /** The bytes up to the last echo, with all echoes replaced. */
  readonly clean: readonly Buffer[];
  readonly rest: Buffer;
  /** How many of the last bytes of the rest may be the beginning of an echo. */
  readonly partialLength: number;
}

function redactBytes(bytes: Buffer, search: Search): Redacted {
  const clean: Buffer[] = [];
  let position = 0;
  for (;;) {
    const { at, length } = findEcho(bytes, search, position);
    if (length === undefined) return { clean, rest: bytes.subarray(position), partialLength: bytes.length - at };
    clean.push(bytes.subarray(position, at), mark);
    position = at + length;
  }
}

/** The first echo from `start` on; without a length, where the bytes end in what may be the beginning of one. */
function findEcho(
  bytes: Buffer,
  { forms, windowLength, shifts }: Search,
  start: number,
): { at: number; length?: number } {
  let partialAt = bytes.length;
  let at = start;
  while (at + windowLength <= bytes.length) {
    const shift = shifts[slotOf(bytes, at + windowLength - 1)] ?? 0;
    if (shift > 0) {
      at += shift;
      continue;
    }
    for (const form of forms) {
      if (!agrees(bytes, at, form)) continue;
      if (at + form.length <= bytes.length) return { at, length: form.length };
      partialAt = Math.min(partialAt, at);
    }
    at += 1;
  }
  // What was skipped cannot be a beginning either; what is left is too short for a whole form.
  for (; at < partialAt; at++) if (mayBeginAt(bytes, at, forms)) return { at };
  return { at: partialAt };
}

function mayBeginAt(bytes: Buffer, at: number, forms: readonly Buffer[]): boolean {
  return forms.some((form) => agrees(bytes, at, form));
}

/** Whether the bytes go on like the form, as far as there are any. */
function agrees(bytes: Buffer, at: number, form: Buffer): boolean {
  if (bytes[at] !== form[0]) return false;
  const end = Math.min(at + form.length, bytes.length);
  return bytes.compare(form, 0, end - at, at, end) === 0;
}
