/** A request as it was sent. */
export interface SentRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A webhook's answer, read to its end. */
export class Reply {
  #json: unknown;

  constructor(
    readonly request: SentRequest,
    readonly status: number,
    /** Name and value in turn, as received. */
    readonly rawHeaders: readonly string[],
    readonly body: Uint8Array,
    readonly milliseconds: number,
  ) {}

  get text(): string {
    return new TextDecoder().decode(this.body);
  }

  /** The body as JSON; undefined when it is none. */
  get json(): unknown {
    this.#json ??= parsed(this.text);
    return this.#json;
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
}

/** Only what the object itself holds: a webhook must not be judged by our own prototypes. */
export function ownMember(value: unknown, name: string | number): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
