import { monotonicMs } from "./clock.js";

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

/**
 * Counts and times, in Prometheus' text format 0.0.4. No label holds what a caller chose. Counting a request looks its
 * series up and adds to them; everything that is text waits until somebody asks.
 */
export class Metrics {
  readonly #nowMs: () => number;
  readonly #operations = new Map<string, OperationSeries>();
  /** In the order in which they came up. */
  readonly #requests: Counter[] = [];
  readonly #refreshes = new Map<string, Counter>();
  readonly #upstream = new Histogram([]);
  readonly #commits = new Histogram([]);

  constructor(nowMs: () => number = monotonicMs) {
    this.#nowMs = nowMs;
  }

  countRequest({ op, outcome, ms, upstreamMs, refresh }: CountedRequest): void {
    const series = this.#operations.get(op) ?? this.#addOperation(op);
    (series.outcomes.get(outcome) ?? this.#addOutcome(series, op, outcome)).value += 1;
    series.durations.observe(ms / 1000);
    if (upstreamMs !== undefined) this.#upstream.observe(upstreamMs / 1000);
    if (refresh !== undefined) (this.#refreshes.get(refresh) ?? this.#addRefresh(refresh)).value += 1;
  }

  /** Begins to time a commit; what it returns ends that. */
  readonly startCommit = (): (() => void) => {
    const startedMs = this.#nowMs();
    return () => {
      this.#commits.observe((this.#nowMs() - startedMs) / 1000);
    };
  };

  text(): string {
    const durations = [...this.#operations.values()].map((series) => series.durations);
    const families = [
      family("counter", "requests_total", "Requests by operation and outcome.", this.#requests),
      family("counter", "refreshes_total", "Refreshes by result.", [...this.#refreshes.values()]),
      family("histogram", "request_seconds", "Time from a request to its answer.", durations),
      family("histogram", "upstream_seconds", "Time from a call to an upstream to its first byte.", [this.#upstream]),
      family("histogram", "store_commit_seconds", "Time until a change is durable.", [this.#commits]),
    ];
    return `${families.join("\n\n")}\n`;
  }

  #addOperation(operation: string): OperationSeries {
    const series = { outcomes: new Map<string, Counter>(), durations: new Histogram([["operation", operation]]) };
    this.#operations.set(operation, series);
    return series;
  }

  #addOutcome({ outcomes }: OperationSeries, operation: string, outcome: string): Counter {
    const labels: Labels = [
      ["operation", operation],
      ["outcome", outcome],
    ];
    const counter = new Counter(labels);
    outcomes.set(outcome, counter);
    this.#requests.push(counter);
    return counter;
  }

  #addRefresh(status: string): Counter {
    const counter = new Counter([["status", status]]);
    this.#refreshes.set(status, counter);
    return counter;
  }
}

interface OperationSeries {
  readonly outcomes: Map<string, Counter>;
  readonly durations: Histogram;
}

type Labels = readonly (readonly [name: string, value: string])[];

interface Series {
  /** Its lines, under its family's name. */
  lines(name: string): string[];
}

class Counter implements Series {
  value = 0;

  constructor(readonly labels: Labels) {}

  lines(name: string): string[] {
    return [line(name, this.labels, this.value)];
  }
}

class Histogram implements Series {
  /** A bucket's own, those below it not included; beyond the last bound there is the count alone. */
  readonly #inBucket = boundsSeconds.map(() => 0);
  #sumSeconds = 0;
  #count = 0;

  constructor(readonly labels: Labels) {}

  observe(seconds: number): void {
    let bucket = 0;
    while (seconds > (boundsSeconds[bucket] ?? Infinity)) bucket += 1;
    if (bucket < boundsSeconds.length) this.#inBucket[bucket] = (this.#inBucket[bucket] ?? 0) + 1;
    this.#sumSeconds += seconds;
    this.#count += 1;
  }

  lines(name: string): string[] {
    let below = 0;
    const buckets = this.#inBucket.map((count, index): [string, number] => {
      below += count;
      return [String(boundsSeconds[index]), below];
    });
    return [
      ...[...buckets, ["+Inf", this.#count] as const].map(([bound, count]) =>
        line(`${name}_bucket`, [["le", bound], ...this.labels], count),
      ),
      line(`${name}_sum`, this.labels, this.#sumSeconds),
      line(`${name}_count`, this.labels, this.#count),
    ];
  }
}

function family(type: "counter" | "histogram", shortName: string, help: string, series: readonly Series[]): string {
  const name = `tokenvault_webhook_${shortName}`;
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...series.flatMap((one) => one.lines(name))].join("\n");
}

function line(name: string, labels: Labels, value: number): string {
  const written = labels.map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${written.length === 0 ? "" : `{${written.join(",")}}`} ${String(value)}`;
}

/** As the format has it: a backslash, a line feed and a quotation mark. */
function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
