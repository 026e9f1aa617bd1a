import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { end, listeningUrl, startProgram } from "../crash/child-server.js";
import { temporaryFolder } from "../support/test-server.js";
import { connectTo } from "./raw-connection.js";

const mebibyte = 1024 * 1024;
/** As a small container has it. */
const settings = { NODE_OPTIONS: "--max-old-space-size=256", TV_WEBHOOK_SEED: "a seed for tests that flood" };
const connections = 200;
const bytesOfEach = 3 * mebibyte;

const onePieceOfOneByte = "1\r\n \r\n";
const requests: Readonly<Record<string, readonly string[]>> = {
  "bodies that are read": ["POST /v1/store", "POST /v1/exchange"],
  "bodies that are refused by their headers": ["POST /v1/proxy", "POST /v1/storage", "GET /owner/state"],
  "bodies that nobody asked for": ["GET /v1/health", "GET /v1/credential", "POST /nowhere", "PUT /v1/store", "GET /"],
};

test.each(Object.entries(requests))(
  "after %s, in pieces of a byte, the server held two gigabytes",
  async (_what, lines) => {
    const child = startProgram(await temporaryFolder(), [], settings);
    onTestFinished(() => end(child, "SIGKILL"));
    const url = await listeningUrl(child);
    const pieces = Buffer.from(onePieceOfOneByte.repeat(8_192));
    const sockets = await Promise.all(Array.from({ length: connections }, () => connectTo(url)));
    const sending = sockets.map(async (socket, index) => {
      socket.on("error", () => undefined).resume();
      socket.write(
        `${lines[index % lines.length] ?? ""} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`,
      );
      for (let sent = 0; sent < bytesOfEach && !socket.destroyed; sent += pieces.length) {
        if (socket.write(pieces)) continue;
        await Promise.race([
          delay(20_000),
          new Promise((resolve) => socket.once("drain", resolve).once("close", resolve)),
        ]);
      }
    });
    await Promise.all(sending);
    for (const socket of sockets) socket.destroy();
    // What the system had taken in its name is worked off by then.
    const health = await fetch(`${url}/v1/health`);
    expect(health.status).toBe(200);
    expect(await highestResidentBytes(child.pid)).toBeLessThan(320 * mebibyte);
  },
);

/** The most that the process ever had in memory (proc(5), VmHWM). */
async function highestResidentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
