import type { Clock } from "../platform/clock.js";
import type { ForwardingCounts } from "../http/request.js";
import type { GuardedFetch } from "../outbound/guarded-fetch.js";
import type { Store } from "../store/store.js";
import type { Binding } from "../vault/binding.js";
import type { Credentials } from "../vault/credentials.js";
import type { Documents } from "../vault/token-vault-documents.js";
import type { GoogleTokens } from "../vault/kinds/google-token.js";
import type { ServiceHosts } from "../vault/service-hosts.js";
import type { TokenRefresh } from "../vault/refresh/token-refresh.js";
import type { KillSwitch } from "../vault/kill-switch.js";
import type { VaultOwner } from "../owner/owner.js";

/** The parts of the server that handlers work with. */
export interface Dependencies {
  readonly store: Store;
  readonly documents: Documents;
  readonly credentials: Credentials;
  readonly hosts: ServiceHosts;
  readonly refresh: TokenRefresh;
  readonly googleTokens: GoogleTokens;
  readonly binding: Binding;
  readonly forwarding: ForwardingCounts;
  readonly owner: VaultOwner;
  readonly killSwitch: KillSwitch;
  readonly fetch: GuardedFetch;
  readonly clock: Clock;
  readonly startedAtMs: number;
  readonly frontendUrl: string;
  readonly externalUrl: string | undefined;
  readonly metricsText: () => string;
}
