import type { Clock } from "../../platform/clock.js";
import { WebhookError } from "../../platform/errors.js";
import type { Store } from "../../store/store.js";
import type { KillSwitch } from "../kill-switch.js";
import { publicMembers } from "../token-document.js";
import type { TokenRefresh } from "./token-refresh.js";

const scanIntervalMs = 60_000;
/** Refreshes of one scan are spread over this share of the interval, so that a provider is not called by all at once. */
const jitterShare = 0.8;
const servicesPerTurn = 500;

export interface RefreshReport {
  (service: string, outcome: string, providerHost: string | undefined): Promise<void>;
}

export interface RefreshTimer {
  stop(): void;
}

/**
 * Refreshes credentials that have a client of the owner's before they expire, without Token Vault asking.
 * @param aheadSeconds how long before; 0 is never
 * @param report is told of each refresh; its outcome is a status or the code of an error
 */
export function startRefreshTimer(
  store: Store,
  refresh: TokenRefresh,
  killSwitch: Pick<KillSwitch, "isLocked">,
  clock: Clock,
  aheadSeconds: number,
  report: RefreshReport,
): RefreshTimer {
  if (aheadSeconds === 0) return { stop: () => undefined };
  const pending = new Set<NodeJS.Timeout>();
  let isStopped = false;
  const scan = (services: readonly string[], start: number): void => {
    if (killSwitch.isLocked || isStopped) return;
    const end = start + servicesPerTurn;
    const beforeMs = clock.nowMs() + aheadSeconds * 1000;
    for (const service of dueServices(store, refresh, beforeMs, services.slice(start, end))) {
      const timer = setTimeout(
        () => {
          pending.delete(timer);
          if (killSwitch.isLocked) return;
          void reported(refresh, service, report);
        },
        Math.random() * scanIntervalMs * jitterShare,
      );
      pending.add(timer.unref());
    }
    // Requests come between, however many credentials there are.
    if (services.length > end) setImmediate(scan, services, end);
  };
  const interval = setInterval(() => {
    scan(servicesOf(store), 0);
  }, scanIntervalMs).unref();
  return {
    stop() {
      isStopped = true;
      clearInterval(interval);
      for (const timer of pending) clearTimeout(timer);
    },
  };
}

/** What goes wrong here is tried again at a later scan. */
async function reported(refresh: TokenRefresh, service: string, report: RefreshReport): Promise<void> {
  const { status, providerHost } = await refresh.refresh(service).catch((error: unknown) => ({
    status: error instanceof WebhookError ? error.code : "internal_error",
    providerHost: undefined,
  }));
  // Where the record cannot be written, requests are refused and say so.
  await report(service, status, providerHost).catch(() => undefined);
}

/** Services whose token expires before `beforeMs` and can be refreshed here. */
export function dueServices(
  store: Store,
  refresh: TokenRefresh,
  beforeMs: number,
  services = servicesOf(store),
): string[] {
  return services.filter((service) => {
    const document = store.get("tokens", service);
    if (!document) return false;
    const { expiryTime, hasRefreshToken, needs_reconnect: needsReconnect } = publicMembers(document);
    const isDue = typeof expiryTime === "number" && expiryTime < beforeMs;
    return isDue && hasRefreshToken !== false && needsReconnect !== true && refresh.providerFor(document) !== undefined;
  });
}

function servicesOf(store: Store): readonly string[] {
  return Array.from(store.entries("tokens"), ({ key }) => key);
}
