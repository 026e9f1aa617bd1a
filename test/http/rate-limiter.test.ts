import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RateLimiter, RequestLimits } from "../../src/http/limits.js";

const now = 1_767_225_600_000;

/** Counts how many of so many attempts at once are let through. */
function taken(limiter: RateLimiter, address: string, attempts: number, nowMs = now): number {
  return Array.from({ length: attempts }, () => limiter.take(address, nowMs)).filter((wait) => wait === undefined)
    .length;
}

function addressOf(index: number): string {
  return `10.${String(index >> 16)}.${String((index >> 8) & 255)}.${String(index & 255)}`;
}

describe("a limit of so many a minute", () => {
  it("lets so many through at once, and says in whole seconds when the next one is", () => {
    const limiter = new RateLimiter(6);
    expect(taken(limiter, "192.0.2.1", 10)).toBe(6);
    expect(limiter.take("192.0.2.1", now)).toBe(10);
    expect(limiter.take("192.0.2.1", now + 1)).toBe(10);
    expect(limiter.take("192.0.2.1", now + 9_999)).toBe(1);
    expect(limiter.take("192.0.2.1", now + 10_000)).toBeUndefined();
  });

  it("is whole again after a minute, and holds no more than that however long nobody comes", () => {
    const limiter = new RateLimiter(6);
    expect(taken(limiter, "192.0.2.1", 6)).toBe(6);
    expect(taken(limiter, "192.0.2.1", 10, now + 60_000)).toBe(6);
    expect(taken(limiter, "192.0.2.1", 10, now + 86_400_000)).toBe(6);
  });

  it("does not count what it refuses", () => {
    const limiter = new RateLimiter(6);
    expect(taken(limiter, "192.0.2.1", 1_000)).toBe(6);
    expect(taken(limiter, "192.0.2.1", 10, now + 30_000)).toBe(3);
  });

  it("takes nothing when it is only asked", () => {
    const limiter = new RateLimiter(1);
    for (let count = 0; count < 5; count++) expect(limiter.wait("192.0.2.1", now)).toBeUndefined();
    expect(limiter.take("192.0.2.1", now)).toBeUndefined();
    expect(limiter.wait("192.0.2.1", now)).toBe(60);
  });

  it("is no limit when it is 0", () => {
    const limiter = new RateLimiter(0);
    expect(taken(limiter, "192.0.2.1", 100_000)).toBe(100_000);
    expect(limiter.wait("192.0.2.1", now)).toBeUndefined();
  });

  it("neither gives nor takes when the clock is set back", () => {
    const limiter = new RateLimiter(6);
    expect(taken(limiter, "192.0.2.1", 6)).toBe(6);
    expect(limiter.take("192.0.2.1", now - 3_600_000)).toBeGreaterThan(0);
    expect(limiter.take("192.0.2.1", now - 3_600_000 + 10_000)).toBeUndefined();
  });

  it("lets one through after the wait that it has named, whatever happened before", () => {
    const steps = fc.array(fc.record({ takes: fc.nat(30), pauseMs: fc.nat(90_000) }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), steps, (perMinute, history) => {
        const limiter = new RateLimiter(perMinute);
        let nowMs = now;
        for (const { takes, pauseMs } of history) {
          taken(limiter, "192.0.2.1", takes, nowMs);
          nowMs += pauseMs;
        }
        taken(limiter, "192.0.2.1", perMinute, nowMs);
        const wait = limiter.take("192.0.2.1", nowMs);
        expect(Number.isInteger(wait) && (wait ?? 0) >= 1 && (wait ?? 0) <= 60).toBe(true);
        expect(limiter.take("192.0.2.1", nowMs + (wait ?? 0) * 1000)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it("never lets more through than a burst and what came back since", () => {
    const steps = fc.array(fc.record({ takes: fc.nat(100), pauseMs: fc.nat(20_000) }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), steps, (perMinute, history) => {
        const limiter = new RateLimiter(perMinute);
        let nowMs = now;
        let passed = 0;
        for (const { takes, pauseMs } of history) {
          passed += taken(limiter, "192.0.2.1", takes, nowMs);
          expect(passed).toBeLessThanOrEqual(perMinute + ((nowMs - now) * perMinute) / 60_000 + 1e-6);
          nowMs += pauseMs;
        }
      }),
    );
  });
});

describe("an address", () => {
  it("has a limit of its own", () => {
    const limiter = new RateLimiter(1);
    expect(limiter.take("192.0.2.1", now)).toBeUndefined();
    expect(limiter.take("192.0.2.2", now)).toBeUndefined();
    expect(limiter.take("192.0.2.1", now)).toBe(60);
  });

  it.each([
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"],
    ["2001:db8::1", "2001:db8::2"],
    ["2001:db8::1", "2001:db8:0:0:1::"],
    ["2001:db8:0:0:1:2:3:4", "2001:db8::"],
    ["::2", "::3"],
    ["1::", "1::1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"],
  ])("of IPv6 shares it with its network of 64 bits: %s and %s", (one, other) => {
    const limiter = new RateLimiter(1);
    expect(limiter.take(one, now)).toBeUndefined();
    expect(limiter.take(other, now)).toBe(60);
  });

  it.each([
    ["2001:db8:1:2::1", "2001:db8:1:3::1"],
    ["2001:db8::1", "2001:db8:0:1::1"],
    ["::1", "1::"],
    ["1:2::", "::1:2"],
    ["fe80::1", "fe80:1::1"],
    ["192.0.2.1", "::c000:201"],
    ["unknown", "192.0.2.1"],
  ])("shares it with no other network: %s and %s", (one, other) => {
    const limiter = new RateLimiter(1);
    expect(limiter.take(one, now)).toBeUndefined();
    expect(limiter.take(other, now)).toBeUndefined();
  });
});

describe("failed authentications", () => {
  const networkOf64 = (index: number): string => `2001:db8:1:${index.toString(16)}::1`;

  /** Counts the guesses that get as far as a comparison. */
  function guesses(limits: RequestLimits, addressAt: (index: number) => string): number {
    return Array.from({ length: 300 }, (_none, index) => {
      const refusal = limits.admit(addressAt(index), now);
      if (!refusal) limits.countRefusal(addressAt(index), "auth_failed", false, now);
      return refusal;
    }).filter((refusal) => refusal === undefined).length;
  }

  it.each<[string, (index: number) => string]>([
    ["48", networkOf64],
    ["56", (index) => networkOf64(index % 256)],
    ["64", (index) => `2001:db8:1:2::${index.toString(16)}`],
  ])("of one IPv6 network of %s bits passed a limit that only networks of 64 had", (_bits, addressAt) => {
    expect(guesses(new RequestLimits(600), addressAt)).toBe(60);
  });

  it("of another network, and requests that do not fail, have their own", () => {
    const limits = new RequestLimits(600);
    expect(guesses(limits, networkOf64)).toBe(60);
    expect(limits.admit("2001:db8:2::1", now)).toBeUndefined();
    const passed = Array.from({ length: 600 }, (_none, index) =>
      limits.admit(`2001:db8:2:${index.toString(16)}::1`, now),
    );
    expect(passed.filter((refusal) => refusal !== undefined)).toEqual([]);
  });
});

describe("memory", () => {
  const many = 10_000;

  it("is bounded: beyond so many addresses strangers share one limit, and nobody who is known is forgotten", () => {
    const limiter = new RateLimiter(2);
    for (let index = 0; index < many; index++) limiter.take(addressOf(index), now);
    expect(taken(limiter, "192.0.2.1", 5)).toBe(2);
    expect(limiter.take("192.0.2.2", now)).toBe(30);
    expect(limiter.take("2001:db8::1", now)).toBe(30);
    expect(taken(limiter, addressOf(0), 5)).toBe(1);
    expect(taken(limiter, addressOf(many - 1), 5)).toBe(1);
  });

  it("has room again once the limits of others are whole", () => {
    const limiter = new RateLimiter(2);
    for (let index = 0; index < many; index++) limiter.take(addressOf(index), now);
    expect(taken(limiter, "192.0.2.1", 5)).toBe(2);
    const later = now + 60_000;
    expect(taken(limiter, "192.0.2.2", 5, later)).toBe(2);
    expect(taken(limiter, "192.0.2.3", 5, later)).toBe(2);
  });

  it("does not keep addresses that were only asked about in the way of others", () => {
    const limiter = new RateLimiter(2);
    for (let index = 0; index < 2 * many; index++) limiter.wait(addressOf(index), now);
    expect(taken(limiter, "192.0.2.1", 5)).toBe(2);
    expect(taken(limiter, "192.0.2.2", 5)).toBe(2);
  });
});
