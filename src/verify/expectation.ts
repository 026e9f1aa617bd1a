import { isDeepStrictEqual } from "node:util";
import { errorStatus, type ErrorCode } from "../../generated/operations.js";
import { CheckFailure } from "./check-errors.js";
import { report } from "./collected-failures.js";
import { ownProperty, type Json, type Reply } from "./reply.js";
import { shownForeign, type IsOwn } from "./shown-value.js";

/** Keys and texts of a run begin so. */
const ownForm = /verify-[0-9a-f]{8}-/;

/** @throws CheckFailure unless the response has the status; returns it */
export function succeeded(reply: Reply, status = 200): Reply {
  if (reply.status === status) return reply;
  throw new CheckFailure(`Expected status ${String(status)}, got ${statusOf(reply)}.`, { reply });
}

/** Reports a response that is not this error with its status; a code of the webhook's own is another check's matter. */
export function refused(reply: Reply, ...codes: readonly [ErrorCode, ...ErrorCode[]]): Reply {
  refusedCase("", reply, ...codes);
  return reply;
}

/** Expects what `refused` does; the failure names the case. */
export function refusedCase(what: string, reply: Reply, ...codes: readonly [ErrorCode, ...ErrorCode[]]): void {
  const given = reply.at("error");
  const isForeign = typeof given !== "string" || !Object.hasOwn(errorStatus, given);
  if (codes.some((code) => reply.status === errorStatus[code] && (given === code || isForeign))) return;
  const expected = codes.map((code) => `${String(errorStatus[code])} ${code}`).join(" or ");
  report(new CheckFailure(`${inCase(what)}Expected ${expected}, got ${statusOf(reply)}.`, { reply }));
}

/** Reports a request that was let through, whatever the refusal of the others is. */
export function notServed(what: string, reply: Reply): void {
  // A request that was let through may end in an error of its own subject.
  const isRefused = [400, 401, 403, 405, 413, 422, 429].includes(reply.status) || reply.status >= 500;
  if (!isRefused) report(new CheckFailure(`${inCase(what)}It was let through, with ${statusOf(reply)}.`, { reply }));
}

/** Reports what `succeeded` would throw, with the case. */
export function succeededCase(what: string, reply: Reply): Reply {
  if (reply.status !== 200)
    report(new CheckFailure(`${inCase(what)}Expected status 200, got ${statusOf(reply)}.`, { reply }));
  return reply;
}

function inCase(what: string): string {
  return what === "" ? "" : `${what}: `;
}

/**
 * Reports values that are not deeply equal.
 * @param what names the value, to begin a sentence
 * @param expected what the check itself wants, for it is shown as it is
 */
export function same(what: string, actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) {
    report(new CheckFailure(`${what} should be ${shown(expected)} and is ${shownBeside(expected, actual)}.`));
  }
}

/** Reports what is wrong when the condition does not hold; the check goes on. @param problem a sentence */
export function expects(condition: boolean, problem: string): void {
  if (!condition) report(new CheckFailure(problem));
}

/** Ends the check when what the rest of it needs does not hold. @param problem a sentence. @throws CheckFailure */
export function holds(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new CheckFailure(problem);
}

/** Returns the items of a list. @throws CheckFailure when the response holds none */
export function itemsOf(reply: Reply): readonly unknown[] {
  const items = reply.at("items");
  holds(Array.isArray(items), "items is no list.");
  return items;
}

/** Reports each of these properties that `actual` has not; others may stand beside them. */
export function expectProperties(what: string, actual: unknown, expected: Json): void {
  for (const [name, value] of Object.entries(expected)) same(`${name} in ${what}`, ownProperty(actual, name), value);
}

/** Expects one of parallel requests to have succeeded, and the others to be refused so. */
export function oneSucceeded(replies: readonly Reply[], code: ErrorCode): void {
  const passed = replies.filter(({ status }) => status === 200);
  expects(
    passed.length === 1,
    `Of ${String(replies.length)} at once ${String(passed.length)} succeeded; one should have.`,
  );
  for (const reply of replies) if (reply.status !== 200) refused(reply, code);
}

/** Shows a value without texts that may be the owner's, since a faulty webhook may send anything. */
export function seen(value: unknown): string {
  return shown(shownForeign(value, (text) => ownForm.test(text)));
}

/** A code that the contract does not know may be any text. */
function statusOf(reply: Reply): string {
  const code = reply.at("error");
  const isKnown = typeof code === "string" && Object.hasOwn(errorStatus, code);
  return `${String(reply.status)}${isKnown ? ` ${code}` : ""}`;
}

/** Shows the actual value; expected texts may stand in it. */
function shownBeside(expected: unknown, actual: unknown): string {
  const texts = new Set<string>();
  collectTexts(expected, texts);
  const isOwn: IsOwn = (text) => texts.has(text) || ownForm.test(text);
  return shown(shownForeign(actual, isOwn));
}

/** Collects the texts of a value that a check made itself. */
function collectTexts(value: unknown, texts: Set<string>): void {
  if (typeof value === "string") texts.add(value);
  if (typeof value !== "object" || value === null) return;
  for (const [name, property] of Object.entries(value)) {
    texts.add(name);
    collectTexts(property, texts);
  }
}

/** Writes the whole value: it is cut only after masking, which would not recognise half a secret. */
function shown(value: unknown): string {
  return JSON.stringify(value) ?? "absent";
}
