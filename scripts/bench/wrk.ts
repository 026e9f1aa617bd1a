import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const script = fileURLToPath(new URL("prepared-requests.lua", import.meta.url));

export interface LoadOptions {
  /** http://host:port */
  readonly url: string;
  /** As prepared-requests.lua reads it. */
  readonly requestFile: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Connections that broke, answers that did not come in time, and statuses of 400 and above. */
  readonly errors: number;
  /** The prepared requests ran out, and some were sent twice. */
  readonly isRepeated: boolean;
}

interface Printed {
  readonly requests: number;
  readonly durationUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly failed: number;
  readonly refused: number;
  readonly sent: number;
  readonly prepared: number;
}

/** Throws a sentence for the person where wrk is missing. */
export async function requireWrk(): Promise<void> {
  try {
    // It prints its version and ends with 1.
    await promisify(execFile)("wrk", ["--version"]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new Error("The benchmark needs wrk: `apt-get install wrk`, or `brew install wrk`.", { cause: error });
  }
}

/** Sends prepared requests on so many connections, from one thread of another process. */
export async function load({ url, requestFile, connections, seconds }: LoadOptions): Promise<LoadResult> {
  const options = ["--threads=1", `--connections=${String(connections)}`, `--duration=${String(seconds)}s`];
  const { stdout } = await promisify(execFile)("wrk", [...options, "--script", script, url, "--", requestFile]);
  const line = stdout.split("\n").find((text) => text.startsWith("{"));
  const printed = JSON.parse(line ?? "null") as Printed | null;
  if (!printed) throw new Error(`wrk printed no result: ${stdout}`);
  return {
    requestsPerSecond: (printed.requests * 1e6) / printed.durationUs,
    p50Ms: printed.p50Us / 1000,
    p99Ms: printed.p99Us / 1000,
    errors: printed.failed + printed.refused,
    isRepeated: printed.sent > printed.prepared,
  };
}
