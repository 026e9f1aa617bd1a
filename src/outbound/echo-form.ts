/** The ways to write one character: each the values that stand for it, in turn. */
export type Character = readonly (readonly number[])[];

/** Text that an upstream may write for a secret; each of its characters may be escaped. */
export interface Form {
  readonly codes: Uint8Array | Uint32Array;
  /** The ways to write each code. */
  readonly characters: readonly Character[];
  /** The texts that a writer may put between characters: line ends and blanks after them, or separators after each two. */
  readonly gaps: "none" | "lines" | "separators";
  /** The distance after which the codes repeat themselves; reckoned when it is needed. */
  period?: number;
}

/** A line break in base64 may leave fewer than this on the line before, which are let through. */
export const minBeforeBreak = 4;
/** A line break lets the first characters of base64 through only where at least this many follow. */
export const minAfterBreak = 8;

/** The forms to look for, and what tells fast that none begins at a place. */
export interface FormIndex {
  readonly list: readonly Form[];
  /** No echo has fewer bytes. */
  readonly shortest: number;
  /** The bytes with which an echo may begin. */
  readonly starts: Uint8Array;
  /** The high bytes with which one in UTF-16 may begin. */
  readonly highBytes: Uint8Array;
  readonly byFirst: ReadonlyMap<number, readonly Form[]>;
}

/** The distance after which a text repeats itself to its end; its length, where it does not. */
export function periodOf(codes: Form["codes"]): number {
  // The longest beginning of the text that ends at each place (Knuth, Morris and Pratt).
  const borders = new Uint32Array(codes.length);
  let border = 0;
  for (let index = 1; index < codes.length; index++) {
    while (border > 0 && codes[index] !== codes[border]) border = borders[border - 1] ?? 0;
    if (codes[index] === codes[border]) border++;
    borders[index] = border;
  }
  return codes.length - border;
}
