import { Transform, type TransformCallback } from "node:stream";
import { entityNames } from "./entity-names.js";
import {
  base64Characters,
  beginsEscape,
  characterOf,
  endOfForm,
  EscapedText,
  escapeStarts,
  hexCharacters,
  minBeforeBreak,
  writtenCharacters,
  type Character,
  type Form,
} from "./escaped-text.js";

/** A shorter secret cannot be told from other text. */
export const minSecretLength = 4;
/** Shorter pieces of base64 stand for too few characters of the secret to be told from other text. */
const minBase64Length = 6;
const mark = Buffer.from("[redacted]");
/** The steps over text that holds no echo are at most this long; more would take a larger table. */
const maxWindowLength = 32;
const maxWaitingPieces = 2;
/** Texts up to this length are looked through place by place, which takes no table. */
const shortText = 256;

/** The forms to look for in one response, made once for it and gone with it. */
export class EchoForms {
  readonly #secrets: readonly string[];
  #search: Search | undefined;
  #searchOfNames: Search | undefined;

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.map(trimmed).filter(({ length }) => length >= minSecretLength);
  }

  get search(): Search {
    return (this.#search ??= new Search(this.#secrets.flatMap(formsOf)));
  }

  /** Tells that an echo is in a header's name, which is given in lower case. */
  areInName(name: string): boolean {
    if (!this.fitInto(name.length)) return false;
    this.#searchOfNames ??= new Search(this.search.forms.map(inLowerCase));
    return this.#searchOfNames.find(Buffer.from(name, "latin1"), 0, true).length > 0;
  }

  /** Tells that so many bytes may have room for an echo. */
  fitInto(length: number): boolean {
    return length >= this.search.shortest;
  }
}

/** Takes away what HTTP takes away at the ends of a header's value (RFC 9110, section 5.5). */
export function trimmed(secret: string): string {
  return secret.replace(/^[ \t]+|[ \t]+$/g, "");
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
  const { pieces } = redactBytes(bytes, echoes.search, true);
  return pieces.length === 1 ? bytes : Buffer.concat(pieces);
}

/**
 * Replaces every echo of a secret in a stream, across the borders of its pieces. It holds back only what may be the start
 * of one.
 */
export function redactStream({ search }: EchoForms): Transform {
  let held: Buffer = Buffer.alloc(0);
  const redact = (piece: Buffer, isEnd: boolean): Buffer | undefined => {
    const redacted = redactBytes(held.length === 0 ? piece : Buffer.concat([held, piece]), search, isEnd);
    held = redacted.held;
    return redacted.pieces.length === 1 ? redacted.pieces[0] : Buffer.concat(redacted.pieces);
  };
  return new Transform({
    // Counts pieces: a server that sends single bytes makes each take hundreds.
    objectMode: true,
    highWaterMark: maxWaitingPieces,
    transform(piece: Buffer, _encoding, done: TransformCallback) {
      done(null, redact(piece, false));
    },
    flush(done: TransformCallback) {
      done(null, redact(Buffer.alloc(0), true));
    },
  });
}

/** Replaces every echo; a single piece holds none. The last bytes are held, where more may make them one. */
function redactBytes(bytes: Buffer, search: Search, isEnd: boolean): { pieces: Buffer[]; held: Buffer } {
  const pieces: Buffer[] = [];
  let position = 0;
  for (;;) {
    const { at, length } = search.find(bytes, position, isEnd);
    pieces.push(bytes.subarray(position, at));
    if (length === 0) return { pieces, held: bytes.subarray(at) };
    pieces.push(mark);
    position = at + length;
  }
}

/**
 * Looks for all forms at once. A window as long as the shortest echo moves over the text, and past each two bytes that
 * stand side by side in no echo; only where there are none is the text read, escapes and all.
 */
class Search {
  /** No echo has fewer bytes. */
  readonly shortest: number;
  /** The bytes with which an echo may begin. */
  readonly #starts = new Uint8Array(beginnings);
  /** The high bytes with which one in UTF-16 may begin. */
  readonly #highBytes = Uint8Array.of(1, ...new Array<number>(255).fill(0));
  readonly #formsByFirst = new Map<number, Form[]>();
  #neighbours: Uint8Array | undefined;

  constructor(readonly forms: readonly Form[]) {
    this.shortest = Math.min(...forms.map(({ codes }) => codes.length));
    for (const form of forms) {
      for (const [value = 0] of characterOf(form, 0)) {
        this.#starts[value & 0xff] = 1;
        if (value > 0xff) this.#starts[(value >> 8) & 0xff] = 1;
        this.#highBytes[(value >> 8) & 0xff] = 1;
        const others = this.#formsByFirst.get(value);
        if (others) others.push(form);
        else this.#formsByFirst.set(value, [form]);
      }
    }
  }

  /** The first echo from `start` on; of no length, where the bytes end, or end in what may be the beginning of one. */
  find(bytes: Buffer, start: number, isEnd: boolean): { at: number; length: number } {
    const texts = widths.map((width) => new EscapedText(bytes, width));
    const neighbours = bytes.length > shortText ? (this.#neighbours ??= neighboursIn(this.forms)) : undefined;
    const window = Math.min(this.shortest, maxWindowLength);
    let lookedAt = start;
    for (let at = start; at < bytes.length; at++) {
      const last = at + window - 1;
      if (neighbours && last < bytes.length) {
        let place = last;
        while (place > lookedAt && neighbours[slotOf(bytes[place - 1] ?? 0, bytes[place] ?? 0)] === 1) place--;
        const isHopeless = place > lookedAt;
        lookedAt = last;
        if (isHopeless) {
          at = place - 1;
          continue;
        }
      }
      if (this.#starts[bytes[at] ?? 0] !== 1) continue;
      const end = this.#endOfEcho(texts, at, isEnd);
      if (end !== undefined) return { at, length: end - at };
    }
    return { at: bytes.length, length: 0 };
  }

  /** The end of the longest echo that begins at a place, or the place itself where that is not known yet. */
  #endOfEcho(texts: readonly EscapedText[], at: number, isEnd: boolean): number | undefined {
    let longest = at;
    for (const text of texts) {
      if (!text.mayBeAt(at, this.#highBytes)) continue;
      text.endsOpen = false;
      const unit = text.unitAt(at);
      if (!beginsEscape(unit)) longest = Math.max(longest, this.#endOfFormBeginning(unit, text, at));
      else {
        const readings = text.readings(at);
        for (let index = 0; index < readings.length; index += 2)
          longest = Math.max(longest, this.#endOfFormBeginning(readings[index] ?? 0, text, at));
      }
      if (text.endsOpen && !isEnd) return at;
    }
    return longest > at ? longest : undefined;
  }

  #endOfFormBeginning(value: number, text: EscapedText, at: number): number {
    const forms = this.#formsByFirst.get(value);
    if (!forms) return at;
    let longest = at;
    for (const form of forms) longest = Math.max(longest, endOfForm(form, text, at));
    return longest;
  }
}

const widths = ["bytes", "utf16le", "utf16be"] as const;
/** The bytes with which anything escaped may begin; UTF-16 may begin with a zero. */
const beginnings = new Uint8Array(256);
for (const start of [0, ...escapeStarts]) beginnings[start] = 1;

const slots = 1 << 14;

/** Pairs of bytes that share a slot make steps shorter, never wrong. */
function slotOf(first: number, second: number): number {
  return ((first & 0x7f) << 7) | (second & 0x7f);
}

/** The pairs of bytes that may be neighbours in an escape, or where one meets other text. */
const neighboursInEscapes = new Uint8Array(slots);
const digits = "0123456789abcdefABCDEF";
const borders = "\0\r\n\\&%=;}";
const anything = String.fromCharCode(...Array(128).keys());
for (const [firsts, seconds] of [
  [borders, anything],
  [anything, borders],
  [digits, digits],
  ["uxUX#{", `${digits}xX{`],
  // The last digit of an escaped backslash, percent sign or ampersand meets the rest of an escape.
  ["cC4", "uxUnr"],
  ["5", "u"],
  ["6", "#"],
] as const) {
  for (const first of firsts)
    for (const second of seconds) neighboursInEscapes[slotOf(first.charCodeAt(0), second.charCodeAt(0))] = 1;
}
const lastInEscapes = Array.from(`${digits}ptPTn`, (last) => last.charCodeAt(0));
const namesOf = new Map<number, string[]>();
for (const [name, code] of entityNames) namesOf.set(code, [...(namesOf.get(code) ?? []), name]);
// No UTF-16 that is looked for has two zeros together.
neighboursInEscapes[0] = 0;
for (const character of "\\&%=;#") addNames(neighboursInEscapes, character.charCodeAt(0));

/** The pairs of bytes that may be neighbours in the first bytes of an echo, as many as a window has. */
function neighboursIn(forms: readonly Form[]): Uint8Array {
  const table = new Uint8Array(neighboursInEscapes);
  const seen = new Set<number>();
  for (const form of forms) {
    let before: Character = [];
    for (let index = 0; index < Math.min(form.codes.length, maxWindowLength); index++) {
      const character = characterOf(form, index);
      for (const values of character) {
        for (const [place, value] of values.entries()) {
          // Seldom, and in no header: not worth a table.
          if (value < 0x20 || value > 0xff) return table.fill(1);
          seen.add(value);
          // A byte of UTF-16 that shares the slot of zeros.
          if (value === 0x80) table[0] = 1;
          if (place > 0) table[slotOf(values[place - 1] ?? 0, value)] = 1;
          else for (const previous of before) table[slotOf(previous.at(-1) ?? 0, value)] = 1;
        }
      }
      before = character;
    }
  }
  for (const value of seen) {
    // The ends of an escape, of an entity's name without a semicolon, and of a line break that is escaped itself.
    for (const last of lastInEscapes) table[slotOf(last, value)] = 1;
    addNames(table, value);
  }
  return table;
}

function addNames(table: Uint8Array, value: number): void {
  for (const name of namesOf.get(value) ?? []) {
    for (let index = 0; index < name.length; index++)
      table[slotOf(index === 0 ? 0x36 : name.charCodeAt(index - 1), name.charCodeAt(index))] = 1;
  }
}

/**
 * Every form in which an upstream may echo a secret: as it is, in hex, and in base64 at each alignment; of the bytes of
 * UTF-8, and of the Latin-1 in which a header carries it.
 */
function formsOf(secret: string): Form[] {
  const utf8 = Buffer.from(secret);
  const codes = Uint32Array.from(secret, (character) => character.codePointAt(0) ?? 0);
  const forms: Form[] = [{ codes, characters: writtenCharacters, isBase64: false }];
  for (const bytes of utf8.length === secret.length ? [utf8] : [utf8, Buffer.from(secret, "latin1")]) {
    forms.push({ codes: Buffer.from(bytes.toString("hex")), characters: hexCharacters, isBase64: false });
    for (const offset of [0, 1, 2]) addBase64Forms(forms, bytes, offset);
  }
  return forms;
}

/** Adds the base64 characters that depend on the secret alone when it begins `offset` bytes after a group of three. */
function addBase64Forms(forms: Form[], bytes: Buffer, offset: number): void {
  const padded = offset === 0 ? bytes : Buffer.concat([Buffer.alloc(offset), bytes]);
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor((padded.length * 8) / 6);
  const core = Buffer.from(padded.toString("base64").slice(from, to));
  if (core.length < minBase64Length) return;
  for (let start = 0; start < minBeforeBreak; start++) {
    // A line that ends within the first characters leaves those on the next one to stand for it.
    if (start === 0 || core.length - start >= 2 * minBeforeBreak)
      forms.push({ codes: core.subarray(start), characters: base64Characters, isBase64: true });
  }
}

function inLowerCase(form: Form): Form {
  return { ...form, codes: form.codes.map((code) => (code >= 0x41 && code <= 0x5a ? code + 0x20 : code)) };
}
