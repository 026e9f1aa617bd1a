import { request } from "node:http";
import { benchOperations } from "./operations.js";
import type { PreparedRequest, RequestMaker } from "./request-file.js";
import type { Side } from "./rounds.js";
import { residentMegabytes, type BareServer } from "./spawned-server.js";
import { median } from "./statistics.js";

const chunk = "x".repeat(65_536);
const chunks = Math.ceil(1e9 / chunk.length);
const rounds = 3;
const samplingMs = 50;

/** A gigabyte through the proxy, and through a bare pipe. */
export interface LargeAnswer {
  readonly megabytesPerSecond: number;
  readonly bareMegabytesPerSecond: number;
  /** The most that resident memory stood above what it was before, in the last round. */
  readonly growthMegabytes: number;
}

interface Parts {
  readonly side: Side;
  readonly bare: BareServer;
  readonly upstream: BareServer;
  readonly maker: RequestMaker;
}

export async function measureLargeAnswer({ side, bare, upstream, maker }: Parts): Promise<LargeAnswer> {
  const url = `${upstream.url}/`;
  await upstream.answerWith({
    status: 200,
    headers: { "content-type": "application/octet-stream" },
    body: chunk,
    repeat: chunks,
  });
  await bare.pipeTo(url);
  const proxy = benchOperations(url).find(({ isProxied }) => isProxied);
  if (!proxy) throw new Error("there is no proxied operation");
  const call = (): PreparedRequest => proxy.make(maker, 0, side.size);
  const own: number[] = [];
  const ofBare: number[] = [];
  let growthMegabytes = 0;
  for (let round = 0; round < rounds; round++) {
    ofBare.push(await receive(bare.url, call()));
    const before = residentMegabytes(side.process);
    let most = before;
    const timer = setInterval(() => {
      most = Math.max(most, residentMegabytes(side.process));
    }, samplingMs);
    own.push(await receive(side.url, call()));
    clearInterval(timer);
    growthMegabytes = most - before;
  }
  return { megabytesPerSecond: median(own), bareMegabytesPerSecond: median(ofBare), growthMegabytes };
}

/** In MB/s. */
function receive(url: string, { path, headers, body }: PreparedRequest): Promise<number> {
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}${path}`, { method: "POST", headers }, (response) => {
      let length = 0;
      response.on("data", (bytes: Buffer) => (length += bytes.length)).on("error", reject);
      response.on("end", () => {
        if (length === chunk.length * chunks) resolve(length / 1000 / (performance.now() - startedMs));
        else reject(new Error(`${String(length)} bytes came; the status was ${String(response.statusCode)}`));
      });
    });
    outgoing.on("error", reject).end(body);
  });
}
