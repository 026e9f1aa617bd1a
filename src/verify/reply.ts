/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** A request as it was sent. */
export interface SentRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Of the whole body, where only its beginning was kept. */
  readonly bodyLength?: number;
}

/** Of a body, for reports. */
const maxKeptBytes = 4096;
/** Deeper than any answer; beyond it recursion may end in a stack that is too small. */
const maxLevels = 200;
/** The header has whole seconds. */
const dateResolutionMs = 2000;

/** A webhook's answer, read to its end. */
export class Reply {
  #parsed: { readonly value: unknown } | undefined;

  constructor(
    readonly request: SentRequest,
    readonly status: number,
    /** Name and value in turn, as received. */
    readonly rawHeaders: readonly string[],
    readonly body: Uint8Array,
    readonly milliseconds: number,
    /** Of the whole body, where only its beginning was kept. */
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

  /** The member at a path of names and indexes; undefined when there is none. */
  at(...path: readonly (string | number)[]): unknown {
    return path.reduce<unknown>(ownMember, this.json);
  }

  /** The values of a header, in order. */
  headers(name: string): string[] {
    return this.rawHeaders.flatMap((value, index) =>
      index % 2 === 1 && this.rawHeaders[index - 1]?.toLowerCase() === name ? [value] : [],
    );
  }

  header(name: string): string | undefined {
    return this.headers(name)[0];
  }

  /** As much of it as is kept until the report. */
  excerpt(): Reply {
    const { request, status, rawHeaders, body, milliseconds, bodyLength } = this;
    return new Reply(requestExcerpt(request), status, rawHeaders, beginning(body), milliseconds, bodyLength);
  }
}

/** As much of a request as is kept until the report. */
export function requestExcerpt(request: SentRequest): SentRequest {
  const { body, bodyLength = body.length } = request;
  return { ...request, body: beginning(body), bodyLength };
}

/** How far the webhook's clock is ahead of this one, by the answer's Date; 0 where that says nothing. */
export function skewMsOf(reply: Reply): number {
  const skewMs = Date.parse(reply.header("date") ?? "") - Date.now();
  return Math.abs(skewMs) > dateResolutionMs ? skewMs : 0;
}

export function pathOf({ target }: Pick<SentRequest, "target">): string {
  return target.replace(/\?.*/s, "");
}

/** Only what the object itself holds: a webhook must not be judged by our own prototypes. */
export function ownMember(value: unknown, name: string | number): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** Empty for what is no text: an object's own toString may be anything. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** NaN for what is no number. */
export function numberOf(value: unknown): number {
  return typeof value === "number" ? value : NaN;
}

/** The value of JSON that is not too deep, else undefined. */
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

/** A copy, so that the whole can be forgotten. */
function beginning(body: Uint8Array): Uint8Array {
  return body.length > maxKeptBytes ? body.slice(0, maxKeptBytes) : body;
}
