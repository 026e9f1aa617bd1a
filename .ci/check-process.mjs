// What verify does not ask of a webhook, since no webhook of the protocol owes it: how this one stands as a process.
// Arguments: the command that runs the bundle; node when there is none. Prints a line a check; exit code 1 when one fails.
import { Buffer } from "node:buffer";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";

const bundle = resolve("dist/tokenvault-webhook.mjs");
const [command = process.execPath, ...args] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "tokenvault-webhook-process-"));
const maxConnections = 4096;
const starts = 5;
const running = new Set();
const sockets = [];
let failures = 0;

const close = "Host: localhost\r\nConnection: close\r\n";
const malformed = {
  "a header of 20 kB": `GET /v1/health HTTP/1.1\r\n${close}X-Long: ${"a".repeat(20_000)}\r\n\r\n`,
  "2,000 headers": `GET /v1/health HTTP/1.1\r\n${close}${"X-Many: aaaaaaaaaaaaaaaa\r\n".repeat(2_000)}\r\n`,
  "a header without a name": `GET /v1/health HTTP/1.1\r\n${close}: a\r\n\r\n`,
  "a space before a colon": `POST /v1/exchange HTTP/1.1\r\n${close}Content-Length : 2\r\n\r\n{}`,
  "a folded header": `GET /v1/health HTTP/1.1\r\n${close}X-Folded: a\r\n b: c\r\n\r\n`,
  "a NUL in a header": `GET /v1/health HTTP/1.1\r\n${close}X-Control: a\u0000b\r\n\r\n`,
  "a line feed in a header": `GET /v1/health HTTP/1.1\r\n${close}X-Line: a\nX-More: b\r\n\r\n`,
  "no host": "GET /v1/health HTTP/1.1\r\nConnection: close\r\n\r\n",
  "two lengths": `POST /v1/exchange HTTP/1.1\r\n${close}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
  "a length beside chunks": `POST /v1/exchange HTTP/1.1\r\n${close}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  "a length with a sign": `POST /v1/exchange HTTP/1.1\r\n${close}Content-Length: +2\r\n\r\n{}`,
  "an unknown encoding": `POST /v1/exchange HTTP/1.1\r\n${close}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  "a chunk that is none": `POST /v1/exchange HTTP/1.1\r\n${close}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
  "an unknown expectation": `POST /v1/exchange HTTP/1.1\r\n${close}Expect: more\r\nContent-Length: 2\r\n\r\n{}`,
  "an unknown method": `FOO /v1/health HTTP/1.1\r\n${close}\r\n`,
  CONNECT: "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n",
  "a greeting of TLS": "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
};

try {
  let server = await start();
  for (const [name, text] of Object.entries(malformed)) {
    const answer = await sendRaw(server.port, text);
    check(
      `${name} is refused`,
      /^HTTP\/1\.1 400 /.test(answer) && answer.includes('"error":"invalid_request"'),
      answer,
    );
  }
  check("it still answers", await isHealthy(server.port));

  const listed = spawnSync(command, [...args, bundle, "verify", "--list"], { cwd: folder, encoding: "utf8" });
  check("verify is loaded from the second file", listed.stdout.includes("ticket.once"), listed.stderr);

  const second = await start({ isExpectedToRun: false });
  check("a second server on the folder ends with 2", second.code === 2, second.output());
  check("the first one keeps the folder", await isHealthy(server.port));

  server.child.kill("SIGKILL");
  await server.exited;
  server = await start();
  check("it starts again after kill -9", await isHealthy(server.port), server.output());

  let closed = 0;
  for (let count = 0; count < maxConnections + 10; count++) {
    const socket = await open(server.port);
    socket.on("close", () => (closed += 1));
  }
  await soon(() => closed >= 10);
  check(`more than ${maxConnections} connections are closed`, closed >= 10, `${closed} were closed`);
  for (const socket of sockets.splice(0)) socket.destroy();
  check("there is room again once they are gone", await soon(() => isHealthy(server.port)));

  const beginnings = ["", "GET /v1/hea", `GET /v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n`];
  for (const text of beginnings) (await open(server.port)).write(text);
  await new Promise((done) => setTimeout(done, 200));
  const stopping = performance.now();
  server.child.kill("SIGTERM");
  const [code] = await server.exited;
  const seconds = (performance.now() - stopping) / 1000;
  check("SIGTERM ends it with 0 while connections idle", code === 0, server.output());
  check("and within 5 s", seconds < 5, `${seconds.toFixed(1)} s`);
  for (const socket of sockets.splice(0)) socket.destroy();

  const times = [];
  for (let count = 0; count < starts; count++) {
    const again = await start();
    times.push(again.milliseconds);
    again.child.kill("SIGINT");
    if ((await again.exited)[0] !== 0) check("SIGINT ends it with 0", false, again.output());
  }
  const median = times.sort((one, other) => one - other)[Math.floor(starts / 2)];
  console.log(`start-up, to the first answer: ${median.toFixed(0)} ms (median of ${starts})`);
} finally {
  for (const socket of sockets) socket.destroy();
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
console.log(failures === 0 ? "all of the process's checks hold" : `${failures} of the process's checks FAILED`);
process.exitCode = failures === 0 ? 0 : 1;

function check(what, holds, seen = "") {
  if (!holds) failures += 1;
  console.log(holds ? `  ok      ${what}` : `  FAILED  ${what}: ${seen.slice(0, 300)}`);
}

async function start({ isExpectedToRun = true } = {}) {
  const begun = performance.now();
  const child = spawn(command, [...args, bundle], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, PORT: "0", DATA_DIR: join(folder, "data"), LOG_LEVEL: "error" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let output = "";
  const exited = once(child, "exit");
  void exited.then(() => running.delete(child));
  const port = await new Promise((found) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
        const listening = /listens on http:\/\/[^/]+:(\d+)/.exec(output);
        if (listening) found(Number(listening[1]));
      });
    }
    void exited.then(() => found(0));
  });
  if (port === 0) {
    if (isExpectedToRun) throw new Error(`the server did not start: ${output}`);
    const [code] = await exited;
    return { code, output: () => output };
  }
  await isHealthy(port);
  return { child, port, exited, output: () => output, milliseconds: performance.now() - begun };
}

async function isHealthy(port) {
  const response = await fetch(`http://127.0.0.1:${port}/v1/health`).catch(() => undefined);
  return response?.ok === true && (await response.json()).status === "healthy";
}

function open(port) {
  return new Promise((opened, failed) => {
    const socket = connect(port, "127.0.0.1", () => opened(socket));
    socket.on("error", failed);
    sockets.push(socket);
  });
}

async function sendRaw(port, text) {
  const socket = await open(port);
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
  socket.write(Buffer.from(text, "latin1"));
  await Promise.race([once(socket, "close"), new Promise((done) => setTimeout(done, 60_000))]);
  socket.destroy();
  return answer;
}

async function soon(condition) {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (await condition()) return true;
    await new Promise((done) => setTimeout(done, 100));
  }
  return false;
}
