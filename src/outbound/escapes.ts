import { entityNames, unicodeNames } from "./character-names.js";

/** The value of what stands for no character, such as a break that a writer put into a long line. */
export const nothing = -1;

/** Digits that stand for a character. */
export interface Digits {
  readonly radix: number;
  readonly min: number;
  readonly max: number;
  /** The characters of which one may end the number; where there are any, it takes all digits that it can. */
  readonly ends: string;
}

/** A way to write a character: what it begins with, and then a number or one of several names. */
interface Escape {
  readonly writers: string;
  readonly begin: string;
  readonly digits?: Digits;
  readonly names?: ReadonlyMap<string, number>;
}

const hex = (min: number, max = min, ends = ""): Digits => ({ radix: 16, min, max, ends });
const octal = (max: number, ends = ""): Digits => ({ radix: 8, min: 1, max, ends });
const decimal = (min: number, max: number, ends = ""): Digits => ({ radix: 10, min, max, ends });
const ended = (names: ReadonlyMap<string, number>, end: string): ReadonlyMap<string, number> =>
  new Map(Array.from(names, ([name, code]) => [name + end, code]));

/** Browsers take these without a semicolon: those of HTML 2, and of Latin-1. */
export const namesWithoutEnd: ReadonlyMap<string, number> = new Map(
  [...entityNames].filter(([name, code]) => code >= 0xa0 || /^(?:amp|lt|gt|quot)$/i.test(name)),
);
const controls = new Map(Array.from("abtnvfre", (letter, index) => [letter, index < 7 ? 7 + index : 27]));
const latin = Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code));
const themselves = new Map(latin.filter((one) => !/[A-Za-z0-9]/.test(one)).map((one) => [one, one.charCodeAt(0)]));
const lineEnds = new Map(["\n", "\r\n"].map((end) => [end, nothing]));

/** Every escape that is known; one that is added here is looked for. */
export const escapes: readonly Escape[] = [
  { writers: "JSON, Java, JavaScript", begin: "\\u", digits: hex(4) },
  { writers: "JavaScript, PHP, Rust", begin: "\\u{", digits: hex(1, 8, "}") },
  { writers: "C, Go, Python", begin: "\\U", digits: hex(8) },
  { writers: "C, JavaScript, Python", begin: "\\x", digits: hex(2) },
  { writers: "Perl and regular expressions", begin: "\\x{", digits: hex(1, 8, "}") },
  { writers: "Perl", begin: "\\o{", digits: octal(8, "}") },
  { writers: "C and shells", begin: "\\", digits: octal(3) },
  { writers: "Lua and zone files (RFC 1035, section 5.1)", begin: "\\", digits: decimal(3, 3) },
  { writers: "CSS", begin: "\\", digits: hex(1, 6, " \t\n") },
  { writers: "LDAP (RFC 4514, section 2.4)", begin: "\\", digits: hex(2) },
  { writers: "RTF", begin: "\\'", digits: hex(2) },
  { writers: "Python", begin: "\\N{", names: ended(unicodeNames, "}") },
  { writers: "JSON, C and most others, for control characters", begin: "\\", names: controls },
  { writers: "JSON, C and most others, for punctuation", begin: "\\", names: themselves },
  { writers: "C, JavaScript and shells, to continue a line", begin: "\\", names: lineEnds },
  { writers: "HTML and XML", begin: "&#", digits: decimal(1, 12, ";") },
  { writers: "HTML and XML", begin: "&#x", digits: hex(1, 12, ";") },
  { writers: "HTML", begin: "&#X", digits: hex(1, 12, ";") },
  { writers: "HTML", begin: "&", names: ended(entityNames, ";") },
  { writers: "HTML, carelessly", begin: "&", names: namesWithoutEnd },
  { writers: "URLs and forms", begin: "%", digits: hex(2) },
  { writers: "JavaScript's escape", begin: "%u", digits: hex(4) },
  { writers: "quoted-printable", begin: "=", digits: hex(2) },
  { writers: "quoted-printable, to break a line (RFC 2045, section 6.7)", begin: "=", names: lineEnds },
];

/** A place in the escapes, all of which are read at once. */
export interface Branch {
  /** The character, where an escape ends here. */
  code?: number;
  readonly digits: Digits[];
  readonly next: Map<number, Branch>;
}

/** The beginnings of every escape. */
export const escapeRoot: Branch = { digits: [], next: new Map() };
for (const { begin, digits, names } of escapes) {
  if (digits) branchAt(begin).digits.push(digits);
  for (const [name, code] of names ?? []) branchAt(begin + name).code = code;
}
/** The characters with which an escape may begin. */
export const escapeStarts = new Uint8Array(0x100);
for (const start of escapeRoot.next.keys()) escapeStarts[start] = 1;

function branchAt(text: string): Branch {
  let branch = escapeRoot;
  for (const character of text) {
    const code = character.charCodeAt(0);
    let next = branch.next.get(code);
    if (!next) branch.next.set(code, (next = { digits: [], next: new Map() }));
    branch = next;
  }
  return branch;
}
