import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { Validator } from "../../generated/validators.js";
import { isRecord, losesNumber } from "../platform/encoding.js";
import { WebhookError } from "../platform/errors.js";
import { ownTurn } from "../platform/turns.js";
import type { OpenLimit } from "./limits.js";
import type { Exchange, HttpContext, Operation } from "./request.js";
import { violationSentence } from "./violation.js";

/** Deeper than any message of the protocol, and shallow enough for every recursive walk. */
const maxJsonDepth = 64;
/** Of members and elements, before a right is shown; far more than a credential has. */
const maxUnprovenValues = 2_000;

const [quote, comma, backslash, openingBracket, closingBracket, openingBrace, closingBrace] = Buffer.from('",\\[]{}');
const noBytes = new Uint8Array();
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The memory that all bodies together take while they are received. */
const maxBytesInFlight = 128 * 1024 * 1024;
let bytesInFlight = 0;

/**
 * Bodies that are parsed before a right is shown, since it stands in them, until their requests are refused or done.
 * Each costs a few times its length in memory and, a mebibyte, some milliseconds.
 */
const maxUnprovenBytes = 16 * 1024 * 1024;
/** A longer one is parsed in a turn of the event loop of its own. */
const longUnprovenBytes = 64 * 1024;
let unprovenBytes = 0;

/** In each such time a body has to come to its end or to grow by so much: nobody has shown a right yet. */
const patienceMs = 10_000;
const minBytesInPatience = 128 * 1024;

/** A body may come in so many pieces, whatever their length, and in one more for so many of its bytes. */
const maxShortPieces = 1_024;
const bytesOfPiece = 64;

/**
 * Bounds the pieces of a chunked body, whether it is read, waits or is thrown away: each costs as much time as a packet
 * and, while it waits, hundreds of bytes. No event of a stream tells of a piece without asking for all of them.
 * @param refuse called once; what comes after is dropped
 */
export function limitPieces(request: IncomingMessage, response: ServerResponse, refuse: () => void): void {
  if (request.headers["transfer-encoding"] === undefined) return;
  // Node throws away, uncounted, the body of a request that nobody has begun to read when the response is finished.
  request.read(0);
  response.once("finish", () => request.resume());
  const push = request.push.bind(request);
  let pieces = 0;
  let bytes = 0;
  let isRefused = false;
  request.push = (piece: Uint8Array | null, encoding) => {
    pieces += 1;
    bytes += piece?.length ?? 0;
    if (isRefused) return true;
    if (piece === null || pieces <= maxShortPieces + bytes / bytesOfPiece) return push(piece, encoding);
    isRefused = true;
    refuse();
    return false;
  };
}

/**
 * Reads the body's bytes, as they came. What announces itself as longer than `maxBytes` is refused before it is read.
 * @param bodies counts those that are on their way from the address
 * @throws WebhookError payload_too_large, rate_limited while too many bodies are received, and invalid_request for a body
 * that the client cut off or sends too slowly
 */
export async function readBody(
  c: HttpContext,
  maxBytes: number,
  bodies: OpenLimit,
  address: string,
): Promise<Uint8Array> {
  const announced = c.req.header("content-length");
  if (announced !== undefined && !(Number(announced) <= maxBytes)) throw tooLarge();
  if (announced === undefined && c.req.header("transfer-encoding") === undefined) return noBytes;
  if (!bodies.begin(address)) throw tooMany();
  const { incoming, outgoing } = c.env;
  // HTTP/1.0 knows no 100 (RFC 9110, section 10.1.1).
  if (incoming?.headers.expect !== undefined && incoming.httpVersion !== "1.0") outgoing?.writeContinue();
  const source = incoming ?? Readable.from((c.req.raw.body as AsyncIterable<Uint8Array> | null) ?? []);
  const body = new GrowingBytes(maxBytes);
  try {
    await receive(source, body);
    return body.bytes;
  } finally {
    body.release();
    bodies.end(address);
  }
}

/** Listens to the stream, since an iterator costs more than all else of a small body. Throws away what is refused. */
function receive(source: Readable, body: GrowingBytes): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearInterval(patience);
      source.off("data", take).off("end", end).off("close", cutOff);
    };
    const refuse = (refusal: WebhookError): void => {
      stop();
      // A paused stream would keep each piece.
      source.resume();
      reject(refusal);
    };
    const take = (chunk: Uint8Array): void => {
      const refusal = body.add(chunk);
      if (refusal) refuse(refusal);
    };
    const end = (): void => {
      stop();
      resolve();
    };
    const cutOff = (cause?: unknown): void => {
      refuse(new WebhookError("invalid_request", "The body was cut off.", { cause }));
    };
    let expectedBytes = 0;
    const patience = setInterval(() => {
      expectedBytes += minBytesInPatience;
      if (body.bytes.length < expectedBytes) refuse(new WebhookError("invalid_request", "The body came too slowly."));
    }, patienceMs);
    // The listener for errors stays: without one an error would end the process.
    source.on("data", take).on("end", end).on("close", cutOff).on("error", cutOff);
    // One that is gone already says so no more.
    if (source.destroyed) cutOff();
  });
}

/** Copies chunks together, since one that is kept holds the whole piece of memory that it was read into. */
class GrowingBytes {
  #memory: Uint8Array = noBytes;
  #length = 0;

  constructor(private readonly maxBytes: number) {}

  get bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#length);
  }

  /** Adds a chunk, or returns why not. */
  add(chunk: Uint8Array): WebhookError | undefined {
    const length = this.#length + chunk.length;
    if (length > this.maxBytes) return tooLarge();
    if (length > this.#memory.length) {
      const capacity = Math.max(length, Math.min(2 * this.#memory.length, this.maxBytes));
      // Beside the memory that it has, until that is copied.
      if (bytesInFlight + capacity > maxBytesInFlight) return tooMany();
      bytesInFlight += capacity - this.#memory.length;
      const grown = Buffer.allocUnsafe(capacity);
      grown.set(this.bytes);
      this.#memory = grown;
    }
    this.#memory.set(chunk, this.#length);
    this.#length = length;
    return undefined;
  }

  release(): void {
    bytesInFlight -= this.#memory.length;
  }
}

/** The parsed body, made once and kept on the exchange; of a signed request it is read before it may be refused. */
export function parseBody(exchange: Exchange, rawBody: Uint8Array): NonNullable<Exchange["body"]> {
  if (exchange.body) return exchange.body;
  try {
    exchange.body = { value: parseAs(exchange.operation, rawBody) };
  } catch (error) {
    exchange.body = { error };
  }
  return exchange.body;
}

function parseAs({ bodyType, bodyRequired }: Operation, rawBody: Uint8Array): unknown {
  if (bodyType === null || (rawBody.length === 0 && !bodyRequired)) return undefined;
  if (bodyType === "application/json") return parseJson(rawBody);
  if (bodyType !== "application/x-www-form-urlencoded") return rawBody;
  return Object.fromEntries(new URLSearchParams(Buffer.from(rawBody).toString("utf8")));
}

/** @throws WebhookError rate_limited while too many are kept, and invalid_request for what costs too much to parse */
export async function admitUnproven(exchange: Exchange, rawBody: Uint8Array): Promise<void> {
  if (unprovenBytes + rawBody.length > maxUnprovenBytes) throw tooMany();
  unprovenBytes += rawBody.length;
  exchange.unprovenBytes = rawBody.length;
  if (rawBody.length > longUnprovenBytes) await ownTurn();
  requireCheapJson(rawBody);
}

export function releaseUnproven(exchange: Exchange): void {
  unprovenBytes -= exchange.unprovenBytes ?? 0;
}

/**
 * Refuses JSON that would cost much more to parse than to look at once: in a mebibyte is room for half a million empty
 * lists.
 */
function requireCheapJson(bytes: Uint8Array): void {
  let values = 0;
  let depth = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === quote) index = endOfString(bytes, index + 1);
    else if (byte === comma) values += 1;
    else if (byte === closingBracket || byte === closingBrace) depth -= 1;
    else if (byte === openingBracket || byte === openingBrace) {
      values += 1;
      depth += 1;
      if (depth > maxJsonDepth) throw tooDeep();
    }
    if (values > maxUnprovenValues) throw new WebhookError("invalid_request", "The body has too many members.");
  }
}

/** Finds the quote that ends a string, or the end of the bytes. */
function endOfString(bytes: Uint8Array, start: number): number {
  let index = start;
  while (index < bytes.length && bytes[index] !== quote) index += bytes[index] === backslash ? 2 : 1;
  return index;
}

/**
 * @throws WebhookError invalid_request for what is not UTF-8, not JSON, too deep, or could not be given back as it came:
 * half a surrogate pair and, in what is to be kept, a number that is no double
 */
function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw new WebhookError("invalid_request", "The body is not JSON in UTF-8.");
  }
  requirePlain(value);
  if (isRecord(value) && (value["data"] ?? value["tokenData"]) !== undefined && losesNumber(text))
    throw new WebhookError("invalid_request", "A number of the body would come back as another; send it as a text.");
  return value;
}

/** Walks without recursion, since the depth is what is in question. Member names count as texts. */
function requirePlain(root: unknown): void {
  const values: unknown[] = [root];
  const depths: number[] = [1];
  while (values.length > 0) {
    const value = values.pop();
    const depth = depths.pop() ?? 0;
    if (typeof value === "string") requireWellFormed(value);
    if (typeof value !== "object" || value === null) continue;
    if (depth > maxJsonDepth) throw tooDeep();
    const isList = Array.isArray(value);
    for (const name of isList ? [] : Object.keys(value)) requireWellFormed(name);
    for (const member of isList ? (value as unknown[]) : Object.values(value)) {
      values.push(member);
      depths.push(depth + 1);
    }
  }
}

function requireWellFormed(text: string): void {
  if (text.isWellFormed()) return;
  throw new WebhookError("invalid_request", "The body holds a text that is not well-formed Unicode.");
}

function tooDeep(): WebhookError {
  return new WebhookError("invalid_request", "The body is nested too deeply.");
}

function tooMany(): WebhookError {
  return new WebhookError("rate_limited", "Too many bodies are being received; try again.", { retryAfterSeconds: 1 });
}

function tooLarge(): WebhookError {
  return new WebhookError("payload_too_large", "The body is larger than this operation takes.");
}

/** Refuses what a validator finds. @throws WebhookError invalid_request */
export function requireValid(validator: Validator, value: unknown): void {
  if (validator(value)) return;
  const [error] = validator.errors ?? [];
  throw new WebhookError(
    "invalid_request",
    error ? violationSentence(error) : "The request does not fit the contract.",
  );
}
