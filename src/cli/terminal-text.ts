/** Columns of texts, with their names above; a column as wide as its widest. */
export function tableText(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [names, ...rows.map((row) => row.map(printable))];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  const padded = (cell: string, column: number): string => cell.padEnd(widths[column] ?? 0);
  return lines.map((line) => `${line.map(padded).join("  ").trimEnd()}\n`).join("");
}

/** A text that others chose, without what a terminal acts on or what turns the reading order. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
}

/** JSON that a terminal can be shown: it escapes what could forge a line, move the cursor or turn the reading order. */
export function jsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(/[\u007f-\u009f\u2028\u2029\p{Cf}]/gu, escapeUnits);
}

/** Of a character beyond U+FFFF both halves. */
function escapeUnits(character: string): string {
  return character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** "1 credential", "2 credentials". */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Each text on a line of its own; what is absent is left out. */
export function linesText(lines: readonly (string | false | undefined)[]): string {
  return lines
    .filter((line) => typeof line === "string")
    .map((line) => `${line}\n`)
    .join("");
}
