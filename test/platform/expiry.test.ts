import { afterEach, describe, expect, it } from "vitest";
import { parseExpiry } from "../../src/platform/clock.js";

const zone = process.env["TZ"];
afterEach(() => {
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
});

const noonMs = Date.UTC(2026, 0, 31, 12);

describe("when a credential expires", () => {
  it.each([
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00",
    "0001-01-01T00:00:00+00:00",
    "0000-00-00T00:00:00Z",
    "",
    0,
    "0",
    "  ",
    null,
    undefined,
    "00010101T000000Z",
    "0001-01-01 00:00:00 +0000",
    -62_135_596_800,
    -62_135_596_800_000,
    "-62135596800",
  ])("was in the year -1 where there is no expiry: %j", (value) => {
    expect(parseExpiry(value)).toBeUndefined();
  });

  it.each(["UTC", "America/New_York", "Asia/Kolkata"])("differed by the machine's zone, as in %s", (machines) => {
    process.env["TZ"] = machines;
    for (const text of ["2026-01-31T12:00:00", "2026-01-31 12:00", "20260131T120000", "20260131T1200"])
      expect(parseExpiry(text)).toBe(noonMs);
  });

  it.each([
    "2026-01-31T12:00:00Z",
    "2026-01-31t12:00:00z",
    " 2026-01-31T12:00:00Z\n",
    "2026-01-31T12:00:00.000000000Z",
    "2026-01-31T12:00:00,0Z",
    "2026-01-31T14:00:00+02:00",
    "2026-01-31T14:00:00+0200",
    "2026-01-31T07:00:00-05",
    "2026-01-31 12:00:00 UTC",
    "Sat, 31 Jan 2026 12:00:00 GMT",
    "20260131T120000Z",
    "20260131T120000.000Z",
    "20260131T140000+0200",
    "20260131T0700-05",
    "20260131 120000",
    noonMs,
    noonMs / 1000,
    String(noonMs),
    String(noonMs / 1000),
    noonMs / 1000 + 0.0001,
  ])("is understood: %j", (value) => {
    expect(parseExpiry(value)).toBe(noonMs);
  });

  it("keeps milliseconds, and takes a leap second for the one before", () => {
    expect(parseExpiry("2026-01-31T12:00:00.123456Z")).toBe(noonMs + 123);
    expect(parseExpiry("2026-01-31")).toBe(Date.UTC(2026, 0, 31));
    expect(parseExpiry("20260131")).toBe(Date.UTC(2026, 0, 31));
    expect(parseExpiry("2016-12-31T23:59:60Z")).toBe(Date.UTC(2016, 11, 31, 23, 59, 59));
  });

  it.each([
    "3600",
    "-1",
    "3600.5",
    "2026-02-30T00:00:00Z",
    "2026-13-01",
    "2026-01-31T25:00:00Z",
    "2026-01-31T12:61:00Z",
  ])("was some other year where it is no time: %j", (value) => {
    expect(() => parseExpiry(value)).toThrow(expect.objectContaining({ code: "invalid_request" }) as Error);
  });

  it.each([
    "soon",
    "never",
    "null",
    "1 Jan",
    "expires 3600",
    "2026",
    "2026-01",
    "2026-0131",
    "202601-31",
    "2026-01-31T12:0000Z",
    "01/02/2026",
    "31.01.2026",
    "Jan 31, 2026 12:00:00",
    "Sat, 31 Feb 2026 12:00:00 GMT",
    "Sun, 31 Jan 2026 12:00:00 GMT",
    "20260230T000000Z",
    "2026-01-31T12:00:00 PST",
    "2026-01-31T12:00:00Z; Path=/",
    "1e12",
    "Invalid Date",
    3600,
    12,
    -1,
    1e15,
    NaN,
    Infinity,
    true,
    false,
    {},
    [],
    ["2026-01-31"],
  ])("was ignored, or guessed from what is no time: %j", (value) => {
    expect(() => parseExpiry(value)).toThrow(expect.objectContaining({ code: "invalid_request" }) as Error);
  });
});
