import { Duplex, PassThrough, pipeline, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";

/** One encoding over another is unusual already; each costs memory. */
const maxEncodings = 2;
/** Some servers say gzip of what they did not compress, which does not begin as gzip does (RFC 1952, section 2.3.1). */
const gunzip = (first: Buffer): Transform => (first[0] === 0x1f ? createGunzip() : new PassThrough());
/** Decoders by encoding, made when the first bytes are there. */
const decoders = new Map<string, (first: Buffer) => Transform>([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  // Some servers send it without the header of zlib, whose first byte ends in 8 (RFC 1950, section 2.2).
  ["deflate", (first: Buffer) => (((first[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw())],
  ["br", () => createBrotliDecompress()],
]);
/** Words that some servers give for an encoding, and that compress nothing; in the last ones echoes are known. */
const noEncodings: ReadonlySet<string> = new Set([
  ...["", "*", "identity", "none", "null", "undefined", "no", "off", "false", "default", "raw", "plain"],
  ...["text", "html", "json", "xml", "binary", "7bit", "8bit", "chunked", "aws-chunked", "base64", "quoted-printable"],
]);

/**
 * Gives the decoders for the entries of Content-Encoding, in lower case, the last applied first; undefined when one is not
 * known.
 */
export function decodersFor(entries: readonly string[]): Duplex[] | undefined {
  const encodings = entries.map(withoutParameters).filter((word) => !isNoEncoding(word));
  if (encodings.length > maxEncodings) return undefined;
  const made = encodings.reverse().map((encoding) => decoders.get(encoding));
  return made.every((make) => make !== undefined) ? made.map(decodingBy) : undefined;
}

/** Takes off the quotes and parameters that belong to other headers, as in `gzip;q=1.0` and `charset=utf-8`. */
function withoutParameters(entry: string): string {
  return /^["'\s]*(?:charset\s*=)?["'\s]*([^"'\s;]*)/.exec(entry)?.[1] ?? "";
}

/** Tells that a word encodes nothing, as the name of a charset or a media type does. */
function isNoEncoding(word: string): boolean {
  if (noEncodings.has(word) || word.includes("/")) return true;
  try {
    return new TextDecoder(word).encoding !== "";
  } catch {
    return false;
  }
}

/** Decodes what comes; where nothing does, nothing is to be decoded. */
function decodingBy(make: (first: Buffer) => Transform): Duplex {
  return Duplex.from(async function* (source: AsyncIterable<Buffer>) {
    const pieces = source[Symbol.asyncIterator]();
    const first = await pieces.next();
    if (first.done) return;
    const rest = async function* (): AsyncGenerator<Buffer> {
      for (let next: IteratorResult<Buffer, unknown> = first; !next.done; next = await pieces.next()) yield next.value;
    };
    yield* pipeline(rest, make(first.value), () => undefined) as AsyncIterable<Buffer>;
  });
}
