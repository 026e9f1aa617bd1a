import type { components } from "../../generated/types.js";
import { protocolVersion } from "../../generated/operations.js";
import { asText, withoutUndefined } from "../platform/encoding.js";
import { StartError } from "../platform/errors.js";
import { backupLines } from "../backup/backup-lines.js";
import type { Document, Store } from "../store/store.js";
import type { Binding } from "../vault/binding.js";
import { publicProperties } from "../vault/credential.js";
import type { Credentials } from "../vault/credentials.js";
import type { KillSwitch } from "../vault/kill-switch.js";
import type { Hosts, ServiceHosts } from "../vault/service-hosts.js";
import { countByDay, lastUsesOf, type DayCount } from "./usage.js";

type Schemas = components["schemas"];
export type OwnerState = Schemas["OwnerState"];
export type ServiceSummary = Schemas["ServiceSummary"];
export type HostList = Schemas["ServiceHosts"];
export type AuditLine = Readonly<Record<string, unknown>>;

export interface AuditFilter {
  readonly service?: string | undefined;
  readonly op?: string | undefined;
  readonly outcome?: string | undefined;
  readonly limit?: number | undefined;
}

/** The owner's work, with a running server and with a stopped one's data folder alike. */
export interface Owner {
  state(): Promise<OwnerState>;
  lock(): Promise<OwnerState>;
  unlock(): Promise<OwnerState>;
  services(): Promise<readonly ServiceSummary[]>;
  /** Keeps a credential, in the place of the one that is stored. @throws WebhookError invalid_request, payload_too_large */
  add(service: string, tokenData: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  /** False when there was none. */
  remove(service: string): Promise<boolean>;
  /** @throws WebhookError invalid_request */
  allowHost(service: string, host: string): Promise<HostList>;
  /** The hosts that are left. */
  removeHost(service: string, host: string): Promise<HostList>;
  /** Newest first. */
  audit(filter: AuditFilter): Promise<readonly AuditLine[]>;
  /** Gives everything that is stored, at one moment: lines of JSON. Secrets stay encrypted under the key. */
  backup(): Promise<string>;
}

export interface OwnerOverview {
  readonly isAuditLogDamaged: boolean;
  readonly state: OwnerState;
  readonly services: readonly ServiceSummary[];
  readonly lines: readonly AuditLine[];
  readonly days: readonly DayCount[];
}

export interface OwnerDependencies {
  readonly store: Store;
  readonly credentials: Credentials;
  readonly hosts: ServiceHosts;
  readonly binding: Binding;
  readonly killSwitch: KillSwitch;
  readonly startedAtMs: number;
  /** Reads every line of the audit log, oldest first. */
  readonly readAuditLog: () => Promise<readonly AuditLine[]>;
}

const defaultAuditLimit = 100;

/** The owner at the store itself. */
export class VaultOwner implements Owner {
  constructor(private readonly dependencies: OwnerDependencies) {}

  async state(): Promise<OwnerState> {
    const { binding, credentials, killSwitch, startedAtMs } = this.dependencies;
    return withoutUndefined({
      protocolVersion,
      webhookId: binding.webhookId,
      bound: await binding.isBound(),
      ...(await binding.facts()),
      locked: await killSwitch.isLocked(),
      lockedAt: await killSwitch.lockedAt(),
      tokenCount: await credentials.count(),
      startedAt: new Date(startedAtMs).toISOString(),
    });
  }

  async lock(): Promise<OwnerState> {
    await this.dependencies.killSwitch.lock();
    return this.state();
  }

  async unlock(): Promise<OwnerState> {
    await this.dependencies.killSwitch.unlock();
    return this.state();
  }

  async services(): Promise<readonly ServiceSummary[]> {
    return this.#services(await this.dependencies.readAuditLog());
  }

  async #services(lines: readonly AuditLine[]): Promise<readonly ServiceSummary[]> {
    const { store, hosts } = this.dependencies;
    const lastUses = lastUsesOf(lines);
    const hostsByService = await hosts.all();
    const { entries } = await store.list("tokens");
    return entries.map(({ key, document }) => {
      const lastUsedAt = lastUses.get(key);
      return {
        ...summaryOf(key, document),
        ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
        hosts: hostList(key, hostsByService.get(key) ?? {}),
      };
    });
  }

  async add(service: string, tokenData: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    const { credentials } = this.dependencies;
    return credentials.put(credentials.prepare(service, tokenData), false);
  }

  async remove(service: string): Promise<boolean> {
    return this.dependencies.credentials.remove(service);
  }

  async allowHost(service: string, host: string): Promise<HostList> {
    return hostList(service, await this.dependencies.hosts.allow(service, host));
  }

  async removeHost(service: string, host: string): Promise<HostList> {
    return hostList(service, await this.dependencies.hosts.remove(service, host));
  }

  async audit(filter: AuditFilter): Promise<readonly AuditLine[]> {
    return latestLines(await this.dependencies.readAuditLog(), filter);
  }

  /** Gives what the page shows, with the audit log read once. A damaged one must not take the kill switch with it. */
  async overview(filter: AuditFilter, nowMs: number): Promise<OwnerOverview> {
    const read = await this.dependencies.readAuditLog().catch((error: unknown) => {
      if (error instanceof StartError) return undefined;
      throw error;
    });
    const lines = read ?? [];
    return {
      isAuditLogDamaged: read === undefined,
      state: await this.state(),
      services: await this.#services(lines),
      lines: latestLines(lines, filter),
      days: countByDay(lines, nowMs),
    };
  }

  async backup(): Promise<string> {
    return backupLines(this.dependencies.store);
  }
}

function latestLines(
  lines: readonly AuditLine[],
  { limit = defaultAuditLimit, ...filter }: AuditFilter,
): readonly AuditLine[] {
  const wanted = Object.entries(filter).filter(([, value]) => value !== undefined && value !== "");
  return lines
    .filter((line) => wanted.every(([name, value]) => line[name] === value))
    .slice(-limit)
    .map(({ prev: _prev, ...line }) => line)
    .reverse();
}

function summaryOf(service: string, document: Document): Omit<ServiceSummary, "hosts"> {
  const { tokenType, createdAt, updatedAt, expiryTime, needs_reconnect: needsReconnect } = publicProperties(document);
  return withoutUndefined({
    service,
    tokenType: asText(tokenType) ?? "",
    createdAt: asText(createdAt),
    updatedAt: asText(updatedAt),
    expiryTime: Number.isInteger(expiryTime) ? (expiryTime as number) : undefined,
    needsReconnect: needsReconnect === true,
  });
}

function hostList(service: string, { pinned, listed, allowed }: Hosts): HostList {
  return withoutUndefined({ service, pinned, listed: listed && [...listed], allowed: allowed && [...allowed] });
}
