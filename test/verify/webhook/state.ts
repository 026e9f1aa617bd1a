import type { FaultName } from "./faults.js";

export type Members = Record<string, unknown>;

export interface Provider {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenUrl: string;
}

/** The hosts that a service's credential may go to (R42): those listed with it, else the first it went to. */
export interface Hosts {
  readonly listed?: readonly string[];
  readonly pinned?: string;
}

export interface Registration {
  readonly secret: Buffer;
  readonly expiresMs: number;
  used: boolean;
}

export interface State {
  readonly has: (fault: FaultName) => boolean;
  readonly adminSecret: string;
  readonly webhookId: string;
  readonly encryptionKey: Buffer;
  readonly startedMs: number;
  /** The port that this webhook listens on; 0 before it does. */
  port: number;
  secret: Buffer | undefined;
  readonly registrations: Map<string, Registration>;
  /** The ids that were used, and until when each is refused (ms). */
  readonly used: Map<string, number>;
  /** Documents are never changed in place: another state is another object. */
  readonly collections: ReadonlyMap<string, Map<string, Members>>;
  readonly hosts: Map<string, Hosts>;
  readonly renewals: Map<string, Promise<Members>>;
  readonly allowedHosts: ReadonlySet<string>;
  readonly providers: Readonly<Record<string, Provider>>;
}

export const collectionNames = ["tokens", "proxy_configs", "audit", "vault_config"] as const;

export function tokensOf(state: State): Map<string, Members> {
  return documentsOf(state, "tokens");
}

export function documentsOf(state: State, collection: string): Map<string, Members> {
  const documents = state.collections.get(collection);
  if (!documents) throw new Error("no such collection");
  return documents;
}
