export type Members = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly body: Members | Buffer | string | undefined;
  readonly headers: Record<string, string>;
}

/** An answer's place, for a fault that alters it. */
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: Members;
}

export type Alter = (answer: Answer, asked: Asked) => Answer;

export interface Store {
  readonly secret: Buffer;
  readonly key: Buffer;
  readonly codes: Map<string, boolean>;
  readonly seenIds: Set<string>;
  readonly seenNonces: Set<string>;
  readonly collections: Record<string, Record<string, Members>>;
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
