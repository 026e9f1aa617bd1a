import type { PresentedTicket } from "./contract.js";
import { WebhookError } from "./errors.js";
import type { TicketClaims } from "./protocol/ticket.js";
import type { ReplayGuard } from "./vault/replay-guard.js";

/** A ticket that was presented and is good, and whether the handler has used it up. */
export class TrackedTicket implements PresentedTicket {
  #isSpent = false;

  constructor(
    readonly claims: TicketClaims,
    private readonly replayGuard: ReplayGuard,
    /** Throws where it may not be used any more. */
    private readonly requireUsable: () => void,
  ) {}

  get isSpent(): boolean {
    return this.#isSpent;
  }

  async spend(): Promise<void> {
    // Again, since the body may have taken its time.
    this.requireUsable();
    await this.replayGuard.useNonce(this.claims.nonce, this.claims.iat, this.claims.exp);
    this.#isSpent = true;
  }
}

/** What an operation without tickets is given. */
export const noTicket: PresentedTicket & { readonly isSpent: boolean } = {
  claims: { svc: "", pur: "", exp: 0, nonce: "" },
  isSpent: false,
  spend: () => Promise.reject(new WebhookError("internal_error", "This operation has no ticket.")),
};
