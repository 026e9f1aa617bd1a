/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** A request as it was sent. */
export interface SentRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The length of the whole body, of which only the beginning may be kept. */
  readonly bodyLength?: number;
}

/** Reports show no more of a body. */
const maxKeptBytes = 4096;
/** No response is deeper; recursion beyond it may exhaust the stack. */
const maxLevels = 200;
/** The Date header has whole seconds. */
const dateResolutionMs = 2000;

/** A webhook's response, read to its end. */
export class Reply {
  #parsed: { readonly value: unknown } | undefined;

  constructor(
    readonly request: SentRequest,
    readonly status: number,
    /** Name and value in turn, as received. */
    readonly rawHeaders: readonly string[],
    readonly body: Uint8Array,
    readonly milliseconds: number,
    /** The length of the whole body, of which only the beginning may be kept. */
    readonly bodyLength: number = body.length,
  ) {}

  get text(): string {
    return new TextDecoder().decode(this.body);
  }

  /** The body as JSON; undefined when it is none. */
  get json(): unknown {
    this.#parsed ??= { value: parsed(this.text) };
    return this.#parsed.value;
  }

  /** Returns the property at a path of names and indexes; undefined when there is none. */
  at(...path: readonly (string | number)[]): unknown {
    return path.reduce<unknown>(ownProperty, this.json);
  }

  /** Returns the values of a header, in order. */
  headers(name: string): string[] {
    return this.rawHeaders.flatMap((value, index) =>
      index % 2 === 1 && this.rawHeaders[index - 1]?.toLowerCase() === name ? [value] : [],
    );
  }

  header(name: string): string | undefined {
    return this.headers(name)[0];
  }

  /** Returns a copy with as much of the body as reports need. */
  excerpt(): Reply {
    const { request, status, rawHeaders, body, milliseconds, bodyLength } = this;
    return new Reply(requestExcerpt(request), status, rawHeaders, beginning(body), milliseconds, bodyLength);
  }
}

/** Returns a copy with as much of the body as reports need. */
export function requestExcerpt(request: SentRequest): SentRequest {
  const { body, bodyLength = body.length } = request;
  return { ...request, body: beginning(body), bodyLength };
}

/** Returns by how much the webhook's clock is ahead of this one, by the response's Date; 0 when that says nothing. */
export function skewMsOf(reply: Reply): number {
  const skewMs = Date.parse(reply.header("date") ?? "") - Date.now();
  return Math.abs(skewMs) > dateResolutionMs ? skewMs : 0;
}

export function pathOf({ target }: Pick<SentRequest, "target">): string {
  return target.replace(/\?.*/s, "");
}

/** Reads own properties only: a webhook must not be judged by our prototypes. */
export function ownProperty(value: unknown, name: string | number): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** Returns "" for a value that is no text: an object's own toString may be anything. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Returns NaN for a value that is no number. */
export function numberOf(value: unknown): number {
  return typeof value === "number" ? value : NaN;
}

/** Parses JSON that is not too deep; undefined for anything else. */
export function parsed(text: string): unknown {
  try {
    return isTooDeep(text) ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function isTooDeep(text: string): boolean {
  let levels = 0;
  let isInText = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isInText && character === "\\") index += 1;
    else if (character === '"') isInText = !isInText;
    else if (isInText) continue;
    else if (character === "[" || character === "{") levels += 1;
    else if (character === "]" || character === "}") levels -= 1;
    if (levels > maxLevels) return true;
  }
  return false;
}

/** Copies, so that the whole body can be collected. */
function beginning(body: Uint8Array): Uint8Array {
  return body.length > maxKeptBytes ? body.slice(0, maxKeptBytes) : body;
}
