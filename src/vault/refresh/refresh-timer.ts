import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../platform/clock.js";
import { WebhookError } from "../../platform/errors.js";
import type { Document, Position, Store } from "../../store/store.js";
import { publicProperties } from "../credential.js";
import type { KillSwitch } from "../kill-switch.js";
import type { TokenRefresh } from "./token-refresh.js";

const scanIntervalMs = 60_000;
/** Refreshes of one scan are spread over this share of the interval, so that a provider is not called by all at once. */
const jitterShare = 0.8;
const servicesPerPage = 500;

export type RefreshReport = (service: string, outcome: string, providerHost: string | undefined) => Promise<void>;

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
): { stop(): void } {
  if (aheadSeconds === 0) return { stop: () => undefined };
  const pending = new Set<NodeJS.Timeout>();
  let isStopped = false;
  const refreshUnlessLocked = async (service: string): Promise<void> => {
    if (!isStopped && !(await killSwitch.isLocked())) await reported(refresh, service, report);
  };
  const schedule = (service: string): void => {
    const timer = setTimeout(
      () => {
        pending.delete(timer);
        refreshUnlessLocked(service).catch(() => undefined);
      },
      Math.random() * scanIntervalMs * jitterShare,
    );
    pending.add(timer.unref());
  };
  const scan = async (): Promise<void> => {
    for await (const services of dueServices(store, refresh, clock.nowMs() + aheadSeconds * 1000)) {
      if (isStopped || (await killSwitch.isLocked())) return;
      services.forEach(schedule);
    }
  };
  const interval = setInterval(() => {
    // A store that cannot be read now is read again at the next scan.
    scan().catch(() => undefined);
  }, scanIntervalMs).unref();
  return {
    stop() {
      isStopped = true;
      clearInterval(interval);
      for (const timer of pending) clearTimeout(timer);
    },
  };
}

/** Refreshes and reports; what goes wrong is tried again at a later scan, once it is no longer waiting. */
async function reported(refresh: TokenRefresh, service: string, report: RefreshReport): Promise<void> {
  const { status, providerHost } = await refresh.refresh(service).catch((error: unknown) => ({
    status: error instanceof WebhookError ? error.code : "internal_error",
    providerHost: undefined,
  }));
  // Requests are refused and say so while the audit log cannot be written.
  await report(service, status, providerHost).catch(() => undefined);
}

/**
 * Finds services whose token expires before `beforeMs` and can be refreshed here and now; requests come between the pages.
 */
export async function* dueServices(store: Store, refresh: TokenRefresh, beforeMs: number): AsyncGenerator<string[]> {
  let after: Position | undefined;
  for (;;) {
    const page = await store.list("tokens", { limit: servicesPerPage, after });
    yield page.entries
      .filter(({ key, document }) => isDue(document, refresh, beforeMs) && !refresh.isWaiting(key, document))
      .map(({ key }) => key);
    after = page.entries.at(-1);
    if (!page.hasMore) return;
    await nextTurn();
  }
}

function isDue(document: Document, refresh: TokenRefresh, beforeMs: number): boolean {
  const properties = publicProperties(document);
  const { expiryTime, hasRefreshToken, needs_reconnect: needsReconnect } = properties;
  if (typeof expiryTime !== "number" || expiryTime >= beforeMs) return false;
  return hasRefreshToken !== false && needsReconnect !== true && refresh.providerFor(properties) !== undefined;
}
