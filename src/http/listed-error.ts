import { WebhookError } from "../platform/errors.js";
import type { Logger } from "../platform/logger.js";
import type { Operation } from "./request.js";

/** Lets out no code that the contract does not list for this operation: its clients are written for those. */
export function listedError({ id, errors }: Operation, thrown: unknown, logger: Logger): WebhookError {
  const error = asWebhookError(thrown, logger);
  if (errors.includes(error.code)) return error;
  logger.error("the contract does not list this error for this operation", { op: id, code: error.code });
  return internalError(error);
}

/** Hides an unforeseen error: the client learns nothing of it, the log its name and place without its text. */
function asWebhookError(thrown: unknown, logger: Logger): WebhookError {
  if (thrown instanceof WebhookError) return thrown;
  const { name = "unknown", stack = "" } = thrown instanceof Error ? thrown : {};
  const at = stack
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 4)
    .join("")
    .replace(/\s+/g, " ");
  logger.error("internal error", { name, at });
  return internalError(thrown);
}

function internalError(cause: unknown): WebhookError {
  return new WebhookError("internal_error", "The server could not do this; its log says more.", { cause });
}
