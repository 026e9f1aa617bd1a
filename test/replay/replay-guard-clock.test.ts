import { describe, expect, it } from "vitest";
import type { Clock } from "../../src/platform/clock.js";
import { ReplayGuard, type SignedUse } from "../../src/replay/replay-cache.js";
import { FaultyDisk } from "../support/faulty-disk.js";

const startSeconds = 1_800_000_000;

/** A machine whose clock can be set, beside one that only goes on. */
class SettableClock implements Clock {
  steady = 0;
  ahead = 0;

  nowMs(): number {
    return startSeconds * 1000 + this.steady + this.ahead;
  }

  monotonicMs(): number {
    return this.steady;
  }
}

describe("a clock that is set", () => {
  async function openOn(
    clock: SettableClock,
    disk: FaultyDisk,
    bootId = "boot 1",
    warnings: string[] = [],
  ): Promise<ReplayGuard> {
    return ReplayGuard.open({
      disk,
      folder: "/data",
      clock,
      bootId,
      maxTicketLifetimeSeconds: 900,
      warn: (sentence) => warnings.push(sentence),
    });
  }

  it("ahead for a moment lets nothing serve twice when it is right again", async () => {
    const clock = new SettableClock();
    const guard = await openOn(clock, new FaultyDisk());
    await guard.consumeNonce("a", startSeconds, startSeconds + 600);
    // Past the time in which a start trusts no clock.
    clock.steady = 60_000;
    await guard.consumeNonce("b", startSeconds + 60, startSeconds + 660);
    clock.ahead = 60 * 60_000;
    await guard.consumeNonce("while it was ahead", startSeconds + 3660, startSeconds + 4200);
    clock.steady += 120_000;
    await guard.consumeNonce("a minute later", startSeconds + 3780, startSeconds + 4200);
    clock.ahead = 0;
    clock.steady += 1000;
    for (const nonce of ["a", "b"])
      await expect(guard.consumeNonce(nonce, startSeconds, startSeconds + 600)).rejects.toThrow("used before");
  });

  it("ahead over a restart lets nothing serve twice when it is right again", async () => {
    const clock = new SettableClock();
    const disk = new FaultyDisk();
    const before = await openOn(clock, disk);
    await before.consumeNonce("a", startSeconds, startSeconds + 600);
    await before.close();
    clock.ahead = 24 * 3_600_000;
    const guard = await openOn(clock, disk);
    await guard.consumeNonce("other", startSeconds + 86_400, startSeconds + 86_700);
    clock.ahead = 0;
    clock.steady += 1000;
    await expect(guard.consumeNonce("a", startSeconds, startSeconds + 600)).rejects.toThrow("used before");
  });

  it("back after a start that was a day ahead takes the fence with it, and says meanwhile that it refuses", async () => {
    const clock = new SettableClock();
    const disk = new FaultyDisk();
    await openOn(clock, disk);
    clock.ahead = 24 * 3_600_000;
    const warnings: string[] = [];
    const guard = await openOn(clock, disk.afterPowerCut("names"), "boot 2", warnings);
    clock.steady = 5000;
    const signed = (seconds: number): SignedUse => ({
      requestId: String(seconds),
      timestampSeconds: startSeconds + seconds,
    });
    await expect(guard.consumeRequest(signed(4))).rejects.toThrow();
    await expect(guard.consumeRequest(signed(5))).rejects.toThrow();
    expect(warnings.filter((warning) => warning.startsWith("What was signed before "))).toHaveLength(1);
    clock.ahead = 0;
    await expect(guard.consumeRequest(signed(5))).resolves.toBeUndefined();
    // Signed before the start, as the right clock has it.
    await expect(guard.consumeRequest(signed(-1))).rejects.toThrow();
  });

  it("right only after a start in 1970, as without a battery, left the fence there, and what the cut took served again", async () => {
    const clock = new SettableClock();
    const disk = new FaultyDisk();
    const before = await openOn(clock, disk);
    await before.consumeNonce("a", startSeconds, startSeconds + 600);
    clock.ahead = -startSeconds * 1000;
    clock.steady = 30_000;
    const guard = await openOn(clock, disk.afterPowerCut("nothing"), "boot 2");
    clock.steady += 5000;
    clock.ahead = 0;
    await expect(guard.consumeNonce("a", startSeconds, startSeconds + 600)).rejects.toThrow("used before");
    await expect(guard.consumeNonce("new", startSeconds + 31, startSeconds + 631)).resolves.toBeUndefined();
  });
});
