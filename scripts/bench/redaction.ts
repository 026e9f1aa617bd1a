// Measures what looking for echoes of the credential costs a large answer: the redaction by itself, and in the whole proxy.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough, Readable, Writable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { echoForms, redactStream } from "../../src/outbound/redaction.js";
import { HmacKey } from "../../src/protocol/hmac.js";
import { signRequest } from "../../src/protocol/signature.js";
import { startBenchServer, type BenchServer } from "./in-process-server.js";
import { median, range, turnOrder } from "./statistics.js";

const rounds = 21;
const answerBytes = 10_000_000;
const chunkBytes = 65_536;
const shortToken = `gho_${base62(36)}`;
const tokens = [
  ["token of 40 characters", shortToken],
  ["JWT of 2 kB", jwt(2_048)],
] as const;

/** What the other process is sent: a call of the proxy, ready to be made. */
interface Call {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

if (process.argv[2] === "outside") await playOutside();
else await compare();

async function compare(): Promise<void> {
  const chunks = jsonChunks();
  console.log(`an answer of ${String(answerBytes / 1e6)} MB of JSON, median of ${String(rounds)} rounds in turn`);
  const outside = fork(fileURLToPath(import.meta.url), ["outside"]);
  const [upstream] = (await once(outside, "message")) as [string];
  for (const [name, token] of tokens) {
    const forms = echoForms(token);
    const alone: readonly [number[], number[]] = [[], []];
    for (let round = -3; round < rounds; round++) {
      for (const index of turnOrder(round)) {
        const ms = await timeThrough(chunks, index === 0 ? redactStream(forms) : new PassThrough());
        if (round >= 0) alone[index].push(ms);
      }
    }
    const [redacting, passing] = alone;
    const whole = await timeProxied(outside, upstream, token);
    const costMs = median(redacting) - median(passing);
    console.log(`  ${name}, ${String(forms.texts.length)} forms`);
    console.log(`    redactStream     ${megabytesPerSecond(redacting)}`);
    console.log(`    PassThrough      ${megabytesPerSecond(passing)}`);
    console.log(`    POST /v1/proxy   ${megabytesPerSecond(whole)}`);
    console.log(
      `    redaction takes ${costMs.toFixed(1)} ms, ${((100 * costMs) / median(whole)).toFixed(1)} % of the time of the whole proxy`,
    );
  }
  outside.disconnect();
}

async function timeThrough(chunks: readonly Buffer[], transform: Transform): Promise<number> {
  const startedMs = performance.now();
  await pipeline(Readable.from(chunks, { highWaterMark: 1 }), transform, discard());
  return performance.now() - startedMs;
}

/** The upstream and the caller are another process, so that the server's has nothing else to do. */
async function timeProxied(outside: ChildProcess, upstream: string, token: string): Promise<number[]> {
  const server = await startBenchServer({
    accessToken: token,
    settings: { ALLOW_PRIVATE_HOSTS: new URL(upstream).host },
  });
  const times: number[] = [];
  for (let round = -3; round < rounds; round++) {
    outside.send(await signedCall(server, upstream));
    const [ms] = (await once(outside, "message")) as [number];
    if (round >= 0) times.push(ms);
  }
  await server.close();
  return times;
}

async function signedCall({ url, tokenVault, hmacSecret }: BenchServer, upstream: string): Promise<Call> {
  const body = JSON.stringify({
    ticket: await tokenVault.ticket("github", "proxy"),
    service: "github",
    upstream: { url: upstream },
    headerTemplates: { Authorization: "Bearer ${TOKEN}" },
  });
  const key = new HmacKey(Uint8Array.from(Buffer.from(hmacSecret, "base64")));
  const timestamp = String(Math.floor(Date.now() / 1000));
  const headers = {
    "content-type": "application/json",
    "x-tokenvault-timestamp": timestamp,
    "x-tokenvault-request-id": `req_${crypto.randomUUID()}`,
    "x-tokenvault-signature": signRequest(key, timestamp, Buffer.from(body)),
  };
  return { url: `${url}/v1/proxy`, headers, body };
}

/** The upstream that gives the answer, and the caller that takes it. */
async function playOutside(): Promise<void> {
  const chunks = jsonChunks();
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": String(answerBytes) });
    void pipeline(Readable.from(chunks), response).catch(() => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.on("message", (call: Call) => {
    void timeCall(call).then((ms) => process.send?.(ms));
  });
  process.on("disconnect", () => {
    server.close();
  });
  process.send?.(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
}

function timeCall({ url, headers, body }: Call): Promise<number> {
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: "POST", headers }, (response) => {
      let received = 0;
      response.on("data", (chunk: Buffer) => (received += chunk.length)).on("error", reject);
      response.on("end", () => {
        if (received === answerBytes) resolve(performance.now() - startedMs);
        else reject(new Error(`${String(received)} bytes came instead of ${String(answerBytes)}`));
      });
    });
    outgoing.on("error", reject).end(body);
  });
}

function discard(): Writable {
  return new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });
}

/** A list as an API gives it: names, times, addresses, base64 and texts in two languages. */
function jsonChunks(): Buffer[] {
  const items: string[] = [];
  for (let length = 0, id = 1; length < answerBytes; id++) {
    const item = JSON.stringify({
      id,
      node_id: Buffer.from(`010:Repository${String(id * 7919)}`).toString("base64"),
      full_name: `owner-${String(id % 97)}/project-${id.toString(36)}`,
      private: id % 3 === 0,
      html_url: `https://example.com/owner-${String(id % 97)}/project-${id.toString(36)}?tab=readme%20first`,
      description:
        id % 5 === 0 ? "Ein Werkzeug für größere Häuser – geprüft" : 'A tool that "does one thing", and does it well.',
      created_at: new Date(1.6e12 + id * 86_413_000).toISOString(),
      sha: (id * 2_654_435_761).toString(16).padStart(40, "0a1b2c3d4e5f"),
      stargazers_count: (id * 31) % 5000,
      topics: ["http", "json", "webhook", "credentials"].slice(id % 4),
      license: id % 2 === 0 ? { key: "mit", spdx_id: "MIT" } : null,
    });
    items.push(item);
    length += Buffer.byteLength(item) + 1;
  }
  const bytes = Buffer.from(`[${items.join(",")}]`).subarray(0, answerBytes);
  return Array.from({ length: Math.ceil(answerBytes / chunkBytes) }, (_, index) =>
    bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  );
}

function jwt(length: number): string {
  const head = Buffer.from(JSON.stringify({ alg: "RS256", typ: "JWT", kid: "2026-01" })).toString("base64url");
  const claims = { iss: "https://issuer.example", sub: "1234567890", scope: "read write", filler: base62(length / 2) };
  const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `${head}.${body}.${base62(length - head.length - body.length - 2)}`;
}

/** Looks random and is the same each time. */
function base62(length: number): string {
  const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  let state = length;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return alphabet[Math.floor(state / 65_536) % alphabet.length];
  }).join("");
}

function megabytesPerSecond(times: readonly number[]): string {
  const rates = times.map((ms) => answerBytes / 1000 / ms);
  return `${median(rates).toFixed(0).padStart(6)} MB/s (${range(rates, 0)})`;
}
