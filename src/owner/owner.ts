import type { components } from "../../generated/types.js";
import { protocolVersion } from "../../generated/operations.js";
import { StartError } from "../platform/errors.js";
import type { Document, Store } from "../store/store.js";
import type { Binding } from "../vault/binding.js";
import { backupLines } from "../backup/backup-lines.js";
import type { KillSwitch } from "../vault/kill-switch.js";
import type { Hosts, ServiceHosts } from "../vault/service-hosts.js";
import { publicMembers } from "../vault/token-document.js";
import type { Tokens } from "../vault/tokens.js";
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

/** What an owner can do, with a running server and with a stopped one's data folder alike. */
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
  /** Everything that is stored, at one moment: lines of JSON. What is secret stays encrypted under the key. */
  backup(): Promise<string>;
}

export interface OwnerOverview {
  readonly isRecordDamaged: boolean;
  readonly state: OwnerState;
  readonly services: readonly ServiceSummary[];
  readonly lines: readonly AuditLine[];
  readonly days: readonly DayCount[];
}

export interface OwnerParts {
  readonly store: Store;
  readonly tokens: Tokens;
  readonly hosts: ServiceHosts;
  readonly binding: Binding;
  readonly killSwitch: KillSwitch;
  readonly startedAtMs: number;
  /** Every line of the record, oldest first. */
  readonly readRecord: () => Promise<readonly AuditLine[]>;
}

const defaultAuditLimit = 100;

/** The owner at the store itself. */
export class VaultOwner implements Owner {
  constructor(private readonly parts: OwnerParts) {}

  async state(): Promise<OwnerState> {
    const { binding, tokens, killSwitch, startedAtMs } = this.parts;
    return {
      protocolVersion,
      webhookId: binding.webhookId,
      bound: binding.isBound,
      ...optional("boundAt", binding.boundAt),
      ...optional("boundTo", binding.boundTo),
      locked: killSwitch.isLocked,
      ...optional("lockedAt", killSwitch.lockedAt),
      tokenCount: tokens.count,
      startedAt: new Date(startedAtMs).toISOString(),
    };
  }

  async lock(): Promise<OwnerState> {
    await this.parts.killSwitch.lock();
    return this.state();
  }

  async unlock(): Promise<OwnerState> {
    await this.parts.killSwitch.unlock();
    return this.state();
  }

  async services(): Promise<readonly ServiceSummary[]> {
    return this.#services(await this.parts.readRecord());
  }

  #services(lines: readonly AuditLine[]): readonly ServiceSummary[] {
    const lastUses = lastUsesOf(lines);
    return Array.from(this.parts.store.entries("tokens"), ({ key, document }) => ({
      ...summaryOf(key, document),
      ...optional("lastUsedAt", lastUses.get(key)),
      hosts: hostList(key, this.parts.hosts.get(key)),
    }));
  }

  async add(service: string, tokenData: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    const seal = this.parts.tokens.prepare(service, tokenData);
    return this.parts.tokens.put(service, seal(), false);
  }

  async remove(service: string): Promise<boolean> {
    return this.parts.tokens.remove(service);
  }

  async allowHost(service: string, host: string): Promise<HostList> {
    return hostList(service, await this.parts.hosts.allow(service, host));
  }

  async removeHost(service: string, host: string): Promise<HostList> {
    return hostList(service, await this.parts.hosts.remove(service, host));
  }

  async audit(filter: AuditFilter): Promise<readonly AuditLine[]> {
    return latestLines(await this.parts.readRecord(), filter);
  }

  /** What the page shows, with the record read once. A damaged record must not take the kill switch with it. */
  async overview(filter: AuditFilter, nowMs: number): Promise<OwnerOverview> {
    const read = await this.parts.readRecord().catch((error: unknown) => {
      if (error instanceof StartError) return undefined;
      throw error;
    });
    const lines = read ?? [];
    return {
      isRecordDamaged: read === undefined,
      state: await this.state(),
      services: this.#services(lines),
      lines: latestLines(lines, filter),
      days: countByDay(lines, nowMs),
    };
  }

  async backup(): Promise<string> {
    return backupLines(this.parts.store);
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
  const meta = publicMembers(document);
  const text = (name: string): string | undefined => {
    const value = meta[name];
    return typeof value === "string" ? value : undefined;
  };
  const expiryTime = meta["expiryTime"];
  return {
    service,
    tokenType: text("tokenType") ?? "",
    ...optional("createdAt", text("createdAt")),
    ...optional("updatedAt", text("updatedAt")),
    ...(Number.isInteger(expiryTime) ? { expiryTime: expiryTime as number } : {}),
    needsReconnect: meta["needs_reconnect"] === true,
  };
}

function hostList(service: string, { pinned, listed, allowed }: Hosts): HostList {
  return {
    service,
    ...optional("pinned", pinned),
    ...(listed === undefined ? {} : { listed: [...listed] }),
    ...(allowed === undefined ? {} : { allowed: [...allowed] }),
  };
}

function optional<Name extends string>(name: Name, value: string | undefined): { readonly [N in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in Name]: string });
}
