import { entityNames, unicodeNames } from "./character-names.js";
import type { Character, Form } from "./echo-form.js";
import { escapeRoot, escapes, namesWithoutEnd } from "./escapes.js";

/** The steps over text that holds no echo are at most this long; more would take a larger table. */
const maxLength = 32;
const slots = 1 << 14;

/**
 * Moves over text that holds no echo in steps as long as the shortest echo: past each two bytes that stand side by side in
 * none. It lets an echo's beginning pass never, and other places seldom.
 */
export class EchoWindow {
  readonly #length: number;
  readonly #neighbours: Uint8Array;
  #lookedAt = 0;

  constructor(forms: readonly Form[], shortest: number) {
    this.#length = Math.min(shortest, maxLength);
    this.#neighbours = neighboursIn(forms);
  }

  /** Begins with other bytes. */
  reset(): void {
    this.#lookedAt = 0;
  }

  /** The first place from one on at which an echo may begin. */
  next(bytes: Buffer, from: number): number {
    const neighbours = this.#neighbours;
    let at = from;
    let lookedAt = Math.max(this.#lookedAt, from);
    for (let last = at + this.#length - 1; last < bytes.length; last = at + this.#length - 1) {
      let place = last;
      while (place > lookedAt && neighbours[slotOf(bytes[place - 1] ?? 0, bytes[place] ?? 0)] === 1) place--;
      const isHopeless = place > lookedAt;
      lookedAt = last;
      if (!isHopeless) break;
      at = place;
    }
    this.#lookedAt = lookedAt;
    return at;
  }
}

/** Pairs of bytes that share a slot make steps shorter, never wrong. */
function slotOf(first: number, second: number): number {
  return ((first & 0x7f) << 7) | (second & 0x7f);
}

const digits = "0123456789abcdefABCDEF";
const separators = ":-, \t";
const anything = String.fromCharCode(...Array(128).keys());
/** The characters that begin or end an escape, break a line, or are half of a unit of UTF-16. */
const borders = "\0\r\n\\&%=;}";
/** The pairs of bytes that may be neighbours in an escape, or where one meets other text. */
const neighboursInEscapes = new Uint8Array(slots);
for (const [firsts, seconds] of [
  [borders, anything],
  [anything, borders],
  [digits, digits],
  // Hex with something between its bytes, and the blank that ends an escape of CSS.
  [digits, separators],
  [separators, `${digits} \t`],
  ["0", "x"],
  // A line end that is escaped itself, and blanks after it.
  ["nrt", " \t"],
] as const)
  addPairs(firsts, seconds);
for (const { begin, digits: number } of escapes) {
  addNeighbours(neighboursInEscapes, begin);
  if (number) addPairs(begin.slice(-1), digits);
}
for (const [begin, { next }] of escapeRoot.next)
  addPairs(lastDigits(String.fromCharCode(begin)), String.fromCharCode(...next.keys()));
for (const name of unicodeNames.keys()) addNeighbours(neighboursInEscapes, `{${name}}`);
// No UTF-16 that is looked for has two zeros together.
neighboursInEscapes[0] = 0;
const lastInEscapes = Array.from(`${digits}ptPTnrt \t`, (last) => last.charCodeAt(0));
const namesOf = new Map<number, string[]>();
for (const [name, code] of entityNames) namesOf.set(code, [...(namesOf.get(code) ?? []), name]);
for (const character of "\\&%=;#{}'") addNames(neighboursInEscapes, character.charCodeAt(0));

function addPairs(firsts: string, seconds: string): void {
  for (const first of firsts)
    for (const second of seconds) neighboursInEscapes[slotOf(first.charCodeAt(0), second.charCodeAt(0))] = 1;
}

/** The last digits of a character that is escaped. */
function lastDigits(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).slice(-1);
  return hex + hex.toUpperCase() + String(code).slice(-1) + code.toString(8).slice(-1);
}

/** Adds the pairs in a text each of whose characters may be escaped. */
function addNeighbours(table: Uint8Array, text: string): void {
  for (let index = 1; index < text.length; index++) {
    const [first, second] = [text.charAt(index - 1), text.charCodeAt(index)];
    for (const last of first + lastDigits(first)) table[slotOf(last.charCodeAt(0), second)] = 1;
  }
}

function addNames(table: Uint8Array, value: number): void {
  for (const name of namesOf.get(value) ?? []) addNeighbours(table, name);
}

/** The pairs of bytes that may be neighbours in the first bytes of an echo, as many as a window has. */
function neighboursIn(forms: readonly Form[]): Uint8Array {
  const table = new Uint8Array(neighboursInEscapes);
  const seen = new Set<number>();
  for (const { codes, characters } of forms) {
    let before: Character = [];
    for (let index = 0; index < Math.min(codes.length, maxLength + 3); index++) {
      const character = characters[codes[index] ?? 0] ?? [];
      for (const values of character) {
        for (let place = 0; place < values.length; place++) {
          const value = values[place] ?? 0;
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
    for (const name of namesOf.get(value) ?? [])
      if (namesWithoutEnd.has(name)) for (const next of seen) table[slotOf(name.charCodeAt(name.length - 1), next)] = 1;
  }
  return table;
}
