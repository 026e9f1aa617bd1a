import { answers } from "../../generated/answers.js";
import { errorStatus, operations } from "../../generated/operations.js";
import type { Validator } from "../../generated/validators.js";
import { answerProblems, type AnswerProblemKind } from "./answer-problems.js";
import { parsed, pathOf, textOf, type Reply } from "./reply.js";

/** The checks that report what is wrong in any response of the run. */
export type ContractCheck =
  | "contract.answers"
  | "contract.answer-forms"
  | "contract.unknown-members"
  | "contract.errors"
  | "contract.error-codes"
  | "contract.error-bodies"
  | "contract.messages"
  | "contract.quoted-input"
  | "contract.shared-secret";

/** A breach of the contract in a response, with the check that reports it. */
export interface Violation {
  readonly check: ContractCheck;
  readonly problem: string;
  readonly reply: Reply;
}

/** The texts that answers are searched for. */
export interface SearchedTexts {
  /** Credentials and tickets of the run. */
  readonly secrets: Iterable<string>;
  /** Other texts that were sent. */
  readonly sent: Iterable<string>;
  /** The shared secrets, which only an exchange answers. */
  readonly sharedSecrets: Iterable<string>;
}

/** Token Vault reads the bodies of these refusals; a 404 or 405 may be of a framework in its own words. */
const readStatuses = [400, 401, 403, 409, 410];
const checkOf: Readonly<Record<AnswerProblemKind, ContractCheck>> = {
  shape: "contract.answers",
  form: "contract.answer-forms",
  unknown: "contract.unknown-members",
};

/** Judges a response by the contract. */
export function judge(reply: Reply, texts: SearchedTexts): Violation[] {
  const { method } = reply.request;
  const path = pathOf(reply.request);
  // An upstream's response is outside the contract.
  if (method === "HEAD" || method === "OPTIONS" || reply.header("x-upstream-status") !== undefined) return [];
  const violation = (check: ContractCheck, problem: string): Violation => ({ check, problem, reply });
  const leaks = path === "/v1/exchange" ? [] : [...texts.sharedSecrets].filter((secret) => reply.text.includes(secret));
  const leaked = leaks.length > 0 ? [violation("contract.shared-secret", `${path} shows the shared secret.`)] : [];
  if (reply.status >= 400) return [...leaked, ...judgeError(reply, texts, violation)];
  const operation = Object.values(operations).find(
    (candidate) => candidate.path === path && candidate.method === method.toLowerCase(),
  );
  if (!operation || operation.responseType !== "application/json") return leaked;
  // The answer to a malformed request that is not refused is another check's matter.
  if (reply.request.body.length > 0 && operation.body?.(parsed(new TextDecoder().decode(reply.request.body))) === false)
    return leaked;
  const known = answers as Readonly<Record<string, Readonly<Record<string, Validator>> | undefined>>;
  const validator = known[operation.id]?.[String(reply.status)];
  const problems = !validator
    ? [violation("contract.answers", `${operation.id}: status ${String(reply.status)} is not documented`)]
    : !isJson(reply)
      ? [violation("contract.answers", `${operation.id}: the Content-Type is not application/json`)]
      : answerProblems(validator, reply.json).map(({ kind, problem }) =>
          violation(checkOf[kind], `${operation.id}: ${problem}`),
        );
  return [...leaked, ...problems];
}

function judgeError(
  reply: Reply,
  { secrets, sent }: SearchedTexts,
  violation: (check: ContractCheck, problem: string) => Violation,
): Violation[] {
  const status = String(reply.status);
  const found: Violation[] = [];
  const isRead = readStatuses.includes(reply.status) && pathOf(reply.request).startsWith("/v1/");
  const bodyCheck = isRead ? "contract.errors" : "contract.error-bodies";
  const code = reply.at("error");
  const message = textOf(reply.at("message"));
  if (!isJson(reply)) return [violation(bodyCheck, `An error ${status} is not application/json.`)];
  if (typeof code !== "string" || message === "")
    found.push(violation(bodyCheck, `An error ${status} lacks an error code or a message.`));
  const names = typeof reply.json === "object" && reply.json !== null ? Object.keys(reply.json) : [];
  if (names.some((name) => name !== "error" && name !== "message"))
    found.push(violation("contract.unknown-members", `An error ${status} has more members than error and message.`));
  if (typeof code === "string") {
    const known = Object.hasOwn(errorStatus, code) ? errorStatus[code as keyof typeof errorStatus] : undefined;
    if (known === undefined)
      found.push(violation("contract.error-codes", `An error ${status} has a code that the contract does not know.`));
    else if (known !== reply.status) found.push(violation("contract.errors", `${code} came with status ${status}.`));
  }
  const shown = typeof code === "string" && Object.hasOwn(errorStatus, code) ? code : status;
  const holds = (texts: Iterable<string>): boolean => [...texts].some((text) => message.includes(text));
  if (holds(secrets)) found.push(violation("contract.messages", `The message of ${shown} repeats a secret.`));
  if (isInternal(message))
    found.push(violation("contract.messages", `The message of ${shown} holds a path or a stack.`));
  if (holds(sent)) found.push(violation("contract.quoted-input", `The message of ${shown} repeats what was sent.`));
  return found;
}

function isInternal(message: string): boolean {
  return /(?:^|\s)\/(?!v1\/)(?:[\w.-]+\/)+|[A-Z]:\\|\bat \S+ \(|node:|\.(?:m?[jt]s|py|go|rs|rb):\d+/.test(message);
}

function isJson(reply: Reply): boolean {
  return (reply.header("content-type") ?? "").toLowerCase().startsWith("application/json") && reply.json !== undefined;
}
