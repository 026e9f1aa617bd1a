const utf8 = new TextEncoder();

/** Encodes as UTF-8. */
export function toUtf8(text: string): Uint8Array<ArrayBuffer> {
  return utf8.encode(text);
}

/** Decodes lower-case hex; undefined when it is anything else. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  return text.length % 2 === 0 && /^[0-9a-f]*$/.test(text) ? Buffer.from(text, "hex") : undefined;
}

/** Encodes as lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  return asBuffer(bytes).toString("hex");
}

/** Decodes padded base64 (RFC 4648, section 4); undefined when it is anything else. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? new Uint8Array(bytes) : undefined;
}

/** Encodes as padded base64 (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  return asBuffer(bytes).toString("base64");
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Tells a JSON object from arrays, null and scalars. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Gives a text; undefined when it is anything else. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Parses JSON; undefined when the text is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Parses a JSON object; undefined when the text is none. */
export function parseJsonObject(text: string): Record<string, unknown> | undefined {
  const value = parseJson(text);
  return isRecord(value) ? value : undefined;
}

/** Behind what may stand before a number, one of many digits or with an exponent; in most JSON there is none. */
const longNumber = /[[:,\s]-?(?:\d[\d.]{15}|\d[\d.]*e)/i;
const textOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|\d[\d.]*(?:e[-+]?\d+)?/gi;

/** Tells well-formed JSON in which a number stands that would come back as another, since JSON.parse makes a double of it. */
export function losesNumber(json: string): boolean {
  if (!longNumber.test(json)) return false;
  return json.match(textOrNumber)?.some((part) => !part.startsWith('"') && !isDouble(part)) ?? false;
}

/** Tells a number that has the same value when it was a double in between. */
function isDouble(number: string): boolean {
  return decimal(number) === decimal(String(Number(number)));
}

/** Writes a number without a sign as its digits and their power of ten, the same for the same value. */
function decimal(number: string): string {
  const [mantissa = "", exponent = "0"] = number.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = (whole + fraction).replace(/^0+/, "");
  // A regular expression that ends in `0+$` would look at every run of zeros many times.
  let length = digits.length;
  while (digits[length - 1] === "0") length -= 1;
  const power = Number(exponent) - fraction.length + digits.length - length;
  return length === 0 ? "0" : `${digits.slice(0, length)}e${String(power)}`;
}

type Defined<T> = { [Name in keyof T as undefined extends T[Name] ? never : Name]: T[Name] } & {
  [Name in keyof T as undefined extends T[Name] ? Name : never]?: Exclude<T[Name], undefined>;
};

/** Leaves out the properties that are undefined, as JSON does. */
export function withoutUndefined<T extends object>(properties: T): Defined<T> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** Joins the JSON texts of two objects, of which neither is empty, to that of one. */
export function joinJson(first: string, second: string): string {
  return `${first.slice(0, -1)},${second.slice(1)}`;
}

/** Prints a CRC-32 as 8 lower-case hex digits. */
export function checksumText(checksum: number): string {
  return checksum.toString(16).padStart(8, "0");
}

/** The encoding that a byte order mark names; PowerShell writes UTF-16 into files and pipes. */
function markedEncoding([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

/** Decodes a file as text without its byte order mark; undefined for what is none in this encoding. */
export function decodeText(bytes: Uint8Array, encoding = markedEncoding(bytes)): string | undefined {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    // UTF-16 without its mark has zeros.
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}
