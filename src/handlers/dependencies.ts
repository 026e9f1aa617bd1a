import type { Handler, OperationId } from "../contract/operation.js";
import type { ForwardingCounts } from "../http/request.js";
import type { GuardedFetch } from "../outbound/guarded-fetch.js";
import type { OwnerDependencies, VaultOwner } from "../owner/owner.js";
import type { KindDependencies } from "../vault/kinds/kind.js";
import type { TokenRefresh } from "../vault/refresh/token-refresh.js";
import type { Documents } from "../vault/token-vault-documents.js";

/** The parts of the server that handlers work with: the owner's and those of the kinds of credential among them. */
export interface Dependencies extends Omit<OwnerDependencies, "readAuditLog">, KindDependencies {
  readonly documents: Documents;
  readonly refresh: TokenRefresh;
  readonly forwarding: ForwardingCounts;
  readonly owner: VaultOwner;
  readonly fetch: GuardedFetch;
  readonly frontendUrl: string;
  readonly externalUrl: string | undefined;
  readonly metricsText: () => string;
}

/** A handler that gets the parts of its server with each request. */
export type OperationHandler<Id extends OperationId> = (
  dependencies: Dependencies,
  request: Parameters<Handler<Id>>[0],
) => ReturnType<Handler<Id>>;
