import type { Clock } from "../platform/clock.js";
import type { Store } from "../store/store.js";

/* system/lock   {"lockedAt": "2026-01-01T00:00:00.000Z"}, there while the owner has locked the webhook. */

/** While it is locked no credential is touched: every such request is refused, from the next one on. */
export class KillSwitch {
  /** It holds from the moment that the owner asks, whatever the disk says to it. */
  #isPressed = false;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  get isLocked(): boolean {
    return this.#isPressed || this.store.has("system", "lock");
  }

  /** ISO time; undefined while it is not locked. */
  get lockedAt(): string | undefined {
    const lockedAt = this.store.get("system", "lock")?.["lockedAt"];
    return typeof lockedAt === "string" ? lockedAt : undefined;
  }

  /** Resolves once it would survive a power cut. */
  async lock(): Promise<void> {
    this.#isPressed = true;
    const lockedAt = new Date(this.clock.nowMs()).toISOString();
    await this.store.transact((transaction) => {
      if (!transaction.get("system", "lock")) transaction.put("system", "lock", { lockedAt });
    });
  }

  async unlock(): Promise<void> {
    await this.store.transact((transaction) => {
      if (transaction.get("system", "lock")) transaction.delete("system", "lock");
    });
    this.#isPressed = false;
  }
}
