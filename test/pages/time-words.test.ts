import { expect, test } from "vitest";
import { clockTime, distance, parseTime, timed, utc } from "../../src/pages/time-words.js";

const nowMs = Date.parse("2026-03-31T12:00:00.500Z");
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [0, "just now"],
  [-59_999, "just now"],
  [59_999, "in less than a minute"],
  [-minute, "1 minute ago"],
  [119 * minute, "in 119 minutes"],
  [-2 * hour, "2 hours ago"],
  [-47 * hour, "47 hours ago"],
  [2 * day, "in 2 days"],
  [-60 * day, "60 days ago"],
  [-61 * day, "2 months ago"],
  [-3 * 366 * day, "3 years ago"],
  [1e18, "in more than 1000 years"],
  [-Infinity, "more than 1000 years ago"],
])("%d ms from now is %s", (gapMs, words) => {
  expect(distance(nowMs, nowMs + gapMs)).toBe(words);
});

test("a moment has its exact time beside the words, unless a calendar has none", () => {
  expect((timed(nowMs, nowMs) as string).toString()).toBe(
    '<time datetime="2026-03-31T12:00:00.500Z" title="2026-03-31 12:00:00 UTC">just now</time>',
  );
  for (const atMs of [8.64e15 + 1, -1e20, NaN])
    expect((timed(nowMs, atMs) as string).toString()).toBe(distance(nowMs, atMs));
  expect(utc(nowMs)).toBe(`${clockTime(nowMs)} UTC`);
});

test("only ISO times are read", () => {
  expect(parseTime("2026-03-31T12:00:00.500Z")).toBe(nowMs);
  expect(parseTime("2026-01-01T00:00:00Z")).toBe(Date.UTC(2026, 0, 1));
  for (const text of ["", "5", "yesterday", "2026-99-99T00:00:00Z", 5, null, undefined]) {
    expect(parseTime(text)).toBeUndefined();
  }
});
