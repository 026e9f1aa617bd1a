import { Transform } from "node:stream";
import type { State } from "./state.js";

const shown = "[redacted]";
const latin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** Takes a credential out of text as the bytes of latin1 stand in it (R45). */
export class Redaction {
  readonly #spellings: readonly string[];
  readonly #pattern: RegExp;
  #held = "";

  constructor(
    private readonly state: State,
    secret: string,
  ) {
    const spellings = state.has("raw-echo-shown") ? [] : [...spellingsOf(state, secret)];
    this.#spellings = spellings.filter((one) => one !== "").sort((a, b) => b.length - a.length);
    const literal = this.#spellings.map((one) => one.replace(/[^A-Za-z0-9]/g, escaped));
    this.#pattern = new RegExp(literal.length > 0 ? literal.join("|") : "(?!)", "g");
  }

  header(value: string): string {
    return this.state.has("header-echo-shown") ? value : value.replace(this.#pattern, () => shown);
  }

  /** A stream that holds back only what may be the start of the credential. */
  stream(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => done(null, this.#release(chunk.toString("latin1"), false)),
      flush: (done) => done(null, this.#release("", true)),
    });
  }

  #release(chunk: string, isEnd: boolean): Buffer {
    const parts = (this.#held + chunk).split(this.#pattern);
    const rest = parts.pop() ?? "";
    const keep = isEnd || this.state.has("split-echo-shown") ? 0 : this.#startIn(rest);
    this.#held = rest.slice(rest.length - keep);
    const out = parts.map((part) => part + shown).join("") + rest.slice(0, rest.length - keep);
    return Buffer.from(out, "latin1");
  }

  /** Returns the length of the text's end that may be the start of a spelling. */
  #startIn(text: string): number {
    const longest = Math.max(0, ...this.#spellings.map((one) => one.length - 1));
    for (let size = Math.min(longest, text.length); size > 0; size--) {
      const end = text.slice(text.length - size);
      if (this.#spellings.some((one) => one.length > size && one.startsWith(end))) return size;
    }
    return 0;
  }
}

const escaped = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;

function spellingsOf(state: State, secret: string): Set<string> {
  const raw = [secret, latin1(secret)];
  if (state.has("encoded-echo-shown")) return new Set(raw);
  const all = new Set([...raw, ...percent(secret), ...jsonTexts(secret).map(latin1)]);
  if (!state.has("base64-echo-shown")) for (const one of base64Of(secret)) all.add(one);
  if (!state.has("base64-lines-shown") && !state.has("base64-echo-shown"))
    for (const one of linesOf(secret)) all.add(one);
  if (!state.has("other-encoders-echo-shown")) for (const one of othersOf(secret)) all.add(latin1(one));
  return all;
}

function percent(secret: string): string[] {
  const each = [...Buffer.from(secret, "utf8")].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const component = encodeURIComponent(secret);
  const strict = component.replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ a: secret }).toString().slice(2);
  const upper = [each.toUpperCase(), component, strict, form, encodeURI(secret)];
  return [...upper, ...upper.map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())), each];
}

function jsonTexts(secret: string): string[] {
  const plain = JSON.stringify(secret).slice(1, -1);
  const code = (text: string): string => `\\u${text.charCodeAt(0).toString(16).padStart(4, "0")}`;
  // Python and PHP write everything beyond ASCII as escapes; PHP escapes the slash, Go what HTML gives a meaning.
  const ascii = plain.replace(/[\u0080-\uffff]/g, code);
  const html = ascii.replace(/[<>&]/g, code);
  const every = secret.replace(/[^]/g, code);
  const upperOf = (text: string): string => text.replace(/\\u[0-9a-f]{4}/g, (it) => `\\u${it.slice(2).toUpperCase()}`);
  const variants = [plain, ascii, html, every].flatMap((text) => [text, text.replaceAll("/", "\\/")]);
  const twice = variants.slice(0, 2).map((text) => JSON.stringify(text).slice(1, -1));
  return [...variants, ...variants.map(upperOf), ...twice];
}

/** Lists the spellings of encoders of HTML and JSON in other languages, of Python's quote, and of hex. */
function othersOf(secret: string): string[] {
  const hex = Buffer.from(secret, "utf8").toString("hex");
  const component = encodeURIComponent(secret).replaceAll("%2F", "/");
  const strict = component.replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  const html = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const named = html.replaceAll('"', "&quot;");
  const pages = [
    named.replaceAll("'", "&#x27;"),
    html.replaceAll('"', "&#34;").replaceAll("'", "&#39;"),
    named.replaceAll("'", "&#39;").replaceAll("/", "&#x2F;").replaceAll("=", "&#x3D;"),
  ];
  const json = JSON.stringify(secret).slice(1, -1);
  const gson = json.replace(/[<>&='\u2028]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return [hex, hex.toUpperCase(), component, strict, ...pages, gson];
}

/** Lists the base64 of the secret in lines of 76 digits. */
function linesOf(secret: string): string[] {
  const digits = base64Of(secret)[0] ?? "";
  return ["\n", "\r\n"].map((end) => digits.replace(/.{76}(?=.)/g, `$&${end}`));
}

/** Lists the base64 of the secret at each offset, without the digits that its neighbours share. */
function base64Of(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  const pieces = [0, 1, 2].map((offset) => {
    const digits = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    return digits.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  const standard = pieces.filter((piece) => piece.length >= 6);
  return [...standard, ...standard.map((piece) => piece.replaceAll("+", "-").replaceAll("/", "_"))];
}
