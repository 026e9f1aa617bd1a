import type { components } from "../../generated/types.js";

type Schemas = components["schemas"];

/** A stored credential, without what is secret. */
export type ServiceRow = Readonly<Omit<Schemas["ServiceSummary"], "hosts">> & {
  readonly hosts: Omit<Schemas["ServiceHosts"], "service">;
};

/** A line of the audit log: time, op, outcome, status, client, ms, service?, purpose?, sub?, aid?, pid?, upstreamHost? … */
export type AuditLine = Readonly<Record<string, unknown>>;

/** Uses and refusals of one day (UTC), such as 2026-01-31. */
export interface DayRow {
  readonly day: string;
  readonly uses: number;
  readonly refusals: number;
}

/** For the owner who signed in. */
export interface OwnerContent extends Readonly<
  Pick<Schemas["OwnerState"], "webhookId" | "boundAt" | "boundTo" | "lockedAt">
> {
  readonly services: readonly ServiceRow[];
  /** Newest first. */
  readonly lines: readonly AuditLine[];
  /** The audit log cannot be read: there are no lines, days and last uses. */
  readonly isAuditLogDamaged: boolean;
  /** The values that the lines are filtered by. */
  readonly filter: Readonly<Partial<Record<"service" | "op" | "outcome", string | undefined>>>;
  /** Oldest first, one for each of the last 14 days, also those without a use. */
  readonly days: readonly DayRow[];
}

/** For everybody. */
export interface HomeContent {
  readonly protocolVersion: string;
  readonly isBound: boolean;
  readonly isLocked: boolean;
  /** This webhook's public address, and where binding is completed. */
  readonly webhookUrl: string;
  readonly frontend: string;
  readonly nowMs: number;
  /** Absent for whoever is not signed in. */
  readonly owner?: OwnerContent;
  /** The action just done, by its name; it comes from the address, so it may be any text. */
  readonly flash?: string;
}
