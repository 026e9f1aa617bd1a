import type { Setting } from "../../src/config.js";

const begin = "<!-- settings -->";
const end = "<!-- /settings -->";

/** Puts the table of all settings between the two markers of docs/settings.md. @throws Error when it lacks them */
export async function withSettings(page: string): Promise<string> {
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`the table of settings needs the lines ${begin} and ${end}`);
  // Loaded here and not above: it imports from generated/, which the same run may only just have written.
  const { settings } = await import("../../src/config.js");
  return `${page.slice(0, from + begin.length)}\n\n${settingsTable(settings)}\n\n${page.slice(to)}`;
}

/** Columns as wide as their longest cell, as prettier lays out tables. */
function settingsTable(settings: readonly Setting[]): string {
  const rows = settings.map(({ name, default: value, meaning, isSecret }) =>
    [`\`${name}\``, defaultText(value), `${meaning}${isSecret ? " Secret." : ""}`].map((cell) =>
      cell.replaceAll("|", "\\|"),
    ),
  );
  const head = ["Setting", "Default", "Meaning"];
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0), title.length),
  );
  const line = (cells: readonly string[], fill: string): string =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width, fill)).join(" | ")} |`;
  return [line(head, " "), line([], "-"), ...rows.map((row) => line(row, " "))].join("\n");
}

/** A default that can be written as it stands is code; one that is told in words is not. */
function defaultText(value: string): string {
  return /^\S+$/.test(value) ? `\`${value}\`` : value;
}
