import { html } from "hono/html";
import type { DayRow } from "./home-content.js";
import { card, type Html } from "./layout.js";

type Days = readonly DayRow[];

/* In units of the drawing, which is as wide as there is room. */
const left = 32;
const top = 8;
const plotHeight = 96;
const bottom = top + plotHeight;
const dayWidth = 24;
const barWidth = 9;

/** Uses and refusals by day, as bars and, for whoever does not see them, as a sentence and a table. */
export function dayChart(days: Days): Html {
  const uses = days.reduce((sum, day) => sum + day.uses, 0);
  const refusals = days.reduce((sum, day) => sum + day.refusals, 0);
  const sentence = `${counted(uses, "use")} and ${counted(refusals, "refusal")} in the last ${counted(days.length, "day")}`;
  const body = html`<p>${sentence}.</p>
    ${uses + refusals === 0 ? "" : [legend(), drawing(days, sentence)]}
    <details>
      <summary>The same as a table</summary>
      ${table(days)}
    </details>`;
  return card("by-day", "By day", body);
}

function legend(): Html {
  return html`<ul class="legend">
    <li>
      <svg width="12" height="12" aria-hidden="true"><rect width="12" height="12" class="uses" /></svg>Uses: a
      credential was given out or sent
    </li>
    <li>
      <svg width="12" height="12" aria-hidden="true">
        <rect x=".5" y=".5" width="11" height="11" class="refusals" /></svg
      >Refusals and failures
    </li>
  </ul>`;
}

function drawing(days: Days, sentence: string): Html {
  const highest = ceiling(Math.max(...days.flatMap((day) => [day.uses, day.refusals])));
  const width = left + days.length * dayWidth + 4;
  return html`<svg
    class="chart"
    viewBox="0 0 ${width} ${bottom + 20}"
    width="${width}"
    height="${bottom + 20}"
    role="img"
    aria-label="${sentence}"
  >
    <defs>
      <pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line x1="0" y1="0" x2="0" y2="4" class="hatch" />
      </pattern>
    </defs>
    ${[0, highest / 2, highest]
      .filter((value) => Number.isInteger(value))
      .map((value) => {
        const y = bottom - heightOf(value, highest);
        return html`<line x1="${left}" y1="${y}" x2="${width}" y2="${y}" class="grid" />
          <text x="${left - 5}" y="${y + 3}" text-anchor="end"
            >${value.toLocaleString("en", { notation: "compact" })}</text
          >`;
      })}
    ${days.map(({ day, uses, refusals }, index) => {
      const x = left + index * dayWidth;
      const nameX = x + dayWidth / 2 - 1;
      // Every third, and the last: more would run into each other.
      const isNamed = (days.length - 1 - index) % 3 === 0;
      return html`${bar(x + 2, uses, highest, "uses")} ${bar(x + 3 + barWidth, refusals, highest, "refusals")}
      ${isNamed ? html`<text x="${nameX}" y="${bottom + 14}" text-anchor="middle">${shortDay(day)}</text>` : ""}`;
    })}
  </svg>`;
}

function bar(x: number, value: number, highest: number, kind: string): Html | "" {
  if (value === 0) return "";
  // One of many is seen all the same.
  const height = Math.max(2, heightOf(value, highest));
  return html`<rect x="${x}" y="${bottom - height}" width="${barWidth}" height="${height}" class="${kind}" />`;
}

function table(days: Days): Html {
  return html`<table class="numbers">
    <caption>
      Uses and refusals by day (UTC)
    </caption>
    <thead>
      <tr>
        ${["Day", "Uses", "Refusals"].map((name) => html`<th scope="col">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${days.map(
        ({ day, uses, refusals }) =>
          html`<tr>
            <th scope="row"><time datetime="${day}">${day}</time></th>
            <td>${uses}</td>
            <td>${refusals}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function heightOf(value: number, highest: number): number {
  return Math.round((value / highest) * plotHeight * 10) / 10;
}

/** The least of 2, 4, 6, 10, 20, 40 … that is not less. */
function ceiling(value: number): number {
  for (let decade = 1; ; decade *= 10) {
    const fit = [2, 4, 6, 10].find((step) => step * decade >= value);
    if (fit !== undefined) return fit * decade;
  }
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** "31 Jan", of 2026-01-31. */
function shortDay(day: string): string {
  return new Date(day).toUTCString().slice(5, 11).replace(/^0/, "");
}
