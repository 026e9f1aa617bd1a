const inspect = Symbol.for("nodejs.util.inspect.custom");

/** Holds a secret so that no log line, error text or JSON shows it by accident; `reveal()` is the one way out. */
export class Secret<T extends string | Uint8Array = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return "[redacted]";
  }

  toJSON(): string {
    return "[redacted]";
  }

  [inspect](): string {
    return "[redacted]";
  }
}
