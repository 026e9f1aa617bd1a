import type { Clock } from "../platform/clock.js";
import { asText } from "../platform/encoding.js";
import type { Store } from "../store/store.js";

/* system/lock   {"lockedAt": "2026-01-01T00:00:00.000Z"}, there while the owner has locked the webhook. */

/** While it is locked no credential is touched: every such request is refused, from the next one on. */
export class KillSwitch {
  /** Set from the moment that the owner asks, whatever the disk says to it. */
  #isAskedFor = false;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  async isLocked(): Promise<boolean> {
    return this.#isAskedFor || (await this.store.get("system", "lock")) !== undefined;
  }

  /** ISO time; undefined while it is not locked. */
  async lockedAt(): Promise<string | undefined> {
    return asText((await this.store.get("system", "lock"))?.["lockedAt"]);
  }

  /** Resolves once it would survive a power cut. */
  async lock(): Promise<void> {
    this.#isAskedFor = true;
    const lockedAt = new Date(this.clock.nowMs()).toISOString();
    await this.store.transact(async (transaction) => {
      if (!(await transaction.get("system", "lock"))) await transaction.put("system", "lock", { lockedAt });
    });
  }

  async unlock(): Promise<void> {
    await this.store.transact((transaction) => transaction.delete("system", "lock"));
    this.#isAskedFor = false;
  }
}
