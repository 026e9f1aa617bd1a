import { Transform, type TransformCallback } from "node:stream";

const mark = Buffer.from("[redacted]");
/** Shorter pieces of base64 stand for too few characters of the secret to be told from other text. */
const minBase64Length = 6;

/**
 * Every form in which an upstream may echo a secret: as it is, URL-encoded, JSON-escaped, in base64 at each alignment; as
 * UTF-8, and as the Latin-1 bytes in which a header carries it.
 */
export function echoForms(secret: string): Buffer[] {
  const urlEncoded = encodeURIComponent(Buffer.from(secret).toString());
  const formEncoded = new URLSearchParams({ s: secret }).toString().slice(2);
  const escaped = JSON.stringify(secret).slice(1, -1);
  const texts = [
    secret,
    urlEncoded,
    lowerCaseCodes(urlEncoded),
    formEncoded,
    lowerCaseCodes(formEncoded),
    escaped,
    escaped.replaceAll("/", "\\/"),
    escaped.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`),
    ...[Buffer.from(secret), Buffer.from(secret, "latin1")].flatMap((bytes) =>
      [0, 1, 2].flatMap((offset) => base64Cores(bytes, offset)),
    ),
  ];
  const encoded = texts.flatMap((text) => [Buffer.from(text), Buffer.from(text, "latin1")]);
  const forms = new Map(encoded.map((form) => [form.toString("hex"), form]));
  // The longest first, so that a form that holds another is replaced as a whole.
  return [...forms.values()].filter((form) => form.length > 0).sort((a, b) => b.length - a.length);
}

function lowerCaseCodes(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

/** The base64 characters that depend on the secret alone when it begins `offset` bytes after a group of three. */
function base64Cores(bytes: Buffer, offset: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor((padded.length * 8) / 6);
  const core = padded.toString("base64").slice(from, to);
  return core.length < minBase64Length ? [] : [core, core.replaceAll("+", "-").replaceAll("/", "_")];
}

/** Replaces every echo of a secret in a header's name or value, whose characters stand for bytes. */
export function redactHeader(text: string, forms: readonly Buffer[]): string {
  const { clean, rest } = redactBytes(Buffer.from(text, "latin1"), forms);
  return clean.length === 0 ? text : Buffer.concat([...clean, rest]).toString("latin1");
}

/** Replaces every echo of a secret in a stream, across chunk borders; holds back only what may be the start of one. */
export function redactStream(forms: readonly Buffer[]): Transform {
  let held: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
      const { clean, rest } = redactBytes(bytes, forms);
      const keep = partialLength(rest, forms);
      held = rest.subarray(rest.length - keep);
      clean.push(rest.subarray(0, rest.length - keep));
      done(null, Buffer.concat(clean));
    },
    flush(done: TransformCallback) {
      done(null, held);
    },
  });
}

/** The bytes up to the last echo with all echoes replaced, and what follows it. */
function redactBytes(bytes: Buffer, forms: readonly Buffer[]): { readonly clean: Buffer[]; readonly rest: Buffer } {
  const clean: Buffer[] = [];
  const next = forms.map((form) => bytes.indexOf(form));
  let position = 0;
  for (;;) {
    let found = -1;
    for (const [index, form] of forms.entries()) {
      let at = next[index] ?? -1;
      if (at !== -1 && at < position) at = next[index] = bytes.indexOf(form, position);
      if (at !== -1 && (found === -1 || at < (next[found] ?? -1))) found = index;
    }
    if (found === -1) return { clean, rest: bytes.subarray(position) };
    const at = next[found] ?? 0;
    clean.push(bytes.subarray(position, at), mark);
    position = at + (forms[found]?.length ?? 0);
  }
}

/** How many of the last bytes may be the beginning of an echo. */
function partialLength(bytes: Buffer, forms: readonly Buffer[]): number {
  let longest = 0;
  for (const form of forms) {
    for (let length = Math.min(form.length - 1, bytes.length); length > longest; length--) {
      if (bytes[bytes.length - length] !== form[0]) continue;
      if (bytes.subarray(bytes.length - length).equals(form.subarray(0, length))) longest = length;
    }
  }
  return longest;
}
