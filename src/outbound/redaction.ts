import { Transform, type TransformCallback } from "node:stream";
import { minAfterBreak, minBeforeBreak, type Character, type Form, type FormIndex } from "./echo-form.js";
import { EchoSearch } from "./echo-search.js";
import { escapeStarts } from "./escapes.js";

/** A shorter secret cannot be told from other text. */
export const minSecretLength = 4;
/** Shorter pieces of base64 stand for too few characters of the secret to be told from other text. */
const minBase64Length = 6;
const maxWaitingPieces = 2;
/** Some milliseconds. */
const stepsInTurn = 50_000;
const noBytes = Buffer.alloc(0);
const twoZeros = Buffer.alloc(2);

/** The forms to look for in one response, made once for it and gone with it. */
export class EchoForms {
  readonly #secrets: readonly string[];
  #forms: FormIndex | undefined;
  #formsInNames: FormIndex | undefined;

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.map(trimmed).filter(({ length }) => length >= minSecretLength);
  }

  get forms(): FormIndex {
    return (this.#forms ??= indexOf(this.#secrets.flatMap(formsOf)));
  }

  /** Tells that an echo is in a header's name, which is given in lower case. */
  areInName(name: string): boolean {
    if (!this.fitInto(name.length)) return false;
    this.#formsInNames ??= indexOf(this.forms.list.map(inLowerCase));
    return new EchoSearch(this.#formsInNames).take(Buffer.from(name, "latin1"), true).length > 1;
  }

  /** Tells that so many bytes may have room for an echo. */
  fitInto(length: number): boolean {
    return length >= this.forms.shortest;
  }
}

/** Takes away what HTTP takes away at the ends of a header's value (RFC 9110, section 5.5). */
export function trimmed(secret: string): string {
  let [start, end] = [0, secret.length];
  while (start < end && isBlank(secret.charAt(start))) start += 1;
  while (end > start && isBlank(secret.charAt(end - 1))) end -= 1;
  return secret.slice(start, end);
}

function isBlank(character: string): boolean {
  return character === " " || character === "\t";
}

/**
 * Replaces every echo of a secret in a header's value, whose characters stand for bytes.
 * @throws WebhookError upstream_error when it would take too long, as the others here do
 */
export function redactHeader(text: string, echoes: EchoForms): string {
  if (!echoes.fitInto(text.length)) return text;
  const bytes = Buffer.from(text, "latin1");
  const redacted = redactWhole(bytes, echoes);
  return redacted === bytes ? text : redacted.toString("latin1");
}

/** Replaces every echo of a secret in what is known to be whole. */
export function redactWhole(bytes: Buffer, echoes: EchoForms): Buffer {
  if (!echoes.fitInto(bytes.length)) return bytes;
  const pieces = new EchoSearch(echoes.forms).take(bytes, true);
  return pieces.length === 1 ? bytes : Buffer.concat(pieces);
}

/**
 * Replaces every echo of a secret in a stream, across the borders of its pieces. It holds back only what may be the start
 * of one.
 */
export function redactStream({ forms }: EchoForms): Transform {
  const search = new EchoSearch(forms, stepsInTurn);
  return new Transform({
    // Counts pieces: a server that sends single bytes makes each take hundreds.
    objectMode: true,
    highWaterMark: maxWaitingPieces,
    transform(piece: Buffer, _encoding, done: TransformCallback) {
      redactInTurns(this, search, piece, false, done);
    },
    flush(done: TransformCallback) {
      redactInTurns(this, search, noBytes, true, done);
    },
  });
}

/** Redacts a piece; where that takes long, whatever else waits gets its turn in between. */
function redactInTurns(
  stream: Transform,
  search: EchoSearch,
  piece: Buffer,
  isEnd: boolean,
  done: TransformCallback,
): void {
  try {
    const pieces = search.take(piece, isEnd);
    stream.push(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces));
  } catch (error) {
    done(error as Error);
    return;
  }
  if (!search.isBehind) done();
  else if (!stream.destroyed) setImmediate(redactInTurns, stream, search, noBytes, isEnd, done);
}

/** Each character as it is; beyond ASCII, in UTF-8 too, and in the Latin-1 in which a header carries it. */
const plainCharacters: readonly Character[] = Array.from({ length: 0x100 }, (_, code) => characterOf(code));
/** A form writes a blank as a plus, a header of a mail as a low line (RFC 2047, section 4.2). */
const writtenCharacters: Character[] = plainCharacters.with(0x20, [[0x20], [0x2b], [0x5f]]);
/** The two alphabets of base64 differ in these. */
const base64Characters = plainCharacters.with(0x2b, [[0x2b], [0x2d]]).with(0x2f, [[0x2f], [0x5f]]);
const hexCharacters = plainCharacters.map((character, code) => (code >= 0x61 ? [[code], [code - 0x20]] : character));

function characterOf(code: number): Character {
  if (code < 0x80) return [[code]];
  const text = String.fromCodePoint(code);
  const utf8 = [...Buffer.from(text)];
  if (code <= 0xff) return [[code], utf8];
  const units = Array.from({ length: text.length }, (_, unit) => text.charCodeAt(unit));
  return [[code], utf8, units, [...Buffer.from(text, "latin1")]];
}

/** Every form in which an upstream may echo a secret: as it is, and in hex and base64 of each of its encodings. */
function formsOf(secret: string): Form[] {
  const codes = Uint32Array.from(secret, (character) => character.codePointAt(0) ?? 0);
  const others = codes.filter((code) => code > 0xff);
  const characters = others.length === 0 ? writtenCharacters : [...writtenCharacters];
  for (const code of others) characters[code] = characterOf(code);
  const forms: Form[] = [{ codes, characters, gaps: "none" }];
  for (const bytes of encodingsOf(secret, codes)) {
    forms.push({ codes: Buffer.from(bytes.toString("hex"), "latin1"), characters: hexCharacters, gaps: "separators" });
    for (const base64 of base64Of(bytes))
      if (base64.length >= minBase64Length) forms.push({ codes: base64, characters: base64Characters, gaps: "lines" });
  }
  return forms;
}

function indexOf(list: readonly Form[]): FormIndex {
  // UTF-16 may begin with a zero.
  const starts = new Uint8Array(escapeStarts).fill(1, 0, 1);
  const highBytes = new Uint8Array(0x100).fill(1, 0, 1);
  const byFirst = new Map<number, Form[]>();
  for (const form of list) {
    for (const [value = 0] of form.characters[form.codes[0] ?? 0] ?? []) {
      starts[value & 0xff] = 1;
      if (value > 0xff) starts[(value >> 8) & 0xff] = 1;
      highBytes[(value >> 8) & 0xff] = 1;
      const others = byFirst.get(value);
      if (others) others.push(form);
      else byFirst.set(value, [form]);
    }
  }
  return { list, shortest: Math.min(...list.map(shortestEcho)), starts, highBytes, byFirst };
}

function shortestEcho({ codes: { length }, gaps }: Form): number {
  return gaps === "lines" ? Math.max(length - minBeforeBreak + 1, Math.min(length, minAfterBreak)) : length;
}

/** UTF-8, Latin-1, and UTF-16 and UTF-32 of either order without the zeros at their ends: in ASCII their orders are alike. */
function encodingsOf(secret: string, codes: Uint32Array): Buffer[] {
  const utf16 = Buffer.from(secret, "utf16le");
  const utf32 = Buffer.from(codes.buffer);
  const encodings = [Buffer.from(secret), utf16, utf32];
  if (/[^\x20-\x7e]/.test(secret))
    encodings.push(Buffer.from(secret, "latin1"), Buffer.from(utf16).swap16(), Buffer.from(utf32).swap32());
  return encodings.map(withoutZeros);
}

function withoutZeros(bytes: Buffer): Buffer {
  let start = 0;
  let end = bytes.length;
  while (start < end && bytes[start] === 0) start++;
  while (end > start && bytes[end - 1] === 0) end--;
  return bytes.subarray(start, end);
}

/** The base64 characters that depend on the secret alone when it begins 0, 1 and 2 bytes after a group of three. */
function base64Of(bytes: Buffer): Buffer[] {
  const padded = Buffer.concat([twoZeros, bytes]);
  return [0, 1, 2].map((offset) => {
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor(((bytes.length + offset) * 8) / 6);
    return Buffer.from(padded.toString("base64", 2 - offset).slice(from, to), "latin1");
  });
}

function inLowerCase(form: Form): Form {
  const { characters, gaps } = form;
  return { characters, gaps, codes: form.codes.map((code) => (code >= 0x41 && code <= 0x5a ? code + 0x20 : code)) };
}
