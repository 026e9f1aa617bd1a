import { errorStatus, type ErrorCode } from "../../generated/operations.js";

export type { ErrorCode };

/**
 * The one way to refuse a request. `code` is of the contract's closed list; `message` is a plain sentence that
 * holds no secret, no path, no input and no library's text, since it is sent as it stands.
 */
export class WebhookError extends Error {
  override readonly name = "WebhookError";
  readonly status: number;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly options: { readonly retryAfterSeconds?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.status = errorStatus[code];
  }
}

/** Refuses the start, with this sentence and exit code 2: nothing that can be mended while running. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** The code that the system, or a library, gave an error: "ENOENT". */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** Names the path in an error; of a file that is open the system does not. */
export function withPath(path: string, error: unknown): unknown {
  return error instanceof Error ? Object.assign(error, { path }) : error;
}
