/** A way in which a program writes a text into its response. */
interface EchoWriter {
  readonly name: string;
  /** @param choices decide what a writer may do in one way or the other, in turn */
  write(text: string, choices: readonly number[]): Buffer;
}

type Write = (text: string, choice: (index: number) => number) => string;

const json: Write = (text) => JSON.stringify(text).slice(1, -1);
const pad = (code: number, digits: number): string => code.toString(16).padStart(digits, "0");
const unicode = (text: string): string => text.replace(/[^]/g, (unit) => `\\u${pad(unit.charCodeAt(0), 4)}`);
const percentAll = (bytes: Uint8Array): string => Array.from(bytes, (byte) => `%${pad(byte, 2)}`).join("");
/** Percent-encodes all but what matches. */
const percent =
  (safe: RegExp): Write =>
  (text) =>
    Array.from(text, (character) => (safe.test(character) ? character : percentAll(Buffer.from(character)))).join("");
const upper = (text: string): string => text.replace(/%[0-9a-f]{2}/g, (code) => code.toUpperCase());
const mapped =
  (map: Readonly<Record<string, string>>): Write =>
  (text) =>
    Array.from(text, (character) => map[character] ?? character).join("");
const goTemplate = mapped({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "+": "&#43;" });
const mustache = mapped({
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "/": "&#x2F;",
  "`": "&#x60;",
  "=": "&#x3D;",
});
const names = mapped({
  "!": "&excl;",
  '"': "&quot;",
  "#": "&num;",
  $: "&dollar;",
  "%": "&percnt;",
  "&": "&amp;",
  "'": "&apos;",
  "(": "&lpar;",
  ")": "&rpar;",
  "*": "&ast;",
  "+": "&plus;",
  ",": "&comma;",
  ".": "&period;",
  "/": "&sol;",
  ":": "&colon;",
  ";": "&semi;",
  "<": "&lt;",
  "=": "&equals;",
  ">": "&gt;",
  "?": "&quest;",
  "@": "&commat;",
  "[": "&lsqb;",
  "\\": "&bsol;",
  "]": "&rsqb;",
  "^": "&Hat;",
  _: "&lowbar;",
  "`": "&grave;",
  "{": "&lcub;",
  "|": "&vert;",
  "}": "&rcub;",
  é: "&eacute;",
  ÿ: "&yuml;",
  "£": "&pound;",
});
const gson: Write = (text) => json(text, () => 0).replace(/[<>&='\u2028\u2029]/g, unicode);
const formEncoded: Write = (text) => new URLSearchParams({ t: text }).toString().slice(2);
const pythonJson: Write = (text) => json(text, () => 0).replace(/[\u007f-\uffff]/g, unicode);
const phpJson: Write = (text) => pythonJson(text, () => 0).replaceAll("/", "\\/");
const quotedPrintable: Write = (text) => {
  let line = "";
  let lines = "";
  for (const byte of Buffer.from(text)) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x3d;
    const part = isPlain ? String.fromCharCode(byte) : `=${pad(byte, 2).toUpperCase()}`;
    if (line.length + part.length > 75) {
      lines += `${line}=\r\n`;
      line = "";
    }
    line += part;
  }
  return lines + line;
};

/** Writes each character in a way of its own, as the choices have it. */
const inTurn =
  (...ways: readonly ((one: string, next: string) => string)[]): Write =>
  (text, choice) => {
    const characters = Array.from(text);
    return characters
      .map((one, index) => ways[choice(index) % ways.length]?.(one, characters[index + 1] ?? "") ?? one)
      .join("");
  };
const codeOf = (one: string): number => one.codePointAt(0) ?? 0;
const braced =
  (begin: string, radix = 16): Write =>
  (text) =>
    Array.from(text, (one) => `${begin}{${codeOf(one).toString(radix)}}`).join("");
/** Digits may be left out where none follows. */
const octal = (one: string, next: string): string =>
  `\\${codeOf(one)
    .toString(8)
    .padStart(/[0-7]/.test(next) ? 3 : 1, "0")}`;
const backslashed = (one: string): string => (/[^A-Za-z0-9]/.test(one) ? `\\${one}` : one);
/** A code of CSS takes a blank after it along, which may be the text's own. */
const css = (one: string, next: string): string => (next === "" ? backslashed(one) : `\\${codeOf(one).toString(16)} `);
const cssSixDigits = (one: string, next: string): string =>
  next === "" ? backslashed(one) : `\\${pad(codeOf(one), 6).toUpperCase()}`;
const asItIs = (one: string): string => (/[\\&%=+]/.test(one) ? unicode(one) : one);
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const digitNames = ["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"];
const unicodeName: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Array.from(letters, (letter) => [letter, `LATIN CAPITAL LETTER ${letter}`])),
  ...Object.fromEntries(Array.from(letters, (letter) => [letter.toLowerCase(), `LATIN SMALL LETTER ${letter}`])),
  ...Object.fromEntries(digitNames.map((name, digit) => [String(digit), `DIGIT ${name}`])),
  ...{ "=": "EQUALS SIGN", "/": "SOLIDUS", "\\": "REVERSE SOLIDUS", "-": "HYPHEN-MINUS", _: "LOW LINE" },
  ...{ "&": "AMPERSAND", "%": "PERCENT SIGN", '"': "QUOTATION MARK", "<": "LESS-THAN SIGN", "~": "TILDE" },
};
const named = (one: string): string => {
  const name = unicodeName[one];
  return name === undefined ? `\\U${pad(codeOf(one), 8)}` : `\\N{${name}}`;
};
const mailQ = (one: string): string =>
  /[A-Za-z0-9]/.test(one) ? one : upper(percentAll(Buffer.from(one))).replaceAll("%", "=");
const percentOne = (one: string): string => percentAll(Buffer.from(one));
const entity = (one: string): string => `&#${String(codeOf(one))};`;
/** Bytes by three decimal digits. */
const decimalBytes = (one: string): string =>
  /[A-Za-z0-9]/.test(one) ? one : Array.from(Buffer.from(one), (byte) => `\\${String(byte).padStart(3, "0")}`).join("");
const folded = (one: string): string => (one === " " ? "\\\n    \\ " : `${json(one, () => 0)}\\\n    `);
const hexBytes = (text: string, join: string): string =>
  Array.from(Buffer.from(text), (byte) => pad(byte, 2)).join(join);

const writes: Readonly<Record<string, Write>> = {
  "as it is": (text) => text,
  JSON: json,
  "JSON with codes for any characters": (text, choice) =>
    Array.from(text, (character, index) =>
      choice(index) % 2 === 0 ? json(character, choice) : unicode(character),
    ).join(""),
  "JSON with codes in capitals": (text) => unicode(text).replace(/[a-f]/g, (digit) => digit.toUpperCase()),
  Gson: gson,
  "PHP's json_encode": phpJson,
  "Python's json.dumps": pythonJson,
  "JavaScript with two digits": (text) =>
    text.replace(/[^A-Za-z0-9]/g, (unit) => (unit < "\u0100" ? `\\x${pad(unit.charCodeAt(0), 2)}` : unicode(unit))),
  "ECMAScript with braces": (text) =>
    Array.from(text, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`).join(""),
  "regular expressions": braced("\\x"),
  "Perl in octal": braced("\\o", 8),
  "Go with eight digits": (text) => Array.from(text, (one) => `\\U${pad(codeOf(one), 8).toUpperCase()}`).join(""),
  "C in octal": (text) => Array.from(text, (one) => `\\${codeOf(one).toString(8).padStart(3, "0")}`).join(""),
  "C in octal of as few digits as possible": inTurn(octal),
  "Python by names": inTurn(named),
  CSS: inTurn(css, cssSixDigits),
  "CSS, codes for digits": inTurn((one, next) => (/\d/.test(one) ? css(one, next) : backslashed(one))),
  LDAP: inTurn((one, next) => (next && /[^A-Za-z0-9]/.test(one) ? `\\${pad(codeOf(one), 2)}` : backslashed(one))),
  RTF: inTurn((one) => (/[^A-Za-z0-9]/.test(one) ? `\\'${pad(codeOf(one), 2)}` : one)),
  "a shell's printf %q": inTurn(backslashed),
  "JavaScript with lines continued": inTurn(
    (one) => json(one, () => 0),
    (one, next) => json(one, () => 0) + (next && "\\\n"),
    (one, next) => json(one, () => 0) + (next && "\\\r\n"),
  ),
  "YAML with lines folded": inTurn(
    (one) => json(one, () => 0),
    (one, next) => (next ? folded(one) : json(one, () => 0)),
  ),
  "Lua and zone files": inTurn(decimalBytes),
  "a mail's header": (text) => Array.from(text, (one) => (one === " " ? "_" : mailQ(one))).join(""),
  "HTML by names without semicolons": (text) =>
    Array.from(text, (one) => (/[&<>"£ÿé]/.test(one) ? names(one, () => 0).slice(0, -1) : one)).join(""),
  "quoted-printable with breaks anywhere": inTurn(
    (one) => quotedPrintable(one, () => 0),
    (one, next) => quotedPrintable(one, () => 0) + (next && "=\r\n"),
    (one, next) => quotedPrintable(one, () => 0) + (next && "=\n"),
  ),
  "each character in another escape": inTurn(asItIs, unicode, octal, css, named, percentOne, entity),
  "each character in another escape, as JSON": (text, choice) =>
    json(inTurn(asItIs, unicode, octal, css, named, percentOne, entity)(text, choice), choice),
  "Python's quote": percent(/[A-Za-z0-9_.~/-]/),
  "Python's quote_plus": (text, choice) => percent(/[A-Za-z0-9_.~ -]/)(text, choice).replaceAll(" ", "+"),
  encodeURI: (text) => encodeURI(text),
  encodeURIComponent: (text) => encodeURIComponent(text),
  "Java's URLEncoder": (text, choice) => upper(percent(/[A-Za-z0-9_.* -]/)(text, choice)).replaceAll(" ", "+"),
  "percent codes for any characters, in either case": (text, choice) =>
    Array.from(text, (character, index) => {
      const code = percentAll(Buffer.from(character));
      const kind = choice(index) % 3;
      if (kind === 0 && /[^%+]/.test(character)) return character;
      return kind === 1 ? upper(code) : code;
    }).join(""),
  "percent codes of Latin-1": (text) => escape(text),
  "a form": formEncoded,
  "Go's html/template": goTemplate,
  Mustache: mustache,
  XML: mapped({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" }),
  "HTML by names": names,
  "HTML by decimal codes": (text) => Array.from(text, (one) => `&#${String(one.codePointAt(0))};`).join(""),
  "HTML by hex codes with zeros": (text) =>
    Array.from(text, (one) => `&#x${pad(one.codePointAt(0) ?? 0, 6).toUpperCase()};`).join(""),
  hex: (text) => Buffer.from(text).toString("hex"),
  "hex in capitals": (text) => Buffer.from(text).toString("hex").toUpperCase(),
  "hex with colons": (text) => hexBytes(text, ":"),
  "hex with blanks": (text) => hexBytes(text, " ").toUpperCase(),
  "hex with hyphens": (text) => hexBytes(text, "-"),
  "hex with commas and prefixes": (text) => hexBytes(text, ", 0x"),
  "hex in lines of 16 bytes": (text) => hexBytes(text, " ").replace(/(.{47}) /g, "$1\n"),
  "hex with prefixes of C": (text) => `\\x${hexBytes(text, "\\x")}`,
  "quoted-printable": quotedPrintable,
  "JSON in JSON": (text, choice) => json(json(text, choice), choice),
  "Gson in Gson": (text, choice) => gson(gson(text, choice), choice),
  "encodeURIComponent of encodeURIComponent": (text) => encodeURIComponent(encodeURIComponent(text)),
  "JSON in HTML": (text, choice) => goTemplate(json(text, choice), choice),
  "HTML in Gson": (text, choice) => gson(mustache(text, choice), choice),
  "JSON in a form": (text, choice) => formEncoded(json(text, choice), choice),
  "a form in JSON": (text, choice) => phpJson(formEncoded(text, choice), choice),
  "a form in HTML by names": (text, choice) => names(formEncoded(text, choice), choice),
};

const chosen = (choices: readonly number[]) => (index: number) => choices[index % choices.length] ?? 0;

const narrow = Object.entries(writes).map(([name, write]): EchoWriter => ({
  name,
  write: (text, choices) => Buffer.from(write(text, chosen(choices))),
}));

const wide = (["as it is", "JSON", "Gson", "HTML by names"] as const).flatMap((name): EchoWriter[] => {
  const write = writes[name] ?? String;
  return [
    { name: `${name}, in UTF-16LE`, write: (text, choices) => Buffer.from(write(text, chosen(choices)), "utf16le") },
    {
      name: `${name}, in UTF-16BE`,
      write: (text, choices) => Buffer.from(write(text, chosen(choices)), "utf16le").swap16(),
    },
  ];
});

/** Every writer whose text for a secret is that secret's alone. */
export const echoWriters: readonly EchoWriter[] = [
  ...narrow,
  ...wide,
  { name: "the bytes of Latin-1", write: (text) => Buffer.from(text, "latin1") },
];

/** Ways to break base64 into lines and carry it on. */
export const base64Carriers: Readonly<Record<string, (base64: string) => string>> = {
  "in one line": (text) => text,
  "in lines of 64": (text) => text.replace(/.{64}/g, "$&\n"),
  "in lines of 76": (text) => text.replace(/.{76}/g, "$&\r\n"),
  "in lines of 64, as JSON": (text) => json(text.replace(/.{64}/g, "$&\n"), () => 0),
  "in lines of 76, as JSON of PHP": (text) => phpJson(text.replace(/.{76}/g, "$&\r\n"), () => 0),
  "in lines of 64 that blanks indent": (text) => text.replace(/.{64}/g, "$&\n        "),
  "in lines of 76 that a tab indents": (text) => text.replace(/.{76}/g, "$&\r\n\t"),
  "in lines of 64 that blanks indent, as JSON": (text) => json(text.replace(/.{64}/g, "$&\n    "), () => 0),
  "URL-encoded": (text) => encodeURIComponent(text),
  "as Gson": (text) => gson(text, () => 0),
  "in quoted-printable": (text) => quotedPrintable(text, () => 0),
};

const swapped16 = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();
const utf32 = (text: string): Buffer => Buffer.from(Uint32Array.from(text, codeOf).buffer);
/** Encodings of which the bytes may be written in hex or base64. */
export const wideEncodings: Readonly<Record<string, (text: string) => Buffer>> = {
  "UTF-16LE": (text) => Buffer.from(text, "utf16le"),
  "UTF-16BE": swapped16,
  "UTF-32LE": utf32,
  "UTF-32BE": (text) => utf32(text).swap32(),
};
