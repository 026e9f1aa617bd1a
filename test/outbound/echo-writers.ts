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
  "URL-encoded": (text) => encodeURIComponent(text),
  "as Gson": (text) => gson(text, () => 0),
  "in quoted-printable": (text) => quotedPrintable(text, () => 0),
};
