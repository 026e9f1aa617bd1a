import { WebhookError } from "../platform/errors.js";
import { minAfterBreak, minBeforeBreak, periodOf, type Form, type FormIndex } from "./echo-form.js";
import { EchoWindow } from "./echo-window.js";
import { EscapedText, widths, type Readings } from "./escaped-text.js";
import { escapeStarts, nothing } from "./escapes.js";

const mark = Buffer.from("[redacted]");
const noBytes = Buffer.alloc(0);
/** Texts up to this length are looked through place by place, which takes no table. */
const shortText = 256;
/** Blanks and line ends that a writer may put between two characters. */
const maxGap = 80;
const lineEnds: ReadonlySet<number> = new Set([0x0a, 0x0d]);
const blanks: ReadonlySet<number> = new Set([0x20, 0x09]);
/** The separators of bytes in hex: a blank, a colon, a hyphen or a comma, and then perhaps "0x". */
const separators: ReadonlySet<number> = new Set([...blanks, 0x3a, 0x2d, 0x2c]);
const zeroX: readonly number[] = [0x30, 0x78];

/**
 * The bound of the work: a search that takes more steps for each byte and each piece is refused. A step is a part of an
 * escape that is tried, or an echo's beginning that is taken one character further. Text of escapes alone takes half.
 */
export const stepsPerByte = 50;
export const stepsPerPiece = 100;
export const freeSteps = 100_000;

/** An echo of which the first characters were read. */
class Beginning {
  constructor(
    readonly form: Form,
    /** The index of its text's width. */
    readonly width: number,
    readonly start: number,
    /** The characters that were read. */
    readonly count = 0,
    /** The values between characters that were passed over since the last one. */
    readonly gap = 0,
    /** The values of the next character, where some of them were read. */
    readonly part: readonly number[] | undefined = undefined,
    readonly partCount = 0,
  ) {}

  withCharacter(): Beginning {
    return new Beginning(this.form, this.width, this.start, this.part === zeroX ? this.count : this.count + 1);
  }

  withPart(part: readonly number[], partCount: number): Beginning {
    return new Beginning(this.form, this.width, this.start, this.count, 0, part, partCount);
  }

  withGap(start = this.start): Beginning {
    return new Beginning(this.form, this.width, start, this.count, this.gap + 1, this.part, this.partCount);
  }

  movedBack(by: number): Beginning {
    return new Beginning(this.form, this.width, this.start - by, this.count, this.gap, this.part, this.partCount);
  }

  /**
   * Tells that another, at the same place, is never needed: whatever takes it on takes this one on, which began no later and
   * has no more to read. In text that repeats itself, as a token of one character does, that spares all but one.
   */
  covers(other: Beginning): boolean {
    return (
      this.form === other.form &&
      this.width === other.width &&
      this.start <= other.start &&
      this.count >= other.count &&
      this.part === other.part &&
      this.partCount === other.partCount &&
      this.gap > 0 === other.gap > 0 &&
      (this.count === other.count ||
        (this.count - other.count) % (this.form.period ??= periodOf(this.form.codes)) === 0)
    );
  }
}

/**
 * One way through a text, from its first piece to its last, that replaces every echo. At each place wait the beginnings
 * of echoes that were read up to there; each reading of the place takes some of them further. So no place is read twice,
 * wherever the pieces end. Of several echoes the one that begins first counts, and of these the longest.
 */
export class EchoSearch {
  /** The bytes that may be the beginning of an echo. */
  #held: Buffer = noBytes;
  /** The place in them that is to be read next. */
  #place = 0;
  /** By the place after what was read. */
  #waiting = new Map<number, Beginning[]>();
  #echo: { start: number; end: number } | undefined;
  #texts: (EscapedText | undefined)[] = [];
  #window: EchoWindow | undefined;
  #steps = 0;
  #maxSteps = freeSteps;
  #isBehind = false;

  /** @param stepsAtOnce after which others get their turn */
  constructor(
    private readonly forms: FormIndex,
    private readonly stepsAtOnce = Infinity,
  ) {}

  /** The steps that were taken so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Tells that the last piece was not read to its end: an empty one is to be taken next. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /**
   * Takes the next piece and gives what is known by then: a single piece holds no echo.
   * @throws WebhookError upstream_error when the text would take too long
   */
  take(piece: Buffer, isEnd: boolean): Buffer[] {
    const bytes =
      this.#held.length === 0 ? piece : piece.length === 0 ? this.#held : Buffer.concat([this.#held, piece]);
    this.#maxSteps += stepsPerByte * piece.length + stepsPerPiece;
    this.#spend(this.#held.length >> 8);
    this.#held = bytes;
    this.#texts = [];
    this.#window?.reset();
    const pieces: Buffer[] = [];
    let passed = 0;
    for (;;) {
      this.#read(bytes, isEnd);
      if (this.#isBehind || !this.#echo || (this.#waiting.size > 0 && !isEnd)) break;
      const { start, end } = this.#echo;
      pieces.push(bytes.subarray(passed, start), mark);
      passed = end;
      this.#place = end;
      this.#echo = undefined;
      this.#waiting.clear();
    }
    const release = isEnd && !this.#isBehind ? bytes.length : this.#firstNeeded();
    pieces.push(bytes.subarray(passed, release));
    this.#held = bytes.subarray(release);
    this.#moveBack(release);
    return pieces;
  }

  /** Reads until an echo is known, the turn is over, or the bytes end, or end in what more may change. */
  #read(bytes: Buffer, isEnd: boolean): void {
    const { starts, list, shortest } = this.forms;
    const window = bytes.length > shortText ? (this.#window ??= new EchoWindow(list, shortest)) : undefined;
    const turnEnds = this.#steps + this.stepsAtOnce;
    this.#isBehind = false;
    while (this.#place < bytes.length) {
      if (this.#steps > turnEnds) {
        this.#isBehind = true;
        return;
      }
      if (this.#waiting.size === 0) {
        if (this.#echo) return;
        if (window) this.#place = window.next(bytes, this.#place);
      }
      const beginnings = this.#waiting.get(this.#place);
      const mayBegin = !this.#echo && starts[bytes[this.#place] ?? 0] === 1;
      if (beginnings || mayBegin) {
        if (!this.#readPlace(bytes, beginnings ?? [], mayBegin, isEnd)) return;
        this.#waiting.delete(this.#place);
      }
      this.#place++;
    }
  }

  /** Takes what waits at the place further; false when more bytes may change how it is read. */
  #readPlace(bytes: Buffer, beginnings: readonly Beginning[], mayBegin: boolean, isEnd: boolean): boolean {
    const place = this.#place;
    for (let width = 0; width < widths.length; width++) {
      const begins = mayBegin && (width === 0 || this.#mayBeHigh(bytes[place + (width & 1)], isEnd));
      if (!begins && !beginnings.some((one) => one.width === width)) continue;
      const readings = this.#readingsAt(bytes, width);
      if (!isEnd && this.#texts[width]?.endsOpen) return false;
      for (let index = 0; index < readings.length; index += 2) {
        const value = readings[index] ?? 0;
        const next = readings[index + 1] ?? 0;
        for (const beginning of beginnings) if (beginning.width === width) this.#goOn(beginning, value, next);
        const forms = begins ? this.forms.byFirst.get(value) : undefined;
        if (!forms) continue;
        for (const form of forms) this.#goOn(new Beginning(form, width, place), value, next);
      }
    }
    return true;
  }

  #mayBeHigh(byte: number | undefined, isEnd: boolean): boolean {
    return byte === undefined ? !isEnd : this.forms.highBytes[byte] === 1;
  }

  #readingsAt(bytes: Buffer, width: number): Readings {
    const unit = bytes[this.#place] ?? 0;
    if (width === 0 && escapeStarts[unit] !== 1) return [unit, this.#place + 1];
    const text = (this.#texts[width] ??= new EscapedText(bytes, widths[width] ?? "bytes"));
    text.endsOpen = false;
    text.steps = 0;
    const readings = text.readings(this.#place);
    this.#spend(text.steps);
    return readings;
  }

  /** Takes a beginning further by a value that was read, in every way that its form allows. */
  #goOn(beginning: Beginning, value: number, next: number): void {
    const { form, count, part, partCount, gap } = beginning;
    this.#spend(1);
    if (value === nothing) {
      if (gap < maxGap) this.#wait(beginning.withGap(), next);
    } else if (part) {
      if (part[partCount] === value) this.#waitWithPart(beginning, part, partCount + 1, next);
    } else {
      const character = form.characters[form.codes[count] ?? 0] ?? [];
      for (const values of character) if (values[0] === value) this.#waitWithPart(beginning, values, 1, next);
      if (count === 0 || gap >= maxGap) return;
      // A line that is continued may be indented.
      if (form.gaps === "none") {
        if (gap > 0 && blanks.has(value)) this.#wait(beginning.withGap(), next);
      } else if (form.gaps === "lines") this.#passLineBreak(beginning, value, next);
      else this.#passSeparator(beginning, value, next);
    }
  }

  #waitWithPart(beginning: Beginning, part: readonly number[], partCount: number, next: number): void {
    this.#wait(partCount === part.length ? beginning.withCharacter() : beginning.withPart(part, partCount), next);
  }

  #passLineBreak(beginning: Beginning, value: number, next: number): void {
    const { form, count, gap } = beginning;
    if (!lineEnds.has(value) && !(gap > 0 && blanks.has(value))) return;
    if (count >= minBeforeBreak) this.#wait(beginning.withGap(), next);
    else if (form.codes.length - count >= minAfterBreak) this.#wait(beginning.withGap(next), next);
  }

  #passSeparator(beginning: Beginning, value: number, next: number): void {
    const { count, gap } = beginning;
    if (count % 2 !== 0) return;
    if (separators.has(value) || (count >= minAfterBreak && lineEnds.has(value))) this.#wait(beginning.withGap(), next);
    else if (gap > 0 && value === zeroX[0]) this.#wait(beginning.withPart(zeroX, 1), next);
  }

  /** Has a beginning wait at the place after what was read of it, or notes the echo that it has become. */
  #wait(beginning: Beginning, place: number): void {
    const { form, count, start } = beginning;
    if (this.#echo && start > this.#echo.start) return;
    if (count === form.codes.length) {
      if (this.#echo?.start === start && this.#echo.end > place) return;
      this.#echo = { start, end: place };
      this.#forgetAfter(start);
      return;
    }
    const others = this.#waiting.get(place);
    if (!others) {
      this.#waiting.set(place, [beginning]);
      return;
    }
    this.#spend(others.length >> 3);
    if (others.some((other) => other.covers(beginning))) return;
    const covered = others.findIndex((other) => beginning.covers(other));
    if (covered < 0) others.push(beginning);
    else others[covered] = beginning;
  }

  /** Drops the beginnings that begin after an echo. */
  #forgetAfter(start: number): void {
    for (const [place, beginnings] of this.#waiting) {
      const left = beginnings.filter((one) => one.start <= start);
      if (left.length === 0) this.#waiting.delete(place);
      else this.#waiting.set(place, left);
    }
  }

  /** The first byte that may belong to an echo. */
  #firstNeeded(): number {
    let first = Math.min(this.#place, this.#echo?.start ?? Infinity);
    for (const beginnings of this.#waiting.values()) {
      this.#spend(beginnings.length);
      for (const { start } of beginnings) first = Math.min(first, start);
    }
    return first;
  }

  /** Counts places from a later byte on. */
  #moveBack(by: number): void {
    this.#place -= by;
    if (this.#echo) this.#echo = { start: this.#echo.start - by, end: this.#echo.end - by };
    if (by === 0) return;
    const moved = Array.from(
      this.#waiting,
      ([place, beginnings]) => [place - by, beginnings.map((one) => one.movedBack(by))] as const,
    );
    this.#waiting = new Map(moved);
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > this.#maxSteps)
      throw new WebhookError("upstream_error", "The upstream's response takes too long to be searched for echoes.");
  }
}
