import { type Contract, ContractError } from "./contract.js";
import { isRecord } from "./schema.js";

const units: Readonly<Record<string, number>> = {
  s: 1,
  seconds: 1,
  minutes: 60,
  hours: 3600,
  bytes: 1,
  KiB: 1024,
  MiB: 1_048_576,
};
const quantity = /\b(\d[\d,]*) (s|seconds|minutes|hours|bytes|KiB|MiB)\b/g;

export type Limits = Readonly<Record<string, number>>;

/** The numbers that more than one place says. @throws ContractError for one that is none */
export function readLimits({ document }: Contract): Limits {
  const limits = document["x-limits"] ?? {};
  if (!isRecord(limits)) throw new ContractError("the top of the file: x-limits must be names with numbers");
  const wrong = Object.entries(limits).find(
    ([name, value]) => !/^[a-z]\w*(?:Bytes|Seconds|Lines)$/.test(name) || !isPositive(value),
  );
  if (wrong)
    throw new ContractError(`x-limits: ${wrong[0]} must end in its unit (Bytes, Seconds, Lines) and be a whole number`);
  return limits as Limits;
}

/** Refuses a number that differs from the limit that it repeats, be it in an extension or in prose. @throws ContractError */
export function refuseOtherNumbers(contract: Contract): void {
  const limits = readLimits(contract);
  const known = new Set(Object.values(limits));
  const names = Object.keys(limits).join(", ");
  if (known.size === 0) return;
  for (const { id, requestBody } of contract.operations) {
    const bytes = Number(requestBody?.["x-max-body-bytes"] ?? NaN);
    if (requestBody && !known.has(bytes))
      throw new ContractError(
        `${id}: x-max-body-bytes ${String(bytes)} is none of x-limits (${names}); correct one of them`,
      );
  }
  for (const [place, text] of proseOf(contract.document))
    for (const [said, digits = "", unit = ""] of text.matchAll(quantity))
      if (!known.has(Number(digits.replaceAll(",", "")) * (units[unit] ?? NaN)))
        throw new ContractError(`${place}: "${said}" is none of x-limits (${names}); correct one of them`);
}

function isPositive(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

/** Every description and summary with its place. */
function proseOf(node: unknown, place = ""): [string, string][] {
  if (Array.isArray(node)) return node.flatMap((entry, index) => proseOf(entry, `${place}/${String(index)}`));
  if (!isRecord(node)) return [];
  return Object.entries(node).flatMap(([name, value]) =>
    ["description", "summary"].includes(name) && typeof value === "string"
      ? [[place === "" ? "the top of the file" : place, value] as [string, string]]
      : proseOf(value, `${place}/${name}`),
  );
}
