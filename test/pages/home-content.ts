import type { HomeContent, OwnerContent, ServiceRow } from "../../src/pages/home-content.js";

export const nowMs = Date.parse("2026-03-31T12:00:00.000Z");
const hourMs = 3_600_000;

export function hoursAgo(hours: number): string {
  return new Date(nowMs - hours * hourMs).toISOString();
}

export function homeContent(more: Partial<HomeContent> = {}): HomeContent {
  return {
    protocolVersion: "2.2.0",
    isBound: true,
    isLocked: false,
    webhookUrl: "https://hook.example.org",
    frontend: "https://vault.example.org",
    nowMs,
    ...more,
  };
}

export const github: ServiceRow = {
  service: "github",
  tokenType: "oauth",
  createdAt: hoursAgo(80 * 24),
  updatedAt: hoursAgo(5),
  expiryTime: nowMs + 3 * hourMs,
  needsReconnect: false,
  lastUsedAt: hoursAgo(2),
  hosts: { pinned: "api.github.com", listed: ["*.github.test"], allowed: ["uploads.github.com"] },
};

export function ownerContent(more: Partial<OwnerContent> = {}): OwnerContent {
  return {
    isAuditLogDamaged: false,
    webhookId: "wh_00112233445566778899aabbccddeeff",
    boundAt: hoursAgo(10 * 24),
    boundTo: "https://vault.example.org",
    services: [github],
    lines: [
      {
        n: 7,
        prev: "0".repeat(64),
        time: hoursAgo(2),
        op: "proxyRequest",
        outcome: "ok",
        status: 200,
        client: "198.51.100.7",
        ms: 3,
        service: "github",
        sub: "user_1",
        aid: "agent_7",
        pid: "proxy_3",
        upstreamHost: "api.github.com",
        upstreamStatus: 201,
      },
      {
        n: 6,
        time: hoursAgo(3),
        op: "getCredential",
        outcome: "ticket_expired",
        status: 401,
        client: "203.0.113.9",
        ms: 1,
      },
    ],
    filter: {},
    days: lastDays(() => ({ uses: 2, refusals: 1 })),
    ...more,
  };
}

/** The last 14 days, oldest first; the counts by their place, from 0. */
export function lastDays(
  countsOf: (index: number) => { readonly uses: number; readonly refusals: number },
): OwnerContent["days"] {
  return Array.from({ length: 14 }, (_none, index) => ({
    day: hoursAgo((13 - index) * 24).slice(0, 10),
    ...countsOf(index),
  }));
}
