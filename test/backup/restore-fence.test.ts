import { describe, expect, it } from "vitest";
import type { Clock } from "../../src/platform/clock.js";
import { ReplayGuard } from "../../src/replay/replay-cache.js";
import type { FaultyDisk } from "../support/faulty-disk.js";
import { backupOf, restoreOn } from "./backup-on-disk.js";
import { filledVault } from "../vault/vault-on-disk.js";

describe("R28: what was signed before a restore", () => {
  const startMs = 1_800_000_000_600;
  const clock: Clock = { nowMs: () => startMs };

  async function guardOn(disk: FaultyDisk, nowMs: number): Promise<ReplayGuard> {
    return ReplayGuard.open({
      disk,
      folder: "/data",
      clock: { nowMs: () => nowMs },
      bootId: "boot 1",
      maxTicketLifetimeSeconds: 900,
    });
  }

  it.each([
    ["at once", startMs + 50],
    ["an hour later", startMs + 3_600_000],
  ])("is refused after it, used or not, by a server that starts %s", async (_name, startsMs) => {
    const { disk } = await filledVault();
    const backup = await backupOf(disk);
    const used = await guardOn(disk, startMs);
    const seconds = Math.floor(startMs / 1000);
    await used.consumeNonce("spent in the same second", seconds, seconds + 900);
    await used.close();
    await restoreOn(disk, backup, { replace: true, clock });
    const guard = await guardOn(disk, startsMs);
    const outcomeOf = (work: () => unknown): Promise<unknown> =>
      Promise.resolve()
        .then(work)
        .then(
          () => "passed",
          (error: unknown) => (error as { code: string }).code,
        );
    expect(await outcomeOf(() => guard.consumeNonce("spent in the same second", seconds, seconds + 900))).toBe(
      "ticket_invalid",
    );
    expect(await outcomeOf(() => guard.consumeNonce("never used", seconds, seconds + 900))).toBe("ticket_invalid");
    expect(await outcomeOf(() => guard.consumeRequest({ requestId: "r", timestampSeconds: seconds }))).toBe(
      "auth_failed",
    );
    expect(await outcomeOf(() => guard.consumeNonce("of later", seconds + 1, seconds + 900))).toBe("passed");
    expect(await outcomeOf(() => guard.consumeRequest({ requestId: "r", timestampSeconds: seconds + 1 }))).toBe(
      "passed",
    );
    // And so it stays, through every start.
    await guard.close();
    const next = await guardOn(disk, startsMs + 1_000);
    expect(await outcomeOf(() => next.consumeNonce("never used", seconds, seconds + 900))).toBe("ticket_invalid");
  });
});
