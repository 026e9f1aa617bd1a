import { answers } from "../../generated/answers.js";
import { errorStatus, operations } from "../../generated/operations.js";
import type { Validator } from "../../generated/validators.js";
import { pathOf, textOf, type Reply } from "./reply.js";

/** A breach of the contract in a response, with the check that reports it. */
export interface Violation {
  readonly check: "contract.answers" | "contract.errors" | "contract.messages";
  readonly problem: string;
  readonly reply: Reply;
}

/**
 * Judges a response by the contract.
 * @param secrets texts that no message may hold
 */
export function judge(reply: Reply, secrets: Iterable<string>): Violation[] {
  const { method } = reply.request;
  const path = pathOf(reply.request);
  // An upstream's response is outside the contract.
  if (method === "HEAD" || method === "OPTIONS" || reply.header("x-upstream-status") !== undefined) return [];
  if (reply.status >= 400) return judgeError(reply, secrets);
  const operation = Object.values(operations).find(
    (candidate) => candidate.path === path && candidate.method === method.toLowerCase(),
  );
  if (!operation || operation.responseType !== "application/json") return [];
  const known = answers as Record<string, Record<string, Validator> | undefined>;
  const validator = known[operation.id]?.[String(reply.status)];
  const problem = validator ? schemaProblem(validator, reply) : `status ${String(reply.status)} is not documented`;
  return problem ? [{ check: "contract.answers", problem: `${operation.id}: ${problem}`, reply }] : [];
}

function schemaProblem(validator: Validator, reply: Reply): string | undefined {
  if (!isJson(reply)) return "the Content-Type is not application/json";
  if (validator(reply.json)) return undefined;
  const { keyword = "", instancePath = "", params = {} } = validator.errors?.[0] ?? {};
  const at = instancePath.split("/").map(plainName).join("/");
  const shown = Object.entries(params).map(([name, value]) => `${name} ${plainValue(value)}`);
  return `${at === "" ? "the body" : at} breaks \`${keyword}\` (${shown.join(", ")})`;
}

/** Shows plain names only, as a webhook may send any; indexes are left out, or one problem would be many. */
function plainName(name: string): string {
  return /^\d+$/.test(name) ? "…" : /^[A-Za-z][A-Za-z_]{0,30}$|^$/.test(name) ? name : "…";
}

function plainValue(value: unknown): string {
  return typeof value === "string" ? plainName(value) : (JSON.stringify(value) ?? "");
}

function judgeError(reply: Reply, secrets: Iterable<string>): Violation[] {
  const problem = errorProblem(reply);
  if (problem) return [{ check: "contract.errors", problem, reply }];
  const message = textOf(reply.at("message"));
  const leak = [...secrets].some((secret) => message.includes(secret))
    ? "repeats what was sent"
    : /(?:^|\s)\/(?:[\w.-]+\/)+|[A-Z]:\\|\bat \S+ \(|node:|\.(?:m?[jt]s|py|go|rs|rb):\d+/.test(message)
      ? "holds a path or a stack"
      : undefined;
  return leak
    ? [{ check: "contract.messages", problem: `The message of ${textOf(reply.at("error"))} ${leak}.`, reply }]
    : [];
}

function errorProblem(reply: Reply): string | undefined {
  const status = String(reply.status);
  if (!isJson(reply)) return `An error ${status} is not application/json.`;
  const body = reply.json;
  const names = typeof body === "object" && body !== null ? Object.keys(body).sort() : [];
  if (names.join() !== "error,message") return `An error ${status} is not exactly {error, message}.`;
  const code = reply.at("error");
  const message = reply.at("message");
  if (typeof code !== "string" || !Object.hasOwn(errorStatus, code))
    return `An error ${status} has a code that the contract does not know.`;
  if (errorStatus[code as keyof typeof errorStatus] !== reply.status) return `${code} came with status ${status}.`;
  return typeof message === "string" && message !== "" ? undefined : `${code} has no message.`;
}

function isJson(reply: Reply): boolean {
  return (reply.header("content-type") ?? "").toLowerCase().startsWith("application/json") && reply.json !== undefined;
}
