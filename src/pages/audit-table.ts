import { html } from "hono/html";
import { actionWords } from "./actions.js";
import { operationWords, outcomeWords, refreshWords, wordsOf } from "./audit-words.js";
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
      ${choice("op", "What", operationWords, filter.op, "Everything")}
      ${choice("outcome", "Result", outcomeWords, filter.outcome, "Any")}
      <button type="submit">Filter</button>
      ${isFiltered ? html`<a class="button" href="/#audit">Show all</a>` : ""}
    </div>
  </form>`;
}

function choice(
  name: string,
  label: string,
  words: Readonly<Record<string, string>>,
  chosen: string | undefined,
  everything: string,
): Html {
  // The address may name one that is not known; it is shown as chosen all the same.
  const values = new Set([...Object.keys(words), ...(chosen ? [chosen] : [])]);
  return html`<div class="grow">
    <label for="filter-${name}">${label}</label>
    <select id="filter-${name}" name="${name}">
      <option value="">${everything}</option>
      ${[...values].map(
        (value) =>
          html`<option value="${value}" ${value === chosen ? "selected" : ""}>
            ${visible(wordsOf(words, value))}
          </option>`,
      )}
    </select>
  </div>`;
}

function auditRow(line: AuditLine): Html {
  const texts = Object.fromEntries(Object.entries(line).filter(([, value]) => typeof value === "string")) as Texts;
  const ms = parseTime(texts["time"]);
  const service = texts["service"];
  return html`<tr role="row">
    <td role="cell" data-label="Time (UTC)">
      ${ms === undefined ? "Not known" : html`<time datetime="${new Date(ms).toISOString()}">${clockTime(ms)}</time>`}
    </td>
    <td role="cell" data-label="What">${what(texts)}</td>
    <td role="cell" data-label="Service">
      ${service === undefined ? html`<span class="quiet">none</span>` : foreignText(service)}
    </td>
    <td role="cell" data-label="Result">${result(texts, line["upstreamStatus"])}</td>
    <td role="cell" data-label="Who">${who(texts)}</td>
  </tr>`;
}

/** The properties of a line that are texts. */
type Texts = Readonly<Record<string, string | undefined>>;

function what({ op = "", action, upstreamHost }: Texts): Html {
  return html`${foreignText(wordsOf(operationWords, op))}
  ${action === undefined ? "" : html`<div class="quiet small">${foreignText(actionWords(action))}</div>`}
  ${upstreamHost === undefined ? "" : html`<div class="quiet small">to ${foreignText(upstreamHost)}</div>`}`;
}

/** A refresh ahead of time has no outcome of its own, but what became of it. */
function result({ outcome, refresh }: Texts, status: unknown): Html {
  const isGood = outcome === "ok" || (outcome === undefined && refresh === "refreshed");
  const refreshResult = wordsOf(refreshWords, refresh ?? "");
  const words = outcome === undefined ? refreshResult : wordsOf(outcomeWords, outcome);
  return html`<span class="${isGood ? "" : "refused"}">${foreignText(words)}</span>
    ${outcome === undefined || refresh === undefined ? "" : html`<div class="quiet small">${foreignText(refreshResult)}</div>`}
    ${typeof status === "number" ? html`<div class="quiet small">upstream answered ${status}</div>` : ""}`;
}

function who({ aid, sub, pid, client }: Texts): Html {
  const known = Object.entries({ agent: aid, user: sub, proxy: pid, from: client }).filter(([, name]) => name);
  if (known.length === 0) return html`<span class="quiet">This webhook itself</span>`;
  return html`${known.map(([kind, name = ""]) => html`<div><span class="quiet small">${kind}</span> ${foreignText(name)}</div>`)}`;
}
