import type { components, operations } from "../../generated/types.js";
import { protocolVersion } from "../../generated/operations.js";
import { asText, withoutUndefined } from "../platform/encoding.js";
import { StartError } from "../platform/errors.js";
import { backupLines } from "../backup/backup-lines.js";
import type { Store } from "../store/store.js";
import type { Binding } from "../vault/binding.js";
import { publicProperties } from "../vault/credential.js";
import type { Credentials } from "../vault/credentials.js";
import type { KillSwitch } from "../vault/kill-switch.js";
import type { Hosts, ServiceHosts } from "../vault/service-hosts.js";
import { countByDay, lastUsesOf, type AuditLine } from "./usage.js";

type Schemas = components["schemas"];
export type OwnerState = Schemas["OwnerState"];
export type ServiceSummary = Schemas["ServiceSummary"];
export type HostList = Schemas["ServiceHosts"];

type AuditQuery = NonNullable<operations["showAudit"]["parameters"]["query"]>;

export type AuditFilter = { readonly [Name in Exclude<keyof AuditQuery, "limit">]?: AuditQuery[Name] | undefined } & {
  readonly limit?: number | undefined;
};

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
export class VaultOwner {
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
    return entries.map(({ key: service, document }) => {
      const meta = publicProperties(document);
      return withoutUndefined({
        service,
        tokenType: asText(meta["tokenType"]) ?? "",
        createdAt: asText(meta["createdAt"]),
        updatedAt: asText(meta["updatedAt"]),
        expiryTime: Number.isInteger(meta["expiryTime"]) ? (meta["expiryTime"] as number) : undefined,
        needsReconnect: meta["needs_reconnect"] === true,
        lastUsedAt: lastUses.get(service),
        hosts: hostList(service, hostsByService.get(service)),
      });
    });
  }

  /** Keeps a credential, in the place of the one that is stored. @throws WebhookError invalid_request, payload_too_large */
  async add(service: string, tokenData: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    const { credentials } = this.dependencies;
    return credentials.put(credentials.prepare(service, tokenData), false);
  }

  /** False when there was none. */
  async remove(service: string): Promise<boolean> {
    return this.dependencies.credentials.remove(service);
  }

  /** @throws WebhookError invalid_request */
  async allowHost(service: string, host: string): Promise<HostList> {
    return hostList(service, await this.dependencies.hosts.allow(service, host));
  }

  /** The hosts that are left. */
  async removeHost(service: string, host: string): Promise<HostList> {
    return hostList(service, await this.dependencies.hosts.remove(service, host));
  }

  /** Newest first. */
  async audit(filter: AuditFilter): Promise<readonly AuditLine[]> {
    return latestLines(await this.dependencies.readAuditLog(), filter);
  }

  /** Gives what the page shows, with the audit log read once. A damaged one must not take the kill switch with it. */
  async overview(filter: AuditFilter, nowMs: number) {
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

  /** Gives everything that is stored, at one moment: lines of JSON. Secrets stay encrypted under the key. */
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

function hostList(service: string, hosts: Hosts = {}): HostList {
  return withoutUndefined({ service, ...hosts });
}

/** The owner's work, with a running server and with a stopped one's data folder alike. */
export type Owner = Omit<VaultOwner, "overview">;
