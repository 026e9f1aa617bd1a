import { describe, expect, it } from "vitest";
import type { Clock } from "../../src/platform/clock.js";
import { ReplayGuard, type SignedUse } from "../../src/replay/replay-cache.js";
import { FaultyDisk } from "../support/faulty-disk.js";

const startSeconds = 1_800_000_000;
const signature = "a".repeat(64);

class SetClock implements Clock {
  ms = startSeconds * 1000;
  nowMs(): number {
    return this.ms;
  }

  monotonicMs(): number {
    return this.ms;
  }
}

async function openGuard(
  disk = new FaultyDisk(),
  clock = new SetClock(),
  bootId = "boot 1",
): Promise<{ disk: FaultyDisk; clock: SetClock; guard: ReplayGuard }> {
  return {
    disk,
    clock,
    guard: await ReplayGuard.open({ disk, folder: "/data", clock, bootId, maxTicketLifetimeSeconds: 900 }),
  };
}

function request(requestId: string, more: Partial<SignedUse> = {}): SignedUse {
  return { requestId, timestampSeconds: startSeconds, ...more };
}

/** What a refusal throws, at once or later; "passed" when there is none. */
async function outcomeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return "passed";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

describe("a request", () => {
  it("passes once, and of 64 parallel copies one", async () => {
    const { guard } = await openGuard();
    const copies = Array.from({ length: 64 }, () => outcomeOf(() => guard.consumeRequest(request("r1"))));
    const outcomes = await Promise.all(copies);
    expect(outcomes.filter((outcome) => outcome === "passed")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "auth_failed")).toHaveLength(63);
  });

  it("that changes something does not pass again under another id", async () => {
    const { guard } = await openGuard();
    await guard.consumeRequest(request("r1", { signature }));
    expect(await outcomeOf(() => guard.consumeRequest(request("r2", { signature })))).toBe("auth_failed");
    expect(await outcomeOf(() => guard.refuseUsedSignature(signature, "/v1/storage"))).toBe("auth_failed");
    expect(await outcomeOf(() => guard.consumeRequest(request("r2")))).toBe("passed");
  });

  it("that may be repeated passes again under another id, at the path of its first use alone", async () => {
    const { guard, disk, clock } = await openGuard();
    const at = (requestId: string, repeatableAt: string): Promise<string> =>
      outcomeOf(async () => {
        guard.refuseUsedSignature(signature, repeatableAt);
        await guard.consumeRequest(request(requestId, { signature, repeatableAt }));
      });
    expect([await at("r1", "/a"), await at("r1", "/a")]).toEqual(["passed", "auth_failed"]);
    expect([await at("r2", "/a"), await at("r3", "/b")]).toEqual(["passed", "auth_failed"]);
    // A body that is not valid is told so at any path.
    expect(await outcomeOf(() => guard.refuseUsedSignature(signature, undefined))).toBe("passed");
    const { guard: next } = await openGuard(disk.afterKill(), clock);
    expect(await outcomeOf(() => next.refuseUsedSignature(signature, "/b"))).toBe("auth_failed");
    expect(await outcomeOf(() => next.refuseUsedSignature(signature, "/a"))).toBe("passed");
  });

  it("that was refused for its signature has not used up its id", async () => {
    const { guard } = await openGuard();
    await guard.consumeRequest(request("r1", { signature }));
    await outcomeOf(() => guard.consumeRequest(request("r2", { signature })));
    expect(await outcomeOf(() => guard.consumeRequest(request("r2", { signature: "b".repeat(64) })))).toBe("passed");
  });

  it("that is given back passes again, once, also after a kill", async () => {
    const { guard, disk, clock } = await openGuard();
    await guard.consumeRequest(request("r1", { signature }));
    await guard.releaseRequest(request("r1", { signature }));
    const next = await openGuard(disk.afterKill(), clock);
    for (const each of [guard, next.guard]) {
      expect(await outcomeOf(() => each.refuseUsedSignature(signature, "/v1/storage"))).toBe("passed");
      expect(await outcomeOf(() => each.consumeRequest(request("r1", { signature })))).toBe("passed");
      expect(await outcomeOf(() => each.consumeRequest(request("r1", { signature })))).toBe("auth_failed");
    }
  });

  it("is refused for as long as its timestamp would be taken, to the last millisecond", async () => {
    const { guard, clock } = await openGuard();
    const earliest = request("r1", { timestampSeconds: startSeconds + 300 });
    await guard.consumeRequest(earliest);
    for (const secondsLater of [299, 599, 599.999, 600]) {
      clock.ms = (startSeconds + secondsLater) * 1000;
      expect(await outcomeOf(() => guard.consumeRequest(earliest)), String(secondsLater)).toBe("auth_failed");
    }
  });

  it("is refused after a kill and after an orderly stop", async () => {
    const { guard, disk, clock } = await openGuard();
    await guard.consumeRequest(request("r1", { signature }));
    const killed = await openGuard(disk.afterKill(), clock);
    await guard.close();
    const stopped = await openGuard(disk, clock, "boot 2");
    for (const next of [killed, stopped]) {
      expect(await outcomeOf(() => next.guard.consumeRequest(request("r1")))).toBe("auth_failed");
      expect(await outcomeOf(() => next.guard.consumeRequest(request("r2", { signature })))).toBe("auth_failed");
      expect(await outcomeOf(() => next.guard.consumeRequest(request("r3")))).toBe("passed");
    }
  });
});

describe("a nonce", () => {
  it("passes once, and not again until its ticket has expired, the clock set back included", async () => {
    const { guard, clock } = await openGuard();
    const use = (): Promise<string> => outcomeOf(() => guard.consumeNonce("n1", startSeconds, startSeconds + 60));
    expect(await use()).toBe("passed");
    for (const secondsLater of [0, 59, 60, 300]) {
      clock.ms = (startSeconds + secondsLater) * 1000;
      expect(await use()).toBe("ticket_invalid");
    }
  });

  it("is not the request id of the same text", async () => {
    const { guard } = await openGuard();
    await guard.consumeRequest(request("same"));
    expect(await outcomeOf(() => guard.consumeNonce("same", startSeconds, startSeconds + 60))).toBe("passed");
  });

  it.each(["__proto__", "constructor", "toString"])("may be %s", async (nonce) => {
    const { guard } = await openGuard();
    const use = (): Promise<string> => outcomeOf(() => guard.consumeNonce(nonce, startSeconds, startSeconds + 60));
    expect([await use(), await use()]).toEqual(["passed", "ticket_invalid"]);
  });
});

describe("a disk that fails", () => {
  it("refuses the use as internal_error and leaves it unused", async () => {
    const { guard, disk } = await openGuard();
    disk.before = ({ kind }) => (kind === "write" ? "ENOSPC" : undefined);
    expect(await outcomeOf(() => guard.consumeRequest(request("r1", { signature })))).toBe("internal_error");
    expect(await outcomeOf(() => guard.consumeNonce("n1", startSeconds, startSeconds + 60))).toBe("internal_error");
    disk.before = () => undefined;
    expect(await outcomeOf(() => guard.consumeRequest(request("r1", { signature })))).toBe("passed");
    expect(await outcomeOf(() => guard.consumeNonce("n1", startSeconds, startSeconds + 60))).toBe("passed");
  });

  it("does not take back what was used again while its return could not be written", async () => {
    const { guard, disk } = await openGuard();
    const r1 = request("r1");
    await guard.consumeRequest(r1);
    let fail = (): void => undefined;
    const failed = new Promise<void>((resolve) => (fail = resolve));
    let isFirst = true;
    disk.before = ({ kind }) => {
      if (kind !== "write" || !isFirst) return undefined;
      isFirst = false;
      return failed.then(() => "ENOSPC" as const);
    };
    const returned = outcomeOf(() => guard.releaseRequest(r1));
    await new Promise(setImmediate);
    const again = outcomeOf(() => guard.consumeRequest(r1));
    fail();
    expect([await returned, await again]).toEqual(["ENOSPC", "passed"]);
    expect(await outcomeOf(() => guard.consumeRequest(r1))).toBe("auth_failed");
  });

  it("lets nothing take effect before its use is written", async () => {
    const { guard, disk } = await openGuard();
    let letGo = (): void => undefined;
    const released = new Promise<void>((resolve) => (letGo = resolve));
    disk.before = ({ kind }) => (kind === "write" ? released.then(() => undefined) : undefined);
    let hasPassed = false;
    const use = guard.consumeNonce("n1", startSeconds, startSeconds + 60).then(() => (hasPassed = true));
    await new Promise(setImmediate);
    expect(hasPassed).toBe(false);
    expect(await outcomeOf(() => guard.consumeNonce("n1", startSeconds, startSeconds + 60))).toBe("ticket_invalid");
    letGo();
    await use;
  });
});

describe("after a power cut", () => {
  it("what was signed or issued before the start is refused, and what came after passes", async () => {
    const before = await openGuard();
    await before.guard.consumeRequest(request("r1"));
    const clock = new SetClock();
    clock.ms += 10_500;
    const { guard } = await openGuard(before.disk.afterPowerCut(), clock, "boot 2");
    const issued = (secondsLater: number): Promise<string> =>
      outcomeOf(() => guard.consumeNonce(`n${String(secondsLater)}`, startSeconds + secondsLater, startSeconds + 90));
    const signed = (secondsLater: number): Promise<string> =>
      outcomeOf(() =>
        guard.consumeRequest(request(`q${String(secondsLater)}`, { timestampSeconds: startSeconds + secondsLater })),
      );
    expect([await issued(0), await issued(9), await issued(11)]).toEqual([
      "ticket_invalid",
      "ticket_invalid",
      "passed",
    ]);
    expect([await signed(0), await signed(9), await signed(11)]).toEqual(["auth_failed", "auth_failed", "passed"]);
  });

  it("a ticket that does not say when it was issued is refused", async () => {
    const before = await openGuard();
    const { guard } = await openGuard(before.disk.afterPowerCut(), before.clock, "boot 2");
    expect(await outcomeOf(() => guard.consumeNonce("n1", undefined, startSeconds + 60))).toBe("ticket_invalid");
  });

  it("a refused use is not used up by the fence", async () => {
    const before = await openGuard();
    const clock = new SetClock();
    clock.ms += 10_000;
    const { guard } = await openGuard(before.disk.afterPowerCut(), clock, "boot 2");
    expect(await outcomeOf(() => guard.consumeRequest(request("r1")))).toBe("auth_failed");
    expect(await outcomeOf(() => guard.consumeRequest(request("r1", { timestampSeconds: startSeconds + 11 })))).toBe(
      "passed",
    );
  });
});
