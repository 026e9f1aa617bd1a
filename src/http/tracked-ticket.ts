import type { PresentedTicket } from "../contract/operation.js";
import { WebhookError } from "../platform/errors.js";
import type { TicketClaims } from "../protocol/ticket.js";
import type { ReplayGuard } from "../replay/replay-guard.js";

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

  spend(): Promise<void> {
    // Again, since the body may have taken its time.
    this.requireUsable();
    const { nonce, iat, exp } = this.claims;
    return this.replayGuard.useNonce(nonce, iat, exp).then(() => {
      this.#isSpent = true;
    });
  }
}

/** What an operation without tickets is given. */
export const noTicket: PresentedTicket & { readonly isSpent: boolean } = {
  claims: { svc: "", pur: "", exp: 0, nonce: "" },
  isSpent: false,
  spend: () => Promise.reject(new WebhookError("internal_error", "This operation has no ticket.")),
};
