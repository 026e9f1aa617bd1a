import type { ValidationError, Validator } from "../../generated/validators.js";

/** The members of an answer that its schema does not know, that it lacks or has of another type, and has in another form. */
export type AnswerProblemKind = "unknown" | "shape" | "form";

export interface AnswerProblem {
  readonly kind: AnswerProblemKind;
  readonly problem: string;
}

/** Compares an answer with its schema. Unknown members hide nothing else: the rest is judged without them. */
export function answerProblems(validator: Validator, value: unknown): AnswerProblem[] {
  const rest = structuredClone(value);
  const unknown = new Map<string, AnswerProblem>();
  // The members inside first: of an alternative that they spoil no error would be told.
  for (const isWanted of [isInside, isUnknown]) {
    if (validator(rest)) break;
    for (const error of nearest(validator.errors ?? []).filter((one) => isUnknown(one) && isWanted(one))) {
      const name = String(error.params["additionalProperty"]);
      removeAt(rest, error.instancePath, name);
      const problem = `${placeOf(error)} has a member that the contract does not know (${plainName(name)})`;
      unknown.set(problem, { kind: "unknown", problem });
    }
  }
  const others = validator(rest) ? [] : nearest(validator.errors ?? []).filter((error) => !isUnknown(error));
  return [...others.map(described), ...unknown.values()];
}

function described(error: ValidationError): AnswerProblem {
  const { keyword, params } = error;
  const shown = Object.entries(params).map(([name, param]) => `${name} ${plainValue(param)}`);
  const kind = keyword === "required" || keyword === "type" ? "shape" : "form";
  return { kind, problem: `${placeOf(error)} breaks \`${keyword}\` (${shown.join(", ")})` };
}

/**
 * Selects the errors of the alternative that fits best, for a validator tells those of all.
 * Each alternative tells what is missing first, then what is unknown, then what is wrong inside.
 */
function nearest(errors: readonly ValidationError[]): readonly ValidationError[] {
  if (!errors.some(({ keyword }) => keyword === "oneOf")) return errors;
  const inside = errors.filter((error) => isUnknown(error) && isInside(error));
  if (inside.length > 0) return inside;
  const alternatives: ValidationError[][] = [];
  let last = Infinity;
  for (const error of errors.filter(({ keyword }) => keyword !== "oneOf")) {
    const rank = error.instancePath !== "" ? 2 : error.keyword === "required" ? 0 : 1;
    if (rank < last) alternatives.push([]);
    alternatives.at(-1)?.push(error);
    last = rank;
  }
  const missing = (alternative: readonly ValidationError[]): number =>
    alternative.filter((one) => !isUnknown(one)).length;
  return alternatives.sort((a, b) => missing(a) - missing(b) || a.length - b.length)[0] ?? errors;
}

function isUnknown({ keyword }: ValidationError): boolean {
  return keyword === "additionalProperties";
}

function isInside({ instancePath }: ValidationError): boolean {
  return instancePath !== "";
}

function removeAt(value: unknown, pointer: string, name: string): void {
  const steps = pointer.split("/").slice(1);
  const plain = steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const holder = plain.reduce<unknown>((held, step) => (held as Record<string, unknown> | undefined)?.[step], value);
  if (typeof holder === "object" && holder !== null) Reflect.deleteProperty(holder, name);
}

function placeOf({ instancePath }: ValidationError): string {
  const place = instancePath.split("/").map(plainName).join("/");
  return place === "" ? "the body" : place;
}

/** Shows plain names only, as a webhook may send any; indexes are left out, or one problem would be many. */
function plainName(name: string): string {
  return /^\d+$/.test(name) ? "…" : /^[A-Za-z][A-Za-z_]{0,30}$|^$/.test(name) ? name : "…";
}

function plainValue(value: unknown): string {
  return typeof value === "string" ? plainName(value) : (JSON.stringify(value) ?? "");
}
