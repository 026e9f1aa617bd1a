import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Metrics } from "../../src/platform/metrics.js";

const counted = { op: "getHealth", outcome: "ok", ms: 0 };

/** The values of the series whose name and labels these are, or begin so. */
function valuesOf(metrics: Metrics, start: string): string[] {
  return metrics
    .text()
    .split("\n")
    .filter((line) => line.startsWith(`tokenvault_webhook_${start}`))
    .map((line) => line.slice(line.lastIndexOf(" ") + 1));
}

describe("the metrics", () => {
  it("show each family before anything was counted, and its series where there is one without a label", () => {
    const zero = (name: string): string[] => [
      ...["0.001", "0.005", "0.025", "0.1", "0.5", "2.5", "10", "30", "+Inf"].map(
        (bound) => `${name}_bucket{le="${bound}"} 0`,
      ),
      `${name}_sum 0`,
      `${name}_count 0`,
    ];
    expect(new Metrics().text().split("\n")).toEqual([
      "# HELP tokenvault_webhook_requests_total Requests by operation and outcome.",
      "# TYPE tokenvault_webhook_requests_total counter",
      "",
      "# HELP tokenvault_webhook_refreshes_total Refreshes by result.",
      "# TYPE tokenvault_webhook_refreshes_total counter",
      "",
      "# HELP tokenvault_webhook_request_seconds Time from a request to its answer.",
      "# TYPE tokenvault_webhook_request_seconds histogram",
      "",
      "# HELP tokenvault_webhook_upstream_seconds Time from a call to an upstream to its first byte.",
      "# TYPE tokenvault_webhook_upstream_seconds histogram",
      ...zero("tokenvault_webhook_upstream_seconds"),
      "",
      "# HELP tokenvault_webhook_store_commit_seconds Time until a change is durable.",
      "# TYPE tokenvault_webhook_store_commit_seconds histogram",
      ...zero("tokenvault_webhook_store_commit_seconds"),
      "",
    ]);
  });

  it("count requests by operation and outcome, in the order in which they came up", () => {
    const metrics = new Metrics();
    for (const [operation, outcome] of [
      ["getHealth", "ok"],
      ["proxyRequest", "ok"],
      ["getHealth", "auth_failed"],
      ["getHealth", "ok"],
    ] as const)
      metrics.countRequest({
        op: operation,
        outcome,
        ms: 1,
        refresh: operation === "getHealth" ? "refreshed" : undefined,
      });
    expect(
      metrics
        .text()
        .split("\n")
        .filter((line) => /^tokenvault_webhook_re\w+_total/.test(line)),
    ).toEqual([
      'tokenvault_webhook_requests_total{operation="getHealth",outcome="ok"} 2',
      'tokenvault_webhook_requests_total{operation="proxyRequest",outcome="ok"} 1',
      'tokenvault_webhook_requests_total{operation="getHealth",outcome="auth_failed"} 1',
      'tokenvault_webhook_refreshes_total{status="refreshed"} 3',
    ]);
  });

  it("put a time that is a bucket's bound into that bucket, and what is beyond the last one into +Inf alone", () => {
    const metrics = new Metrics();
    for (const durationMs of [0, 1, 1.5, 5, 30_000, 30_001]) metrics.countRequest({ ...counted, ms: durationMs });
    expect(valuesOf(metrics, "request_seconds_bucket")).toEqual(["2", "4", "4", "4", "4", "4", "4", "5", "6"]);
    expect(valuesOf(metrics, "request_seconds_count")).toEqual(["6"]);
    expect(Number(valuesOf(metrics, "request_seconds_sum"))).toBeCloseTo(60.0085, 9);
    expect(metrics.text()).toContain('request_seconds_bucket{le="+Inf",operation="getHealth"} 6\n');
  });

  it("have buckets that never fall, the last one being the count", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100_000, noNaN: true }), { minLength: 1 }), (times) => {
        const metrics = new Metrics();
        for (const durationMs of times) metrics.countRequest({ ...counted, ms: durationMs, upstreamMs: durationMs });
        for (const name of ["request_seconds", "upstream_seconds"]) {
          const buckets = valuesOf(metrics, `${name}_bucket`).map(Number);
          const bounds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 30, Infinity];
          expect(buckets).toEqual(bounds.map((bound) => times.filter((ms) => ms / 1000 <= bound).length));
          expect(valuesOf(metrics, `${name}_count`)).toEqual([String(times.length)]);
          expect(Number(valuesOf(metrics, `${name}_sum`))).toBe(times.reduce((sum, ms) => sum + ms / 1000, 0));
        }
      }),
    );
  });

  it("time a commit from its start to its end, also while another one runs", () => {
    let nowMs = 1_000;
    const metrics = new Metrics(() => nowMs);
    const endFirst = metrics.startCommit();
    nowMs += 3;
    const endSecond = metrics.startCommit();
    nowMs += 20;
    endSecond();
    endFirst();
    expect(valuesOf(metrics, "store_commit_seconds_bucket")).toEqual(["0", "0", "2", "2", "2", "2", "2", "2", "2"]);
    expect(Number(valuesOf(metrics, "store_commit_seconds_sum"))).toBeCloseTo(0.043, 9);
  });

  it("escape a backslash, a quotation mark and a line feed in a label, and nothing else", () => {
    const metrics = new Metrics();
    metrics.countRequest({ ...counted, op: 'a"b\\n\nc\t{}é', outcome: "\\" });
    expect(metrics.text()).toContain('requests_total{operation="a\\"b\\\\n\\nc\t{}é",outcome="\\\\"} 1\n');
    expect(metrics.text()).toContain('request_seconds_count{operation="a\\"b\\\\n\\nc\t{}é"} 1\n');
  });

  it("keep apart what only looks alike once it is joined, and names that every object has", () => {
    const metrics = new Metrics();
    for (const operation of ["a", "a,b", "__proto__", "constructor"])
      for (const outcome of ["b,c", "c", "toString"]) metrics.countRequest({ ...counted, op: operation, outcome });
    expect(valuesOf(metrics, "requests_total")).toEqual(Array.from({ length: 12 }, () => "1"));
  });
});
