import { entityNames } from "./entity-names.js";

/*
 * Text as it may stand for other text: escaped by JSON, JavaScript, HTML, XML, URLs, forms or quoted-printable, and once
 * more by any of them. A place in it has readings, each a value and the place after it; a value is a byte, a UTF-16 code
 * unit or a code point, as the escape has it.
 */

const backslash = 0x5c;
const ampersand = 0x26;
const percent = 0x25;
const equalsSign = 0x3d;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** One escape within another: more is in no text that a program wrote for another. */
const maxDepth = 2;
/** Ways to read a text up to one of its characters; only a secret of little but backslashes has more. */
const maxPlaces = 8;
/** The fewest and the most digits of a number. */
type Counts = readonly [number, number];
const two: Counts = [2, 2];
const four: Counts = [4, 4];
const many: Counts = [1, 12];
/** A line break in base64 may leave fewer than this on the line before, which are let through. */
export const minBeforeBreak = 4;
/** The characters that a backslash and a letter stand for in JSON, C, JavaScript and Python. */
const shortEscapes: ReadonlyMap<number, number> = new Map(
  [..."bfnrtvae"].map((letter, index) => [letter.charCodeAt(0), [8, 12, 10, 13, 9, 11, 7, 27][index] ?? 0]),
);
/** Browsers take these without a semicolon. */
const namesWithoutEnd: ReadonlyMap<string, number> = new Map(
  [...entityNames].filter(([name]) => /^(?:amp|lt|gt|quot)$/i.test(name)),
);
const longestName = Math.max(...[...entityNames.keys()].map(({ length }) => length));

/** The characters that may begin an escape. */
export const escapeStarts: readonly number[] = [backslash, ampersand, percent, equalsSign];
const isEscapeStart = new Uint8Array(256);
for (const start of escapeStarts) isEscapeStart[start] = 1;

/** Tells that a character may begin an escape. */
export function beginsEscape(value: number): boolean {
  return isEscapeStart[value] === 1;
}

/** The ways to write one character: each a sequence of values that an escape may stand for. */
export type Character = readonly (readonly number[])[];

/** Text that an upstream may write for a secret; each of its characters may be escaped. */
export interface Form {
  /** Code points. */
  readonly codes: Uint8Array | Uint32Array;
  /** By code, below 128. */
  readonly characters: readonly Character[];
  readonly isBase64: boolean;
}

const plainCharacters: readonly Character[] = Array.from({ length: 128 }, (_, code) => [[code]]);
/** A form writes a blank as a plus. */
export const writtenCharacters = plainCharacters.with(0x20, [[0x20], [0x2b]]);
/** The two alphabets of base64 differ in these. */
export const base64Characters = plainCharacters.with(0x2b, [[0x2b], [0x2d]]).with(0x2f, [[0x2f], [0x5f]]);
export const hexCharacters = plainCharacters.map((character, code) =>
  code >= 0x61 ? [[code], [code - 0x20]] : character,
);

export function characterOf({ codes, characters }: Form, index: number): Character {
  const code = codes[index] ?? 0;
  if (code < 128) return characters[code] ?? [];
  const text = String.fromCodePoint(code);
  const units = Array.from({ length: text.length }, (_, unit) => text.charCodeAt(unit));
  return [[code], [...Buffer.from(text)], units, [...Buffer.from(text, "latin1")]];
}

/** The units that text is made of: bytes, or pairs of them in UTF-16. */
export type TextWidth = "bytes" | "utf16le" | "utf16be";

/** Breaks of lines within a text: only those of quoted-printable (RFC 2045, section 6.7), or others too. */
export type LineBreaks = "no" | "softly" | "anyhow";

/** Values and the places after them, in turn. */
type Readings = number[];

export class EscapedText {
  /** Set when a reading would go on beyond the end, so that more bytes may change it. */
  endsOpen = false;
  /** By place: many ways through the text may come to the same one. */
  readonly #known = new Map<number, Readings>();
  readonly #step: number;
  readonly #high: number;

  constructor(
    private readonly bytes: Buffer,
    width: TextWidth,
  ) {
    this.#step = width === "bytes" ? 1 : 2;
    this.#high = width === "utf16be" ? 0 : 1;
  }

  /** Tells by the high byte alone that text of this width may begin at a place. */
  mayBeAt(at: number, highBytes: Uint8Array): boolean {
    return this.#step === 1 || highBytes[this.bytes[at + this.#high] ?? 0] === 1;
  }

  /** The unit at a place, as it stands; -1 beyond the end. */
  unitAt(at: number): number {
    const { bytes } = this;
    if (at + this.#step > bytes.length) {
      this.endsOpen = true;
      return -1;
    }
    if (this.#step === 1) return bytes[at] ?? -1;
    return ((bytes[at + this.#high] ?? 0) << 8) | (bytes[at + 1 - this.#high] ?? 0);
  }

  /** The place after a unit that stands as it is. */
  after(at: number): number {
    return at + this.#step;
  }

  /** All readings of a place. */
  readings(at: number, depth = maxDepth): Readings {
    const unit = this.unitAt(at);
    if (!beginsEscape(unit) || depth === 0) return unit < 0 ? [] : [unit, this.after(at)];
    const known = depth === maxDepth ? this.#known.get(at) : undefined;
    const found = known ?? [unit, this.after(at)];
    if (!known) this.#addEscapes(found, depth - 1);
    if (depth === maxDepth && !this.endsOpen) this.#known.set(at, found);
    return found;
  }

  /** Lists the places after a value that is read at a place. */
  placesAfter(value: number, at: number, depth = maxDepth): number[] {
    const unit = this.unitAt(at);
    if (!beginsEscape(unit)) return unit === value ? [this.after(at)] : [];
    const readings = this.readings(at, depth);
    const places: number[] = [];
    for (let index = 0; index < readings.length; index += 2) {
      if (readings[index] === value) places.push(readings[index + 1] ?? 0);
    }
    return places;
  }

  /** Lists the places after a line break that was put in. */
  placesAfterBreak(at: number, mayBreak: LineBreaks): number[] {
    if (mayBreak === "no") return [];
    const unit = this.unitAt(at);
    if (unit !== lineFeed && unit !== carriageReturn && !beginsEscape(unit)) return [];
    const soft = this.placesAfter(equalsSign, at);
    return (mayBreak === "anyhow" ? [at, ...soft] : soft)
      .flatMap((place) => [place, ...this.placesAfter(carriageReturn, place)])
      .flatMap((place) => this.placesAfter(lineFeed, place));
  }

  /** Adds the escapes that begin at a place; their characters may be escaped themselves as deep as this. */
  #addEscapes(found: Readings, depth: number): void {
    this.#addEscape(found, 0, depth);
    // The first character of an escape may be escaped itself.
    const end = depth === 0 ? 0 : found.length;
    for (let index = 2; index < end; index += 2) this.#addEscape(found, index, depth);
  }

  /** Adds the escapes that begin with a reading, which is one of those that were found. */
  #addEscape(found: Readings, index: number, depth: number): void {
    const value = found[index];
    const next = found[index + 1] ?? 0;
    if (value === backslash) this.#addBackslashed(found, next, depth);
    else if (value === ampersand) this.#addEntity(found, next, depth);
    else if (value === equalsSign || value === percent) this.#addNumber(found, next, depth, 16, two);
    if (value !== percent) return;
    for (const place of this.placesAfter(0x75, next, depth)) this.#addNumber(found, place, depth, 16, four);
  }

  #addBackslashed(found: Readings, at: number, depth: number): void {
    const readings = this.readings(at, depth);
    for (let index = 0; index < readings.length; index += 2) {
      const value = readings[index] ?? 0;
      const next = readings[index + 1] ?? 0;
      if (!isLetterOrDigit(value)) found.push(value, next);
      else if (value === 0x75) {
        this.#addNumber(found, next, depth, 16, four);
        for (const place of this.placesAfter(0x7b, next, depth)) this.#addNumber(found, place, depth, 16, [1, 8], 0x7d);
      } else if (value === 0x78) this.#addNumber(found, next, depth, 16, two);
      else if (value === 0x55) this.#addNumber(found, next, depth, 16, [8, 8]);
      else if (digitOf(value) < 8) this.#addNumber(found, at, depth, 8, [3, 3]);
      else {
        const control = shortEscapes.get(value);
        if (control !== undefined) found.push(control, next);
      }
    }
  }

  #addEntity(found: Readings, at: number, depth: number): void {
    for (const place of this.placesAfter(0x23, at, depth)) {
      this.#addNumber(found, place, depth, 10, many, 0x3b);
      for (const x of [0x78, 0x58]) {
        for (const digits of this.placesAfter(x, place, depth)) this.#addNumber(found, digits, depth, 16, many, 0x3b);
      }
    }
    this.#addNamed(found, at, depth);
  }

  #addNamed(found: Readings, at: number, depth: number): void {
    const wasOpen = this.endsOpen;
    let name = "";
    let end = at;
    let unit = this.unitAt(end);
    for (; isLetterOrDigit(unit) && name.length < longestName; unit = this.unitAt(end)) {
      name += String.fromCharCode(unit);
      end = this.after(end);
      const code = namesWithoutEnd.get(name);
      if (code !== undefined) found.push(code, end);
    }
    // A text that no name begins with becomes none, however it goes on.
    if (unit < 0 && !wasOpen) this.endsOpen = [...entityNames.keys()].some((known) => known.startsWith(name));
    const code = name === "" ? undefined : entityNames.get(name);
    if (code !== undefined) for (const after of this.placesAfter(0x3b, end, depth)) found.push(code, after);
  }

  /** Adds the number that stands at a place, with or without the character that may end it. */
  #addNumber(found: Readings, at: number, depth: number, radix: number, [min, max]: Counts, end?: number): void {
    let value = 0;
    let place = at;
    let count = 0;
    for (; count < max; count++) {
      const digit = this.#digitAt(place, depth, radix);
      if (digit === undefined) break;
      value = value * radix + digit.value;
      place = digit.next;
    }
    if (count < min) return;
    for (const after of end === undefined ? [] : this.placesAfter(end, place, depth)) found.push(value, after);
    found.push(value, place);
  }

  #digitAt(at: number, depth: number, radix: number): { value: number; next: number } | undefined {
    const unit = this.unitAt(at);
    if (!beginsEscape(unit)) {
      const value = digitOf(unit);
      return value < radix ? { value, next: this.after(at) } : undefined;
    }
    const readings = this.readings(at, depth);
    for (let index = 0; index < readings.length; index += 2) {
      const value = digitOf(readings[index] ?? 0);
      if (value < radix) return { value, next: readings[index + 1] ?? 0 };
    }
    return undefined;
  }
}

function digitOf(value: number): number {
  if (value >= 0x30 && value <= 0x39) return value - 0x30;
  const small = value | 0x20;
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : Infinity;
}

function isLetterOrDigit(value: number): boolean {
  const small = value | 0x20;
  return (value >= 0x30 && value <= 0x39) || (small >= 0x61 && small <= 0x7a);
}

/** The last end of a form that begins at a place, or -1; every way to read its characters is followed. */
export function endOfForm(form: Form, text: EscapedText, at: number): number {
  const { codes, isBase64 } = form;
  let places = [at];
  for (let index = 0; index < codes.length; index++) {
    const character = characterOf(form, index);
    const [place = 0] = places;
    // Beyond ASCII a character may begin like another way to write it.
    if (places.length === 1 && (codes[index] ?? 0) < 128) {
      const unit = text.unitAt(place);
      if (!beginsEscape(unit) && unit !== 0x0a && unit !== 0x0d) {
        let isWritten = false;
        for (const [first] of character) if (first === unit) isWritten = true;
        if (!isWritten) return -1;
        places[0] = text.after(place);
        continue;
      }
    }
    const mayBreak = index === 0 ? "no" : isBase64 && index >= minBeforeBreak ? "anyhow" : "softly";
    const next = new Set(places.flatMap((from) => placesAfterCharacter(character, text, from, mayBreak)));
    if (next.size === 0) return -1;
    places = [...next].slice(0, maxPlaces);
  }
  return Math.max(...places);
}

function placesAfterCharacter(character: Character, text: EscapedText, at: number, mayBreak: LineBreaks): number[] {
  return character.flatMap((values) =>
    values.reduce<number[]>(
      (places, value, index) =>
        places.flatMap((place) => {
          const afterBreak = text.placesAfterBreak(place, mayBreak === "no" && index > 0 ? "softly" : mayBreak);
          return [place, ...afterBreak].flatMap((start) => text.placesAfter(value, start));
        }),
      [at],
    ),
  );
}
