import { expect } from "vitest";
import { answers } from "../../generated/answers.js";
import { errorStatus, operations } from "../../generated/operations.js";

/** Every error code that any test of this file got over HTTP. */
export const seenErrorCodes = new Set<string>();

/**
 * Sends a request and holds the answer against the contract: a documented status, a body that its schema allows, and
 * for an error a code of the closed list with that code's status.
 */
export async function checkedFetch(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { redirect: "manual", ...init });
  await checkAnswer(new URL(url).pathname, init.method ?? "GET", response);
  return response;
}

/** @param response is not consumed */
export async function checkAnswer(path: string, method: string, response: Response): Promise<void> {
  const operation = Object.values(operations).find(
    (candidate) => candidate.path === path && candidate.method === method.toLowerCase(),
  );
  // What the upstream answered is not of the contract.
  if (response.headers.has("x-upstream-status") || method === "OPTIONS") return;
  const isError = response.status >= 400;
  if (isError && method !== "HEAD" && !(response.headers.get("content-type") ?? "").startsWith("text/html")) {
    const body = (await response.clone().json()) as { error: keyof typeof errorStatus; message: string };
    expect(Object.keys(body).sort()).toEqual(["error", "message"]);
    expect(errorStatus[body.error]).toBe(response.status);
    expect(body.message).toMatch(/^[A-Z].*\.$/);
    seenErrorCodes.add(body.error);
    return;
  }
  if (!operation || method === "HEAD") return;
  const documented = (answers as Record<string, Record<string, ((value: unknown) => boolean) & { errors?: unknown }>>)[
    operation.id
  ]?.[String(response.status)];
  if (!(response.headers.get("content-type") ?? "").startsWith("application/json")) return;
  expect(documented, `${operation.id} answered ${String(response.status)}, which is not documented`).toBeDefined();
  const body: unknown = await response.clone().json();
  expect(documented?.(body), `${operation.id}: ${JSON.stringify(documented?.errors)} in ${JSON.stringify(body)}`).toBe(
    true,
  );
}
