import type { components } from "../../generated/types.js";
import type { HostRule } from "../config.js";
import { WebhookError } from "../platform/errors.js";
import type { Reader, Store, Transaction } from "../store/store.js";

/*
 * The hosts that a service's credential may be sent to stand in a collection that Token Vault cannot name:
 *
 *   service_hosts/<service>   {"pinned": "api.github.com", "listed": ["*.example.com"], "allowed": ["uploads.github.com"]}
 *
 * `pinned` is the first host that the service was used with; `listed` came with the credential from the browser; `allowed`
 * is what the owner added since.
 */
const collection = "service_hosts";

type HostList = components["schemas"]["ServiceHosts"];
export type Hosts = { readonly [Name in Exclude<keyof HostList, "service">]?: HostList[Name] | undefined };

const maxHosts = 100;

export class ServiceHosts {
  constructor(
    private readonly store: Store,
    private readonly rule: HostRule,
  ) {}

  get(service: string): Promise<Hosts> {
    return hostsOf(this.store, service);
  }

  /** By service, of every service that has any. */
  async all(): Promise<ReadonlyMap<string, Hosts>> {
    const { entries } = await this.store.list(collection);
    return new Map(entries.map(({ key, document }) => [key, document]));
  }

  /** @throws WebhookError forbidden when the service may not be used with this host */
  async check(service: string, host: string): Promise<void> {
    if (this.rule !== "any") this.#requireAllowed(await this.get(service), nameOf(host));
  }

  /** Pins the first host. @throws WebhookError forbidden when another was pinned meanwhile */
  async use(service: string, host: string): Promise<void> {
    if (this.rule === "any") return;
    const name = nameOf(host);
    const known = await this.get(service);
    // Again, since the credential may have been stored anew since it was looked at first.
    this.#requireAllowed(known, name);
    if (this.rule !== "pin" || known.pinned !== undefined || known.listed !== undefined) return;
    await this.#change(service, (hosts) => {
      this.#requireAllowed(hosts, name);
      return hosts.pinned === undefined ? { ...hosts, pinned: name } : hosts;
    });
  }

  /** @throws WebhookError invalid_request when it is neither a host nor `*.` before one */
  async allow(service: string, host: string): Promise<Hosts> {
    const name = pattern(host);
    return this.#change(service, (hosts) => {
      const allowed = [...new Set(hosts.allowed).add(name)];
      if (allowed.length > maxHosts)
        throw new WebhookError("invalid_request", "This service has as many hosts as it may.");
      return { ...hosts, allowed };
    });
  }

  /** Takes a host back, be it pinned, listed or allowed; the hosts that are left. */
  async remove(service: string, host: string): Promise<Hosts> {
    const name = nameOf(host.trim());
    return this.#change(service, (hosts) => {
      const { pinned, listed, allowed = [] } = hosts;
      if (pinned !== name && !listed?.includes(name) && !allowed.includes(name)) return hosts;
      const pin = pinned === name ? undefined : pinned;
      const left = allowed.filter((entry) => entry !== name);
      return {
        pinned: pin,
        // A pin that is gone would be set anew by the next call: an empty list keeps the host from coming back by itself.
        listed: listed?.filter((entry) => entry !== name) ?? (pin === undefined ? [] : undefined),
        allowed: left.length > 0 ? left : undefined,
      };
    });
  }

  async #change(service: string, change: (hosts: Hosts) => Hosts): Promise<Hosts> {
    return this.store.transact(async (transaction) => {
      const hosts = await hostsOf(transaction, service);
      const next = change(hosts);
      if (next !== hosts) await transaction.put(collection, service, next);
      return next;
    });
  }

  #requireAllowed({ pinned, listed, allowed = [] }: Hosts, name: string): void {
    const mayBePinned = pinned === undefined && listed === undefined;
    if (this.rule === "pin" && (pinned === name || mayBePinned)) return;
    if ([...(listed ?? []), ...allowed].some((entry) => matches(entry, name))) return;
    throw new WebhookError(
      "forbidden",
      "This service is not used with this host; its owner can allow that with `tokenvault-webhook allow SERVICE HOST` (PROXY_HOSTS).",
    );
  }
}

/**
 * Begins a service anew: its pin is gone, and its list is the one that came with its credential. With an empty one the
 * credential goes nowhere until the owner allows a host or stores the service again.
 */
export async function resetHosts(transaction: Transaction, service: string, listed?: string[]): Promise<void> {
  const { allowed } = await hostsOf(transaction, service);
  if (listed || allowed) await transaction.put(collection, service, { listed, allowed });
  else await transaction.delete(collection, service);
}

export async function dropHosts(transaction: Transaction, service: string): Promise<void> {
  await transaction.delete(collection, service);
}

/** Reads the hosts that come with a credential. @throws WebhookError invalid_request */
export function listedHosts(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length > maxHosts || !value.every((entry) => typeof entry === "string"))
    throw new WebhookError("invalid_request", "The member allowedHosts must be a list of host names.");
  return [...new Set(value.map(pattern))];
}

function pattern(host: string): string {
  const name = nameOf(host.trim());
  const bare = name.replace(/^\*\./, "");
  const isOfAddress = bare !== name && /^\[|^[0-9.]+$/.test(bare);
  if (isOfAddress || !/^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])$/.test(bare))
    throw new WebhookError(
      "invalid_request",
      "A host must be a name such as api.example.org, or *.example.org for its subdomains.",
    );
  return name;
}

/** Without port, in lower case, without the dot at the end. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/\.$/, "");
}

function matches(entry: string, name: string): boolean {
  return entry.startsWith("*.") ? name.endsWith(entry.slice(1)) && name.length > entry.length - 1 : entry === name;
}

async function hostsOf(reader: Reader, service: string): Promise<Hosts> {
  return (await reader.get(collection, service)) ?? {};
}
