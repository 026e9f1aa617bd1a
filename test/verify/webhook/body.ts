import type { IncomingMessage, ServerResponse } from "node:http";
import { invalid, Refusal } from "./refusal.js";
import type { Members, State } from "./state.js";

const tooLarge = (): Refusal => new Refusal("payload_too_large", "The body is larger than it may be.");

/** The raw bytes; a body over its limit is refused as soon as that is known (R9). */
export function readBody(state: State, req: IncomingMessage, res: ServerResponse, limit: number): Promise<Buffer> {
  const declared = Number(req.headers["content-length"] ?? 0);
  if (declared > limit && !state.has("no-body-limit")) {
    req.resume();
    throw tooLarge();
  }
  if (req.headers.expect) res.writeContinue();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    req.on("data", (chunk: Buffer) => {
      size += chunk.length;
      const unlimited = state.has("no-body-limit") || state.has("chunked-body-unlimited");
      if (size <= limit || unlimited) chunks.push(chunk);
      else if (!state.has("chunked-body-read-whole")) reject(tooLarge());
    });
    req.on("end", () =>
      size > limit && chunks.length > 0 && state.has("chunked-body-read-whole")
        ? reject(tooLarge())
        : resolve(Buffer.concat(chunks)),
    );
    req.on("error", reject);
    req.on("close", () => reject(new Error("the request was cut")));
  });
}

/** The body as a JSON object (R10). */
export function parseObject(state: State, bytes: Buffer): Members {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: !state.has("invalid-utf8-taken"), ignoreBOM: true }).decode(bytes);
    if (depthOf(text) > 64 && !state.has("deep-json-taken")) throw new RangeError("too deep");
    value = JSON.parse(text);
  } catch {
    if (state.has("malformed-json-500")) throw new Error("unexpected");
    throw invalid(
      state.has("input-in-messages")
        ? `Not JSON: ${bytes.toString("utf8").slice(0, 200)}`
        : "The body is not JSON in UTF-8.",
    );
  }
  if (!isObject(value)) throw invalid("The body is not a JSON object.");
  if (/\\u[dD][89a-fA-F]/.test(text) && hasLoneSurrogate(value)) throw invalid("The body holds a lone surrogate.");
  return value;
}

/** Counts how deep brackets nest outside of strings, without recursion. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (bracket === "[" || bracket === "{") deepest = Math.max(deepest, ++depth);
    else if (bracket === "]" || bracket === "}") depth--;
  }
  return deepest;
}

function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === "string") return /\p{Surrogate}/u.test(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, member]) => hasLoneSurrogate(name) || hasLoneSurrogate(member));
}

export function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text of a length within bounds, without control characters if it is a name. */
export function text(members: Members, name: string, min: number, max: number, isName = false): string {
  const value = members[name];
  const fits = typeof value === "string" && value.length >= min && value.length <= max;
  // eslint-disable-next-line no-control-regex -- it is what names must not hold
  if (!fits || (isName && /[\u0000-\u001f\u007f]/.test(value)))
    throw invalid(`The member ${name} is not as it must be.`);
  return value;
}

export function optionalText(members: Members, name: string, max: number): string | undefined {
  return members[name] === undefined ? undefined : text(members, name, 0, max);
}

export function serviceOf(members: Members, state?: State): string {
  return text(members, "service", 1, state?.has("long-names-taken") ? 10_000 : 256, true);
}
