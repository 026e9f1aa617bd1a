import { Counter, Histogram, Registry } from "prom-client";

const seconds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 30];

/** One request, as it is counted. Times are milliseconds. */
export interface CountedRequest {
  readonly operation: string;
  readonly outcome: string;
  readonly durationMs: number;
  readonly upstreamMs?: number | undefined;
  readonly refresh?: string | undefined;
}

/** Counts and times, in Prometheus' text format. No label holds what a caller chose. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = this.#counter("requests_total", "Requests by operation and outcome.", ["operation", "outcome"]);
  readonly #refreshes = this.#counter("refreshes_total", "Refreshes by result.", ["status"]);
  readonly #durations = this.#histogram("request_seconds", "Time from a request to its answer.", ["operation"]);
  readonly #upstream = this.#histogram("upstream_seconds", "Time from a call to an upstream to its first byte.");
  readonly #commits = this.#histogram("store_commit_seconds", "Time until a change is durable.");

  countRequest({ operation, outcome, durationMs, upstreamMs, refresh }: CountedRequest): void {
    this.#requests.inc({ operation, outcome });
    this.#durations.observe({ operation }, durationMs / 1000);
    if (upstreamMs !== undefined) this.#upstream.observe(upstreamMs / 1000);
    if (refresh !== undefined) this.#refreshes.inc({ status: refresh });
  }

  /** Begins to time a commit; what it returns ends that. */
  readonly startCommit = (): (() => void) => this.#commits.startTimer();

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `tokenvault_webhook_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, labelNames: string[] = []): Histogram {
    return new Histogram({
      name: `tokenvault_webhook_${name}`,
      help,
      labelNames,
      buckets: seconds,
      registers: [this.#registry],
    });
  }
}
