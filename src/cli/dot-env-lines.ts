/** A line of .env that sets something. */
export interface DotEnvLine {
  /** Counted from 1; of a value over several lines, the first. */
  readonly number: number;
  readonly name: string;
  /** Undefined where a quote is not closed, or something stands behind it. */
  readonly value: string | undefined;
  /** Set where a blank and a # ended an unquoted value. */
  readonly hasComment: boolean;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", $: "$" };

const blank = /[ \t]*(?:#.*)?(?:\n|$)/y;
const assignment = /[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=/y;
const quoted = /[ \t]*(?:"((?:\\[^]|[^"\\])*)"|'([^']*)'|`([^`]*)`)[ \t]*(?:#.*)?(?:\n|$)/y;
const restOfLine = /(.*)(?:\n|$)/y;

/**
 * Parses the text of a .env file, where node:util's `parseEnv` cuts an unquoted secret at any # and passes over what it
 * does not understand. A # begins a comment after a blank only; escapes count in double quotes.
 * @returns what the lines set, and the numbers of those that set nothing and are no comment
 */
export function parseDotEnv(text: string): { readonly lines: readonly DotEnvLine[]; readonly junk: readonly number[] } {
  const source = text.replaceAll(/\r\n?/g, "\n");
  const lines: DotEnvLine[] = [];
  const junk: number[] = [];
  let position = 0;
  let number = 1;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const found = pattern.exec(source);
    if (found) {
      position = pattern.lastIndex;
      number += found[0].split("\n").length - 1;
    }
    return found;
  };
  while (position < source.length) {
    if (take(blank)) continue;
    const start = number;
    const name = take(assignment)?.[1];
    if (name === undefined) {
      junk.push(start);
      take(restOfLine);
      continue;
    }
    lines.push({ number: start, name, ...takeValue(take) });
  }
  return { lines, junk };
}

function takeValue(take: (pattern: RegExp) => RegExpExecArray | null): Pick<DotEnvLine, "value" | "hasComment"> {
  const [, double, single, backtick] = take(quoted) ?? [];
  const value =
    double?.replaceAll(/\\([^])/g, (pair: string, letter: string) => escapes[letter] ?? pair) ?? single ?? backtick;
  if (value !== undefined) return { value, hasComment: false };
  const [, rest = ""] = take(restOfLine) ?? [];
  const comment = rest.search(/[ \t]#/);
  const text = (comment === -1 ? rest : rest.slice(0, comment)).trim();
  return { value: /^["'`]/.test(text) ? undefined : text, hasComment: comment !== -1 };
}
