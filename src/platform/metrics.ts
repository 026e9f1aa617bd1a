import { monotonicMs } from "./clock.js";

const prefix = "tokenvault_webhook_";
/** Upper bounds of the buckets. */
const boundsSeconds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 30, Infinity];

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
  /** Series by their labels, as they are written; in the order in which they came up. */
  readonly #requests = new Map<string, Counter>();
  readonly #refreshes = new Map<string, Counter>();
  readonly #durations = new Map<string, Histogram>();
  readonly #upstream = new Histogram();
  readonly #commits = new Histogram();

  constructor(private readonly nowMs = monotonicMs) {}

  countRequest({ op, outcome, ms, upstreamMs, refresh }: CountedRequest): void {
    const operation = label("operation", op);
    seriesOf(this.#requests, `${operation},${label("outcome", outcome)}`, Counter).count += 1;
    seriesOf(this.#durations, operation, Histogram).observe(ms / 1000);
    if (upstreamMs !== undefined) this.#upstream.observe(upstreamMs / 1000);
    if (refresh !== undefined) seriesOf(this.#refreshes, label("status", refresh), Counter).count += 1;
  }

  /** Begins to time a commit; the function that it returns ends that. */
  readonly startCommit = (): (() => void) => {
    const startedMs = this.nowMs();
    return () => {
      this.#commits.observe((this.nowMs() - startedMs) / 1000);
    };
  };

  text(): string {
    const families = [
      family("counter", "requests_total", "Requests by operation and outcome.", this.#requests),
      family("counter", "refreshes_total", "Refreshes by result.", this.#refreshes),
      family("histogram", "request_seconds", "Time from a request to its answer.", this.#durations),
      family("histogram", "upstream_seconds", "Time from a call to an upstream to its first byte.", [
        ["", this.#upstream],
      ]),
      family("histogram", "store_commit_seconds", "Time until a change is durable.", [["", this.#commits]]),
    ];
    return `${families.join("\n\n")}\n`;
  }
}

type Series = Counter | Histogram;

class Counter {
  count = 0;

  lines(name: string, labels: string): string[] {
    return [line(name, labels, this.count)];
  }
}

class Histogram {
  /** A bucket's own, those below it not included. */
  readonly #inBucket = boundsSeconds.map(() => 0);
  #sumSeconds = 0;

  observe(seconds: number): void {
    const bucket = boundsSeconds.findIndex((bound) => seconds <= bound);
    this.#inBucket[bucket] = (this.#inBucket[bucket] ?? 0) + 1;
    this.#sumSeconds += seconds;
  }

  lines(name: string, labels: string): string[] {
    let count = 0;
    const buckets = boundsSeconds.map((bound, index) => {
      count += this.#inBucket[index] ?? 0;
      const atMost = label("le", bound === Infinity ? "+Inf" : String(bound));
      return line(`${name}_bucket`, labels === "" ? atMost : `${atMost},${labels}`, count);
    });
    return [...buckets, line(`${name}_sum`, labels, this.#sumSeconds), line(`${name}_count`, labels, count)];
  }
}

function seriesOf<S extends Series>(series: Map<string, S>, labels: string, Kind: new () => S): S {
  const found = series.get(labels) ?? new Kind();
  series.set(labels, found);
  return found;
}

function family(
  type: "counter" | "histogram",
  shortName: string,
  help: string,
  series: Iterable<readonly [string, Series]>,
): string {
  const name = prefix + shortName;
  const lines = Array.from(series, ([labels, one]) => one.lines(name, labels)).flat();
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join("\n");
}

function line(name: string, labels: string, value: number): string {
  return `${name}${labels === "" ? "" : `{${labels}}`} ${String(value)}`;
}

/** Escapes what the format does not take in a value: a backslash, a line feed and a quotation mark. */
function label(name: string, value: string): string {
  return `${name}="${value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"')}"`;
}
