import { expect } from "vitest";
import { answerForms, type AnswerForm } from "../../generated/answer-forms.js";
import { answers } from "../../generated/answers.js";
import { operations, unroutedErrors, type ErrorCode, type OperationDefinition } from "../../generated/operations.js";
import { errorStatuses } from "./error-status.js";

/** Every error code that any test of this file got over HTTP, by operation: "getCredential ticket_expired". */
export const seenErrors = new Set<string>();

type BodyValidator = ((value: unknown) => boolean) & { readonly errors?: unknown };

/** Sends a request and holds the answer against the contract. */
export async function checkedFetch(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { redirect: "manual", ...init });
  await checkAnswer(new URL(url).pathname, init.method ?? "GET", response);
  return response;
}

/**
 * Holds an answer against the contract: its status, headers, type and body and, of an error, a code that its operation may
 * answer, with that code's status.
 * @param response is not consumed
 */
export async function checkAnswer(path: string, method: string, response: Response): Promise<void> {
  if (method === "OPTIONS") return;
  const operation = (Object.values(operations) as OperationDefinition[]).find(
    (candidate) => candidate.path === path && candidate.method === method.toLowerCase(),
  );
  // The upstream's answer is not of the contract, but for the header that says so.
  const isUpstreams = operation?.id === "proxyRequest" && response.headers.has("x-upstream-status");
  const status = isUpstreams ? "200" : documentedStatus(operation, response.status);
  const form = operation && formsOf(operation.id)[status];
  if (operation)
    expect(form, `${operation.id} answered ${String(response.status)}, which is not documented`).toBeDefined();
  if (form) expect(headerProblems(form, response.headers), `${operation.id} ${status}`).toEqual([]);
  if (isUpstreams || method === "HEAD") return;
  const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
  // An answer without a body has no type.
  if (form) expect([...form.types, ...(form.types.length === 0 ? [""] : [])], operation.id).toContain(type);
  if (type !== "application/json") return;
  const body: unknown = await response.clone().json();
  if (response.status >= 400) expectError(operation, response.status, body);
  if (!operation) return;
  const validate = (answers as Record<string, Record<string, BodyValidator>>)[operation.id]?.[status];
  expect(validate?.(body), `${operation.id}: ${JSON.stringify(validate?.errors)} in ${JSON.stringify(body)}`).toBe(
    true,
  );
}

function formsOf(id: string): Readonly<Record<string, AnswerForm>> {
  return (answerForms as Record<string, Readonly<Record<string, AnswerForm>>>)[id] ?? {};
}

/** The status as the contract writes it: itself, or its class. */
function documentedStatus(operation: OperationDefinition | undefined, status: number): string {
  const exact = String(status);
  return operation && exact in formsOf(operation.id) ? exact : `${exact.slice(0, 1)}XX`;
}

/** The headers of an answer that are not as the contract says. */
export function headerProblems({ headers }: AnswerForm, given: Headers): string[] {
  return Object.entries(headers).flatMap(([name, { required, validate }]) => {
    const value = given.get(name);
    if (value === null) return required ? [`${name} is missing`] : [];
    return validate(value) ? [] : [`${name} is ${value}`];
  });
}

function expectError(operation: OperationDefinition | undefined, status: number, body: unknown): void {
  const { error, message, ...more } = body as { error: ErrorCode; message: string };
  expect(more).toEqual({});
  expect(errorStatuses[error], error).toBe(status);
  expect(message).toMatch(/^[A-Z].*\.$/);
  expect(operation?.errors ?? unroutedErrors, operation?.id).toContain(error);
  if (operation) seenErrors.add(`${operation.id} ${error}`);
}
