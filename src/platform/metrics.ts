import { monotonicMs } from "./clock.js";

const prefix = "tokenvault_webhook_";
/** Upper bounds of the buckets. */
const boundsSeconds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 30];

/** One request, as it is counted. Times are milliseconds. */
export interface CountedRequest {
  readonly op: string;
  readonly outcome: string;
  readonly ms: number;
  readonly upstreamMs?: number | undefined;
  readonly refresh?: string | undefined;
}

/** Counts and times, in Prometheus' text format 0.0.4. No label holds what a client chose. */
export class Metrics {
  readonly #nowMs: () => number;
  /** Series by their labels, as they are written; in the order in which they came up. */
  readonly #requests = new Map<string, number>();
  readonly #refreshes = new Map<string, number>();
  readonly #durations = new Map<string, Histogram>();
  readonly #upstream = new Histogram();
  readonly #commits = new Histogram();

  constructor(nowMs: () => number = monotonicMs) {
    this.#nowMs = nowMs;
  }

  countRequest({ op, outcome, ms, upstreamMs, refresh }: CountedRequest): void {
    const operation = label("operation", op);
    increment(this.#requests, `${operation},${label("outcome", outcome)}`);
    const durations = this.#durations.get(operation) ?? new Histogram();
    this.#durations.set(operation, durations);
    durations.observe(ms / 1000);
    if (upstreamMs !== undefined) this.#upstream.observe(upstreamMs / 1000);
    if (refresh !== undefined) increment(this.#refreshes, label("status", refresh));
  }

  /** Begins to time a commit; the function that it returns ends that. */
  readonly startCommit = (): (() => void) => {
    const startedMs = this.#nowMs();
    return () => {
      this.#commits.observe((this.#nowMs() - startedMs) / 1000);
    };
  };

  text(): string {
    const families = [
      counters("requests_total", "Requests by operation and outcome.", this.#requests),
      counters("refreshes_total", "Refreshes by result.", this.#refreshes),
      histograms("request_seconds", "Time from a request to its answer.", this.#durations),
      histograms("upstream_seconds", "Time from a call to an upstream to its first byte.", [["", this.#upstream]]),
      histograms("store_commit_seconds", "Time until a change is durable.", [["", this.#commits]]),
    ];
    return `${families.join("\n\n")}\n`;
  }
}

class Histogram {
  /** A bucket's own, those below it not included; beyond the last bound there is the count alone. */
  readonly #inBucket = boundsSeconds.map(() => 0);
  #sumSeconds = 0;
  #count = 0;

  observe(seconds: number): void {
    const bucket = boundsSeconds.findIndex((bound) => seconds <= bound);
    if (bucket !== -1) this.#inBucket[bucket] = (this.#inBucket[bucket] ?? 0) + 1;
    this.#sumSeconds += seconds;
    this.#count += 1;
  }

  lines(name: string, labels: string): string[] {
    let below = 0;
    const bucket = (bound: string, count: number): string =>
      line(`${name}_bucket`, [label("le", bound), labels].filter((text) => text !== "").join(","), count);
    return [
      ...boundsSeconds.map((bound, index) => bucket(String(bound), (below += this.#inBucket[index] ?? 0))),
      bucket("+Inf", this.#count),
      line(`${name}_sum`, labels, this.#sumSeconds),
      line(`${name}_count`, labels, this.#count),
    ];
  }
}

function increment(counts: Map<string, number>, labels: string): void {
  counts.set(labels, (counts.get(labels) ?? 0) + 1);
}

function counters(shortName: string, help: string, counts: ReadonlyMap<string, number>): string {
  const name = prefix + shortName;
  return family(
    "counter",
    name,
    help,
    [...counts].map(([labels, count]) => line(name, labels, count)),
  );
}

function histograms(shortName: string, help: string, series: Iterable<readonly [string, Histogram]>): string {
  const name = prefix + shortName;
  return family(
    "histogram",
    name,
    help,
    [...series].flatMap(([labels, histogram]) => histogram.lines(name, labels)),
  );
}

function family(type: "counter" | "histogram", name: string, help: string, lines: readonly string[]): string {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join("\n");
}

function line(name: string, labels: string, value: number): string {
  return `${name}${labels === "" ? "" : `{${labels}}`} ${String(value)}`;
}

/** Escapes what the format does not take in a value: a backslash, a line feed and a quotation mark. */
function label(name: string, value: string): string {
  return `${name}="${value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"')}"`;
}
