import { Transform, type TransformCallback } from "node:stream";
import { echoFormsOf } from "./echo-forms.js";

const mark = Buffer.from("[redacted]");
/** A shift must fit into a byte of the table. */
const maxWindowLength = 256;
const shiftTableSize = 4096;
/** The letter case of a header's name is lost on the way; what is shorter than this is in too many names by chance. */
const minFormInName = 4;

/** Texts up to this length are looked through form by form, which takes no table. */
const shortText = 2_048;

/** What is looked for in one answer, made once for it and gone with it. */
export class EchoForms {
  readonly #secret: string;
  #texts: readonly string[] | undefined;
  #search: Search | undefined;
  #textsInNames: readonly string[] | undefined;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** The longest first; a character stands for a byte. */
  get texts(): readonly string[] {
    return (this.#texts ??= echoFormsOf(this.#secret));
  }

  get search(): Search {
    return (this.#search ??= searchFor(this.texts.map((text) => Buffer.from(text, "latin1"))));
  }

  /** Whether an echo is in a header's name, in whatever letter case. */
  areInName(name: string): boolean {
    if (name.length < minFormInName || !this.fitInto(name.length)) return false;
    this.#textsInNames ??= this.texts.filter(({ length }) => length >= minFormInName).map((text) => text.toLowerCase());
    const lower = name.toLowerCase();
    return this.#textsInNames.some((text) => lower.includes(text));
  }

  /** Whether so many bytes may have room for an echo: no form has fewer than the secret has characters. */
  fitInto(length: number): boolean {
    return length >= this.#secret.length && this.#secret !== "";
  }

  /** Whether an echo is in a text whose characters stand for bytes. */
  areIn(text: string): boolean {
    return this.texts.some((form) => text.includes(form));
  }
}

export function echoForms(secret: string): EchoForms {
  return new EchoForms(secret);
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
  if (bytes.length <= shortText && !echoes.areIn(bytes.toString("latin1"))) return bytes;
  const { clean, rest } = redactBytes(bytes, echoes.search);
  return clean.length === 0 ? bytes : Buffer.concat([...clean, rest]);
}

/** Replaces every echo of a secret in what comes in pieces, across their borders; holds back only what may be the start of one. */
export class PieceRedactor {
  readonly #search: Search;
  #held: Buffer | undefined;

  constructor({ search }: EchoForms) {
    this.#search = search;
  }

  /** What may go on, of this piece and of what was held back. */
  next(piece: Buffer): Buffer {
    const bytes = this.#held === undefined ? piece : Buffer.concat([this.#held, piece]);
    const { clean, rest, partialLength } = redactBytes(bytes, this.#search);
    const passed = partialLength === 0 ? rest : rest.subarray(0, rest.length - partialLength);
    this.#held = partialLength === 0 ? undefined : rest.subarray(rest.length - partialLength);
    return clean.length === 0 ? passed : Buffer.concat([...clean, passed]);
  }

  /** What is left when nothing more comes. */
  last(): Buffer {
    return this.#held ?? Buffer.alloc(0);
  }
}

/** The same as a stream. */
export function redactStream(echoes: EchoForms): Transform {
  const redactor = new PieceRedactor(echoes);
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      done(null, redactor.next(chunk));
    },
    flush(done: TransformCallback) {
      done(null, redactor.last());
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
