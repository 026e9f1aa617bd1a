/** Shorter pieces of base64 stand for too few characters of the secret to be told from other text. */
const minBase64Length = 6;
/** Every way to write these but hex and base64 leaves them as they are. */
const plain = /^[A-Za-z0-9_.*-]*$/;

/**
 * Every form in which an upstream may echo a secret: as it is, URL-encoded, JSON-escaped, with a page's entities, in hex, in
 * base64 at each alignment; as UTF-8, and as the Latin-1 bytes in which a header carries it. A character stands for a
 * byte. The longest first, so that a form that holds another is replaced as a whole.
 */
export function echoFormsOf(secret: string): string[] {
  const isPlain = plain.test(secret);
  const utf8 = Buffer.from(secret);
  const hex = utf8.toString("hex");
  const texts = new Set(isPlain ? [secret] : escapedForms(secret));
  texts.add(hex).add(hex.toUpperCase());
  for (const bytes of isPlain ? [utf8] : [utf8, Buffer.from(secret, "latin1")]) {
    for (const offset of [0, 1, 2]) addBase64Core(texts, bytes, offset);
  }
  const forms = isPlain ? texts : new Set([...texts].flatMap(asBytes));
  forms.delete("");
  return [...forms].sort((a, b) => b.length - a.length);
}

function asBytes(text: string): string[] {
  return [Buffer.from(text).toString("latin1"), Buffer.from(text, "latin1").toString("latin1")];
}

function escapedForms(secret: string): string[] {
  const urlEncoded = encodeURIComponent(Buffer.from(secret).toString());
  const formEncoded = new URLSearchParams({ s: secret }).toString().slice(2);
  const escaped = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    urlEncoded,
    lowerCaseCodes(urlEncoded),
    formEncoded,
    lowerCaseCodes(formEncoded),
    escaped,
    escaped.replaceAll("/", "\\/"),
    escaped.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`),
    // JSON writers that keep their output safe in a page escape these, in either letter case; pages use entities.
    withCodes(escaped, /[&<>'+`]/g, "upper"),
    withCodes(escaped, /[&<>'+`]/g, "lower"),
    withCodes(escaped.replaceAll('\\"', '"'), /[&<>'"+`]/g, "upper"),
    withCodes(escaped.replaceAll('\\"', '"'), /[&<>'"+`]/g, "lower"),
    withCodes(escaped, /[&<>]/g, "upper"),
    withCodes(escaped, /[&<>]/g, "lower"),
    withEntities(secret, "&#39;"),
    withEntities(secret, "&#x27;"),
  ];
}

function withCodes(escaped: string, characters: RegExp, letterCase: "upper" | "lower"): string {
  return escaped.replace(characters, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${letterCase === "upper" ? code.toUpperCase() : code}`;
  });
}

function withEntities(text: string, apostrophe: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": apostrophe,
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

function lowerCaseCodes(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

/** The base64 characters that depend on the secret alone when it begins `offset` bytes after a group of three. */
function addBase64Core(texts: Set<string>, bytes: Buffer, offset: number): void {
  const padded = offset === 0 ? bytes : Buffer.concat([Buffer.alloc(offset), bytes]);
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor((padded.length * 8) / 6);
  const core = padded.toString("base64").slice(from, to);
  if (core.length < minBase64Length) return;
  texts.add(core).add(core.replaceAll("+", "-").replaceAll("/", "_"));
}
