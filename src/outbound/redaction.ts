import { Transform, type TransformCallback } from "node:stream";

/** Shorter pieces of base64 stand for too few characters of the secret to be told from other text. */
const minBase64Length = 6;
/** Every way to write these but hex and base64 leaves them as they are. */
const plain = /^[A-Za-z0-9_.*-]*$/;
const mark = Buffer.from("[redacted]");
/** A shift must fit into a byte of the table. */
const maxWindowLength = 256;
const shiftTableSize = 4096;
/** The letter case of a header's name is lost on the way; what is shorter than this is in too many names by chance. */
const minFormInName = 4;
/** Texts up to this length are looked through form by form, which takes no table. */
const shortText = 2_048;

/** The forms to look for in one response, made once for it and gone with it. */
export class EchoForms {
  readonly #secrets: readonly string[];
  #texts: readonly string[] | undefined;
  #search: Search | undefined;
  #textsInNames: readonly string[] | undefined;

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.filter((secret) => secret !== "");
  }

  /** The longest first, so that a form that holds another is replaced as a whole; a character stands for a byte. */
  get texts(): readonly string[] {
    return (this.#texts ??= [...new Set(this.#secrets.flatMap(echoFormsOf))].sort((a, b) => b.length - a.length));
  }

  get search(): Search {
    return (this.#search ??= searchFor(this.texts.map((text) => Buffer.from(text, "latin1"))));
  }

  /** Tells that an echo is in a header's name, which is given in lower case. */
  areInName(name: string): boolean {
    if (name.length < minFormInName || !this.fitInto(name.length)) return false;
    this.#textsInNames ??= this.texts.filter(({ length }) => length >= minFormInName).map((text) => text.toLowerCase());
    return this.#textsInNames.some((text) => name.includes(text));
  }

  /** Tells that so many bytes may have room for an echo: no form has fewer than its secret has characters. */
  fitInto(length: number): boolean {
    return this.#secrets.some((secret) => length >= secret.length);
  }
}

/** Replaces every echo of a secret in a header's value, whose characters stand for bytes. */
export function redactHeader(text: string, echoes: EchoForms): string {
  if (!echoes.fitInto(text.length)) return text;
  const bytes = Buffer.from(text, "latin1");
  const redacted = redactWhole(bytes, echoes);
  return redacted === bytes ? text : redacted.toString("latin1");
}

/** Replaces every echo of a secret in what is known to be whole. */
export function redactWhole(bytes: Buffer, echoes: EchoForms): Buffer {
  if (!echoes.fitInto(bytes.length)) return bytes;
  if (bytes.length <= shortText) {
    const text = bytes.toString("latin1");
    if (!echoes.texts.some((form) => text.includes(form))) return bytes;
  }
  const { pieces, held } = redactBytes(bytes, echoes.search);
  return pieces.length === 1 ? bytes : Buffer.concat([...pieces, held]);
}

/**
 * Replaces every echo of a secret in a stream, across the borders of its pieces. It holds back only what may be the start
 * of one.
 */
export function redactStream({ search }: EchoForms): Transform {
  let held: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(piece: Buffer, _encoding, done: TransformCallback) {
      const redacted = redactBytes(held.length === 0 ? piece : Buffer.concat([held, piece]), search);
      held = redacted.held;
      done(null, redacted.pieces.length === 1 ? redacted.pieces[0] : Buffer.concat(redacted.pieces));
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
  /** The steps that the window can move without missing the beginning of a form, by its last two bytes; 0 where one may be. */
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

/** Replaces every echo; a single piece holds none. The last bytes are held, where they may be the beginning of one. */
function redactBytes(bytes: Buffer, search: Search): { pieces: Buffer[]; held: Buffer } {
  const pieces: Buffer[] = [];
  let position = 0;
  for (;;) {
    const { at, length } = findEcho(bytes, search, position);
    pieces.push(bytes.subarray(position, at));
    if (length === undefined) return { pieces, held: bytes.subarray(at) };
    pieces.push(mark);
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
  // The bytes that were skipped cannot be a beginning either; those left are too short for a whole form.
  while (at < partialAt && !forms.some((form) => agrees(bytes, at, form))) at += 1;
  return { at: Math.min(at, partialAt) };
}

/** Tells that the bytes go on like the form, as far as there are any. */
function agrees(bytes: Buffer, at: number, form: Buffer): boolean {
  if (bytes[at] !== form[0]) return false;
  const end = Math.min(at + form.length, bytes.length);
  return bytes.compare(form, 0, end - at, at, end) === 0;
}

/**
 * Every form in which an upstream may echo a secret: as it is, URL-encoded, JSON-escaped, with a page's entities, in hex, in
 * base64 at each alignment; as UTF-8, and as the Latin-1 bytes in which a header carries it. A character stands for a
 * byte.
 */
export function echoFormsOf(secret: string): string[] {
  const isPlain = plain.test(secret);
  const utf8 = Buffer.from(secret);
  const hex = utf8.toString("hex");
  const texts = new Set(isPlain ? [secret] : escapedForms(secret));
  texts.add(hex).add(hex.toUpperCase());
  for (const bytes of isPlain ? [utf8] : [utf8, Buffer.from(secret, "latin1")]) {
    for (const offset of [0, 1, 2]) addBase64Core(texts, bytes, offset);
  }
  return [...texts].flatMap((text) => {
    if (!/[\u0080-\uffff]/.test(text)) return text;
    return [Buffer.from(text).toString("latin1"), Buffer.from(text, "latin1").toString("latin1")];
  });
}

function escapedForms(secret: string): string[] {
  const urlEncoded = encodeURIComponent(Buffer.from(secret).toString());
  const formEncoded = new URLSearchParams({ s: secret }).toString().slice(2);
  const escaped = JSON.stringify(secret).slice(1, -1);
  const entities = secret
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
  return [
    secret,
    ...[urlEncoded, formEncoded].flatMap((text) => [text, text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]),
    escaped,
    escaped.replaceAll("/", "\\/"),
    // JSON writers escape these where they keep to ASCII, or keep their output safe in a page.
    ...withCodes(escaped, /[\u0080-\uffff]/g),
    ...withCodes(escaped, /[&<>'+`]/g),
    ...withCodes(escaped.replaceAll('\\"', '"'), /[&<>'"+`]/g),
    ...withCodes(escaped, /[&<>]/g),
    ...["&#39;", "&#x27;"].map((apostrophe) => entities.replaceAll("'", apostrophe)),
  ];
}

/** Replaces the characters by their codes, in either letter case. */
function withCodes(text: string, characters: RegExp): string[] {
  const codeOf = (character: string): string => character.charCodeAt(0).toString(16).padStart(4, "0");
  return [
    text.replace(characters, (character) => `\\u${codeOf(character)}`),
    text.replace(characters, (character) => `\\u${codeOf(character).toUpperCase()}`),
  ];
}

/** The base64 characters that depend on the secret alone when it begins `offset` bytes after a group of three. */
function addBase64Core(texts: Set<string>, bytes: Buffer, offset: number): void {
  const padded = offset === 0 ? bytes : Buffer.concat([Buffer.alloc(offset), bytes]);
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor((padded.length * 8) / 6);
  const core = padded.toString("base64").slice(from, to);
  if (core.length < minBase64Length) return;
  texts.add(core).add(core.replaceAll("+", "-").replaceAll("/", "_"));
}
