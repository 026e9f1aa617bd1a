import { html } from "hono/html";
import { actionWords } from "./actions.js";
import { operationWords, outcomeWords, refreshResult, wordsOf } from "./audit-words.js";
import { foreignText, visible } from "./foreign-text.js";
import type { AuditLine, OwnerContent } from "./home-content.js";
import { card, plainTyping, tableHead, type Html } from "./layout.js";
import { clockTime, parseTime } from "./time-words.js";

/** The latest lines of the audit log, and the filter. */
export function auditTable({ lines, filter, services }: Pick<OwnerContent, "lines" | "filter" | "services">): Html {
  const isFiltered = Object.values(filter).some((value) => value !== undefined && value !== "");
  const names = services.map(({ service }) => service);
  const empty = html`<p>${isFiltered ? "No line fits." : "Nothing has happened yet."}</p>`;
  const body = html`${filterForm(filter, names, isFiltered)} ${lines.length === 0 ? empty : table(lines, isFiltered)}`;
  return card("audit", "Record", body);
}

function table(lines: OwnerContent["lines"], isFiltered: boolean): Html {
  const count = lines.length === 1 ? "The latest line" : `The latest ${String(lines.length)} lines`;
  return html`<table role="table" class="audit cards">
    <caption>
      ${count}${isFiltered ? " that fit" : ""}, newest first.
      <code>tokenvault-webhook audit</code>
      shows them all.
    </caption>
    ${tableHead(["Time (UTC)", "What", "Service", "Result", "Who"])}
    <tbody role="rowgroup">
      ${lines.map(auditRow)}
    </tbody>
  </table>`;
}

function filterForm(filter: OwnerContent["filter"], services: readonly string[], isFiltered: boolean): Html {
  return html`<form method="get" action="/#audit" class="filter" role="search" aria-label="Filter the audit log">
    <div class="row">
      <div class="grow">
        <label for="filter-service">Service</label>
        <input
          type="text"
          id="filter-service"
          name="service"
          value="${filter.service ?? ""}"
          list="service-names"
          maxlength="256"
          ${plainTyping}
        />
        <datalist id="service-names">${services.map((service) => html`<option value="${service}"></option>`)}</datalist>
      </div>
      <div class="grow">
        <label for="filter-op">What</label>
        <select id="filter-op" name="op">
          ${options(operationWords, filter.op, "Everything")}
        </select>
      </div>
      <div class="grow">
        <label for="filter-outcome">Result</label>
        <select id="filter-outcome" name="outcome">
          ${options(outcomeWords, filter.outcome, "Any")}
        </select>
      </div>
      <button type="submit">Filter</button>
      ${isFiltered ? html`<a class="button" href="/#audit">Show all</a>` : ""}
    </div>
  </form>`;
}

function options(words: Readonly<Record<string, string>>, chosen: string | undefined, everything: string): Html[] {
  const names = Object.keys(words);
  // The address may name one that is not known; it is shown as chosen all the same.
  const all = chosen === undefined || chosen === "" || names.includes(chosen) ? names : [...names, chosen];
  return [
    html`<option value="">${everything}</option>`,
    ...all.map(
      (name) =>
        html`<option value="${name}" ${name === chosen ? "selected" : ""}>${visible(wordsOf(words, name))}</option>`,
    ),
  ];
}

function auditRow(line: AuditLine): Html {
  const ms = parseTime(line["time"]);
  const service = textOf(line["service"]);
  return html`<tr role="row">
    <td role="cell" data-label="Time (UTC)">
      ${ms === undefined ? "Not known" : html`<time datetime="${new Date(ms).toISOString()}">${clockTime(ms)}</time>`}
    </td>
    <td role="cell" data-label="What">${what(line)}</td>
    <td role="cell" data-label="Service">
      ${service === undefined ? html`<span class="quiet">none</span>` : foreignText(service)}
    </td>
    <td role="cell" data-label="Result">${result(line)}</td>
    <td role="cell" data-label="Who">${who(line)}</td>
  </tr>`;
}

function what(line: AuditLine): Html {
  const op = textOf(line["op"]) ?? "";
  const action = textOf(line["action"]);
  const host = textOf(line["upstreamHost"]);
  return html`${foreignText(wordsOf(operationWords, op))}
  ${action === undefined ? "" : html`<div class="quiet small">${foreignText(actionWords(action))}</div>`}
  ${host === undefined ? "" : html`<div class="quiet small">to ${foreignText(host)}</div>`}`;
}

/** A refresh ahead of time has no outcome of its own, but what became of it. */
function result(line: AuditLine): Html {
  const outcome = textOf(line["outcome"]);
  const refresh = textOf(line["refresh"]);
  const status = numberOf(line["upstreamStatus"]);
  const isGood = outcome === "ok" || (outcome === undefined && refresh === "refreshed");
  const words = outcome === undefined ? refreshResult(refresh ?? "") : wordsOf(outcomeWords, outcome);
  return html`<span class="${isGood ? "" : "refused"}">${foreignText(words)}</span>
    ${outcome === undefined || refresh === undefined ? "" : html`<div class="quiet small">${foreignText(refreshResult(refresh))}</div>`}
    ${status === undefined ? "" : html`<div class="quiet small">upstream answered ${status}</div>`}`;
}

function who(line: AuditLine): Html {
  const names = [
    ["agent", textOf(line["aid"])],
    ["user", textOf(line["sub"])],
    ["proxy", textOf(line["pid"])],
    ["from", textOf(line["client"])],
  ] as const;
  const known = names.filter(([, name]) => name !== undefined && name !== "");
  if (known.length === 0) return html`<span class="quiet">This webhook itself</span>`;
  return html`${known.map(([kind, name]) => html`<div><span class="quiet small">${kind}</span> ${foreignText(name ?? "")}</div>`)}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
