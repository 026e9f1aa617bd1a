import { html } from "hono/html";
import { actionForm } from "./actions.js";
import { foreignText } from "./foreign-text.js";
import type { ServiceRow } from "./home-content.js";
import { card, plainTyping, tableHead, type Html } from "./layout.js";
import { parseTime, timed } from "./time-words.js";

/** The stored credentials. */
export function servicesTable(services: readonly ServiceRow[], nowMs: number): Html {
  if (services.length === 0) {
    const empty = html`<p>Nothing is stored yet. Connect a service in Token Vault, and it stands here.</p>`;
    return card("services", "Services", empty);
  }
  const body = html`<p class="quiet small">
      Hosts are where Token Vault’s proxy may send a credential: the first that was used (pinned), those that came with
      the credential (listed), and those that you allow. Unless <code>PROXY_HOSTS</code> says otherwise.
    </p>
    <table role="table" class="services cards">
      <caption>
        ${services.length === 1 ? "1 credential is" : `${String(services.length)} credentials are`} stored here,
        encrypted.
      </caption>
      ${tableHead(["Service", "Stored", "Expires", "Last use", "Hosts", "Delete"])}
      <tbody role="rowgroup">
        ${services.map((service, index) => serviceRow(service, index, nowMs))}
      </tbody>
    </table>`;
  return card("services", "Services", body);
}

function serviceRow(row: ServiceRow, index: number, nowMs: number): Html {
  const { service, tokenType, createdAt, updatedAt, expiryTime, needsReconnect, lastUsedAt } = row;
  return html`<tr role="row">
    <th scope="row" role="rowheader">
      ${foreignText(service)}
      <div class="quiet small">${tokenType === "" ? "Type not stated" : foreignText(tokenType)}</div>
      ${needsReconnect ? html`<div><span class="badge">Needs reconnecting</span></div>` : ""}
    </th>
    <td role="cell" data-label="Stored">
      ${ago(createdAt, nowMs, "Not known")}
      ${updatedAt === undefined ? "" : html`<div class="quiet small">renewed ${ago(updatedAt, nowMs, "later")}</div>`}
    </td>
    <td role="cell" data-label="Expires">${expiry(expiryTime, nowMs)}</td>
    <td role="cell" data-label="Last use">${ago(lastUsedAt, nowMs, "Not used yet")}</td>
    <td role="cell" data-label="Hosts" class="hosts">${hostList(row)} ${allowForm(service, index)}</td>
    <td role="cell">${actionForm("remove-service", { service })}</td>
  </tr>`;
}

function hostList({ service, hosts: { pinned, listed, allowed } }: ServiceRow): Html {
  const kinds = { pinned: pinned === undefined ? [] : [pinned], listed: listed ?? [], allowed: allowed ?? [] };
  const hosts = Object.entries(kinds).flatMap(([kind, of]) => of.map((host) => ({ host, kind })));
  if (hosts.length === 0)
    return html`<p class="quiet">${listed === undefined ? "None yet" : "Closed: no host until you allow one"}</p>`;
  return html`<ul>
    ${hosts.map(
      ({ host, kind }) =>
        html`<li>
          <span>${foreignText(host)} <span class="quiet small">${kind}</span></span>
          ${actionForm("remove-host", { service, host })}
        </li>`,
    )}
  </ul>`;
}

function allowForm(service: string, index: number): Html {
  const id = `host-${String(index)}`;
  const field = html`<div class="grow">
    <label for="${id}">Host, such as api.example.org or *.example.org</label>
    <input type="text" id="${id}" name="host" inputmode="url" maxlength="253" ${plainTyping} required />
  </div>`;
  return actionForm("allow-host", { service }, field);
}

function ago(time: string | undefined, nowMs: number, otherwise: string): Html {
  const ms = parseTime(time);
  return ms === undefined ? html`${otherwise}` : timed(nowMs, ms);
}

function expiry(expiryTime: number | undefined, nowMs: number): Html {
  if (expiryTime === undefined) return html`Not stated`;
  const when = timed(nowMs, expiryTime);
  return expiryTime <= nowMs ? html`<span class="refused">Expired ${when}</span>` : when;
}
