import { escapeRoot, escapeStarts, nothing, type Branch, type Digits } from "./escapes.js";

/** One escape within another: more is in no text that a program wrote for another. */
const maxDepth = 2;
/** The places whose readings are kept: about as many as an escape is long. */
const maxKnown = 64;

/** The units that text is made of: bytes, or pairs of them in UTF-16. */
export const widths = ["bytes", "utf16le", "utf16be"] as const;
export type TextWidth = (typeof widths)[number];

/** Values and the places after them, in turn. */
export type Readings = number[];

/**
 * Text each of whose characters may be escaped, and once more so. A place in it has readings, each a value and the place
 * after it; a value is a byte, a UTF-16 code unit, a code point, or nothing, as the escape has it.
 */
export class EscapedText {
  /** Set when a reading would go on beyond the end, so that more bytes may change it. */
  endsOpen = false;
  /** The steps that reading took. */
  steps = 0;
  /** The last readings for each depth, and their places: many ways through the text come to the same place. */
  readonly #known: Readings[][] = [[], []];
  readonly #knownPlaces = [new Float64Array(maxKnown).fill(-1), new Float64Array(maxKnown).fill(-1)];
  readonly #step: number;
  readonly #high: number;

  constructor(
    private readonly bytes: Buffer,
    width: TextWidth,
  ) {
    this.#step = width === "bytes" ? 1 : 2;
    this.#high = width === "utf16be" ? 0 : 1;
  }

  /** All readings of a place; as it stands comes first. */
  readings(at: number, depth = maxDepth): Readings {
    const unit = this.#unitAt(at);
    if (unit < 0) return [];
    if (depth === 0 || escapeStarts[unit] !== 1) return [unit, at + this.#step];
    const slot = at % maxKnown;
    const known = this.#known[depth - 1] ?? [];
    const places = this.#knownPlaces[depth - 1] ?? [];
    if (places[slot] === at) return known[slot] ?? [];
    // The first character of an escape may be escaped itself, like all others.
    const firsts = this.readings(at, depth - 1);
    const found = [...firsts];
    for (let index = 0; index < firsts.length; index += 2) {
      const branch = escapeRoot.next.get(firsts[index] ?? 0);
      if (branch) this.#follow(branch, firsts[index + 1] ?? 0, depth - 1, found);
    }
    this.steps += found.length;
    places[slot] = at;
    return (known[slot] = found);
  }

  /** The unit at a place, as it stands; -1 beyond the end. */
  #unitAt(at: number): number {
    const { bytes } = this;
    if (at + this.#step > bytes.length) {
      this.endsOpen = true;
      return -1;
    }
    if (this.#step === 1) return bytes[at] ?? -1;
    return ((bytes[at + this.#high] ?? 0) << 8) | (bytes[at + 1 - this.#high] ?? 0);
  }

  /** Adds the escapes that go on at a place as the branch does; their characters may be escaped as deep as this. */
  #follow(branch: Branch, at: number, depth: number, found: Readings): void {
    this.steps++;
    if (branch.code !== undefined) add(found, branch.code, at);
    for (const digits of branch.digits) this.#addNumber(digits, at, depth, found);
    if (branch.next.size === 0) return;
    const unit = this.#unitAt(at);
    if (depth === 0 || escapeStarts[unit] !== 1) {
      const next = branch.next.get(unit);
      if (next) this.#follow(next, at + this.#step, depth, found);
      return;
    }
    const readings = this.#readingsWithin(at, depth);
    for (let index = 0; index < readings.length; index += 2) {
      const next = branch.next.get(readings[index] ?? 0);
      if (next) this.#follow(next, readings[index + 1] ?? 0, depth, found);
    }
  }

  /** Adds the number that stands at a place, with and without the character that may end it. */
  #addNumber({ radix, min, max, ends }: Digits, at: number, depth: number, found: Readings): void {
    let value = 0;
    let place = at;
    let count = 0;
    while (count < max) {
      const [digit = Infinity, next = 0] = this.#digitAt(place, depth, radix);
      if (digit >= radix) break;
      value = value * radix + digit;
      place = next;
      count++;
      if (ends === "" && count >= min) add(found, value, place);
    }
    this.steps += count;
    if (ends === "" || count < min) return;
    const readings = this.#readingsWithin(place, depth);
    for (let index = 0; index < readings.length; index += 2) {
      if (ends.includes(String.fromCharCode(readings[index] ?? 0))) add(found, value, readings[index + 1] ?? 0);
    }
    add(found, value, place);
  }

  /** All readings of a place within an escape, of which a line break may stand before it. */
  #readingsWithin(at: number, depth: number): Readings {
    const readings = this.readings(at, depth);
    const lineBreak = readings.indexOf(nothing);
    return lineBreak < 0 ? readings : [...readings, ...this.readings(readings[lineBreak + 1] ?? 0, depth)];
  }

  #digitAt(at: number, depth: number, radix: number): Readings {
    const readings = this.#readingsWithin(at, depth);
    for (let index = 0; index < readings.length; index += 2) {
      const digit = digitOf(readings[index] ?? 0);
      if (digit < radix) return [digit, readings[index + 1] ?? 0];
    }
    return [];
  }
}

function add(found: Readings, value: number, next: number): void {
  for (let index = 0; index < found.length; index += 2) if (found[index] === value && found[index + 1] === next) return;
  found.push(value, next);
}

function digitOf(value: number): number {
  if (value >= 0x30 && value <= 0x39) return value - 0x30;
  const small = value | 0x20;
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : Infinity;
}
