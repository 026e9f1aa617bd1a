import type { HostRule } from "../config.js";
import { WebhookError } from "../platform/errors.js";
import type { Document, Store, Transaction } from "../store/store.js";

/*
 * The hosts that a service's credential may be sent to stand in a collection that Token Vault cannot name:
 *
 *   service_hosts/<service>   {"pinned": "api.github.com", "listed": ["*.example.com"], "allowed": ["uploads.github.com"]}
 *
 * `pinned` is the first host that the service was used with; `listed` came with the credential from the browser; `allowed`
 * is what the owner added since.
 */
const collection = "service_hosts";

export interface Hosts {
  readonly pinned?: string;
  readonly listed?: readonly string[];
  readonly allowed?: readonly string[];
}

const maxHosts = 100;

export class ServiceHosts {
  constructor(
    private readonly store: Store,
    private readonly rule: HostRule,
  ) {}

  async get(service: string): Promise<Hosts> {
    return hostsOf(await this.store.get(collection, service));
  }

  /** By service, of every service that has any. */
  async all(): Promise<ReadonlyMap<string, Hosts>> {
    const { entries } = await this.store.list(collection);
    return new Map(entries.map(({ key, document }) => [key, hostsOf(document)]));
  }

  /** @throws WebhookError forbidden when the service may not be used with this host */
  async check(service: string, host: string): Promise<void> {
    if (this.rule === "any") return;
    this.#requireAllowed(await this.get(service), nameOf(host));
  }

  /** Pins the first host. @throws WebhookError forbidden when another was pinned meanwhile */
  async use(service: string, host: string): Promise<void> {
    if (this.rule === "any") return;
    const name = nameOf(host);
    const known = await this.get(service);
    // Again, since the credential may have been stored anew since it was looked at first.
    this.#requireAllowed(known, name);
    if (this.rule !== "pin" || known.pinned !== undefined || known.listed !== undefined) return;
    await this.store.transact(async (transaction) => {
      const hosts = hostsOf(await transaction.get(collection, service));
      this.#requireAllowed(hosts, name);
      if (hosts.pinned === undefined) await transaction.put(collection, service, { ...hosts, pinned: name });
    });
  }

  /** @throws WebhookError invalid_request when it is neither a host nor `*.` before one */
  async allow(service: string, host: string): Promise<Hosts> {
    const name = pattern(host);
    return this.store.transact(async (transaction) => {
      const hosts = hostsOf(await transaction.get(collection, service));
      const allowed = [...new Set([...(hosts.allowed ?? []), name])];
      if (allowed.length > maxHosts)
        throw new WebhookError("invalid_request", "This service has as many hosts as it may.");
      const next = { ...hosts, allowed };
      await transaction.put(collection, service, next);
      return next;
    });
  }

  /** Takes a host back, be it pinned, listed or allowed; the hosts that are left. */
  async remove(service: string, host: string): Promise<Hosts> {
    const name = nameOf(host.trim());
    return this.store.transact(async (transaction) => {
      const hosts = hostsOf(await transaction.get(collection, service));
      const { pinned, listed, allowed } = hosts;
      if (pinned !== name && !listed?.includes(name) && !allowed?.includes(name)) return hosts;
      const left = allowed?.filter((entry) => entry !== name);
      // A pin that is gone would be set anew by the next call: an empty list keeps the host from coming back by itself.
      const mayPinAgain = pinned === undefined || pinned === name;
      const list = listed?.filter((entry) => entry !== name) ?? (mayPinAgain ? [] : undefined);
      const next = {
        ...(pinned === undefined || pinned === name ? {} : { pinned }),
        ...(list === undefined ? {} : { listed: list }),
        ...(left && left.length > 0 ? { allowed: left } : {}),
      };
      await transaction.put(collection, service, next);
      return next;
    });
  }

  #requireAllowed(hosts: Hosts, name: string): void {
    const mayBePinned = this.rule === "pin" && hosts.pinned === undefined && hosts.listed === undefined;
    if (mayBePinned || this.#isAllowed(hosts, name)) return;
    throw new WebhookError(
      "forbidden",
      "This service is not used with this host; its owner can allow that with `tokenvault-webhook allow SERVICE HOST` (PROXY_HOSTS).",
    );
  }

  #isAllowed({ pinned, listed = [], allowed = [] }: Hosts, name: string): boolean {
    return (this.rule === "pin" && pinned === name) || [...listed, ...allowed].some((entry) => matches(entry, name));
  }
}

/** Begins a service anew, when a browser stores it: its pin is gone, and its list is the one that came with it. */
export async function resetHosts(
  transaction: Transaction,
  service: string,
  listed: readonly string[] | undefined,
): Promise<void> {
  const { allowed } = hostsOf(await transaction.get(collection, service));
  const hosts = { ...(listed ? { listed } : {}), ...(allowed ? { allowed } : {}) };
  if (Object.keys(hosts).length > 0) await transaction.put(collection, service, hosts);
  else await transaction.delete(collection, service);
}

export async function dropHosts(transaction: Transaction, service: string): Promise<void> {
  await transaction.delete(collection, service);
}

/**
 * Lets a credential go nowhere until the owner allows a host or stores the service again. A sealed document that Token Vault
 * put there, other than the one that was stored, may be an older one of the owner's.
 */
export async function closeHosts(transaction: Transaction, service: string): Promise<void> {
  const { allowed } = hostsOf(await transaction.get(collection, service));
  await transaction.put(collection, service, { listed: [], ...(allowed ? { allowed } : {}) });
}

/** Reads the hosts that come with a credential. @throws WebhookError invalid_request */
export function listedHosts(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length > maxHosts || !value.every((entry) => typeof entry === "string")) {
    throw new WebhookError("invalid_request", "The member allowedHosts must be a list of host names.");
  }
  return [...new Set(value.map(pattern))];
}

function pattern(host: string): string {
  const name = nameOf(host.trim());
  const bare = name.replace(/^\*\./, "");
  if (bare !== name && /^\[|^[0-9.]+$/.test(bare)) throw notHost();
  if (!/^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])$/.test(bare)) {
    throw notHost();
  }
  return name;
}

function notHost(): WebhookError {
  return new WebhookError(
    "invalid_request",
    "A host must be a name such as api.example.org, or *.example.org for its subdomains.",
  );
}

/** Without port, in lower case, without the dot at the end. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/\.$/, "");
}

function matches(entry: string, name: string): boolean {
  return entry.startsWith("*.") ? name.endsWith(entry.slice(1)) && name.length > entry.length - 1 : entry === name;
}

function hostsOf(document: Document | undefined): Hosts {
  return document ?? {};
}
