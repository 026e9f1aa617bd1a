import { isoMilliseconds, type Clock } from "./platform/clock.js";
import type { Config } from "./config.js";
import { createHandlers } from "./handlers/index.js";
import { createApp, listen, type Listener } from "./http/http-server.js";
import type { Logger } from "./platform/logger.js";
import { Metrics } from "./platform/metrics.js";
import { GuardedFetch, type Dialler, type Resolver } from "./outbound/guarded-fetch.js";
import { errorResponse } from "./http/response.js";
import { WebhookError } from "./platform/errors.js";
import { RequestLimits } from "./http/limits.js";
import { OwnerSessions } from "./http/owner-access.js";
import { ForwardingCounts } from "./http/request.js";
import { nodeDisk, readBootId, type Disk } from "./files/disk.js";
import { AuditLog, readRecentAuditLog, type AuditLogOptions } from "./audit/audit-log.js";
import { adminSecretFrom, adminSecretPath } from "./keys/admin-secret.js";
import { Credentials } from "./vault/credentials.js";
import { Documents } from "./vault/token-vault-documents.js";
import { openVault, type Vault } from "./vault/open-vault.js";
import { KillSwitch } from "./vault/kill-switch.js";
import { GoogleTokens } from "./vault/kinds/google-token.js";
import { startRefreshTimer } from "./vault/refresh/refresh-timer.js";
import { VaultOwner } from "./owner/owner.js";
import { ReplayGuard, type ReplayGuardOptions } from "./replay/replay-cache.js";
import type { Store } from "./store/store.js";
import { ServiceHosts } from "./vault/service-hosts.js";
import { TokenRefresh } from "./vault/refresh/token-refresh.js";

/** Surroundings of the server; tests put others in the place of the real ones. */
export interface ServerDependencies {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly disk?: Disk;
  readonly resolve?: Resolver;
  readonly dial?: Dialler;
}

export interface RunningServer {
  /** http://host:port, as it listens. */
  readonly url: string;
  readonly isBound: boolean;
  /** The path at which the owner finds the admin secret; undefined when it came by TV_ADMIN_SECRET. */
  readonly adminSecretPath: string | undefined;
  readonly keySource: string;
  /** Ends after the last response. */
  close(): Promise<void>;
}

/** Opens the data folder and listens. @throws StartError */
export async function startServer(dependencies: ServerDependencies): Promise<RunningServer> {
  const { config, clock, logger, disk = nodeDisk } = dependencies;
  const warn = (sentence: string): void => {
    logger.warn(sentence);
  };
  const metrics = new Metrics();
  // First, so that nothing is made on the disk where the port is taken.
  const listener = await listen(config);
  let vault: Vault | undefined;
  try {
    vault = await openVault(config, { disk, clock, warn, startCommit: metrics.startCommit });
    return await serveVault(dependencies, disk, vault, listener, metrics, warn);
  } catch (error) {
    listener.serve(() => errorResponse(new WebhookError("internal_error", "The server could not start."), {}, false));
    await Promise.all([listener.close(), vault?.close()]);
    throw error;
  }
}

async function serveVault(
  dependencies: ServerDependencies,
  disk: Disk,
  vault: Vault,
  listener: Listener,
  metrics: Metrics,
  warn: (sentence: string) => void,
): Promise<RunningServer> {
  const { config, clock, logger, resolve, dial } = dependencies;
  const { store, binding, folder } = vault;
  const secretPath = adminSecretPath(folder);
  const adminSecret = config.adminSecret ?? (await adminSecretFrom(disk, secretPath));
  const { replayGuard, auditLog } = await openLogs(store, {
    disk,
    folder,
    clock,
    bootId: await readBootId(disk),
    warn,
    maxTicketLifetimeSeconds: config.ticketMaxLifetimeSeconds,
  });
  const fetch = new GuardedFetch({
    allowPrivateHosts: config.allowPrivateHosts,
    ownOrigin: config.externalUrl,
    resolve,
    dial,
  });
  const credentials = new Credentials(store, vault.cipher, clock);
  const refresh = new TokenRefresh(credentials, fetch, config.oauthProviders, clock);
  const killSwitch = new KillSwitch(store, clock);
  const hosts = new ServiceHosts(store, config.proxyHosts);
  const startedAtMs = clock.nowMs();
  const forwarding = new ForwardingCounts();
  const owner = new VaultOwner({
    store,
    credentials,
    hosts,
    binding,
    killSwitch,
    startedAtMs,
    readAuditLog: () => readRecentAuditLog(disk, folder),
  });
  const timer = startRefreshTimer(
    store,
    refresh,
    killSwitch,
    clock,
    config.refreshAheadSeconds,
    (service, outcome, upstreamHost) => {
      const time = isoMilliseconds(clock.nowMs());
      return auditLog.append({ time, op: "refreshAhead", service, refresh: outcome, upstreamHost });
    },
  );
  const handlers = createHandlers({
    store,
    documents: new Documents(store, clock, config.auditRetention),
    credentials,
    hosts,
    binding,
    owner,
    killSwitch,
    forwarding,
    fetch,
    clock,
    startedAtMs,
    frontendUrl: config.frontendUrl,
    externalUrl: config.externalUrl,
    metricsText: () => metrics.text(),
    refresh,
    googleTokens: new GoogleTokens(fetch, clock),
  });
  const app = createApp({
    config,
    limits: new RequestLimits(config.rateLimitPerMinute),
    adminSecret,
    handlers,
    binding,
    replayGuard,
    killSwitch,
    sessions: new OwnerSessions(),
    forwarding,
    auditLog,
    clock,
    logger,
    metrics,
  });
  listener.serve(app.fetch);
  await vault.announce(listener.url);
  return {
    url: listener.url,
    isBound: await binding.isBound(),
    adminSecretPath: config.adminSecret ? undefined : secretPath,
    keySource: vault.keySource,
    async close() {
      timer.stop();
      await listener.close();
      // A refresh that nobody waits for any more still has a token to store.
      for (const service of await refresh.drain())
        logger.error("new tokens could not be stored and are lost; connect the service again", { service });
      fetch.close();
      // Each is tried, whatever becomes of the one before.
      const closings = [() => replayGuard.close(), () => auditLog.close(), () => vault.close()];
      for (const close of closings) {
        await close().catch((error: unknown) => {
          logger.error("a file could not be closed", { name: error instanceof Error ? error.name : "unknown" });
        });
      }
    },
  };
}

/**
 * Opens what a server writes beside the store. The document folder/logs says that both were begun: what is missing later
 * was taken away. It is in no backup, since a restored folder has no logs yet.
 * @throws StartError when the audit log is damaged or missing
 */
export async function openLogs(
  store: Store,
  options: Omit<ReplayGuardOptions & AuditLogOptions, "mustExist">,
): Promise<{ readonly replayGuard: ReplayGuard; readonly auditLog: AuditLog }> {
  const mustExist = (await store.get("folder", "logs")) !== undefined;
  const auditLog = await AuditLog.open({ ...options, mustExist });
  const replayGuard = await ReplayGuard.open({ ...options, mustExist });
  if (!mustExist) await store.transact((transaction) => transaction.put("folder", "logs", {}));
  return { replayGuard, auditLog };
}
