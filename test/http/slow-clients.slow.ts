import type { Socket } from "node:net";
import { onTestFinished, describe, expect, it } from "vitest";
import { startBoundServer, startTestServer, type TestServer } from "../support/test-server.js";
import { tokenOf } from "./answer-json.js";
import { connectTo } from "./raw-connection.js";

const many = 1_000;
/** Requests that never get to their end, and the number of clients that send each. */
const beginnings = [
  ["", 600],
  ["GET /v1/hea", 100],
  ["GET /v1/health HTTP/1.1\r\nHost: localhost\r\nX-Slow: aaa", 100],
  ["POST /v1/exchange HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{", 100],
  ["POST /v1/exchange HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{", 100],
] as const;
/** All of them come from one address. */
const settings = { TV_RATE_LIMIT_PER_MINUTE: "0" };

class SlowClients {
  #open = 0;
  readonly #sockets: Socket[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly url: string) {
    onTestFinished(() => {
      this.leave();
    });
  }

  get open(): number {
    return this.#open;
  }

  async connect(count: number, beginning: string): Promise<void> {
    for (let done = 0; done < count; done += 100) {
      const sockets = await Promise.all(Array.from({ length: Math.min(100, count - done) }, () => connectTo(this.url)));
      for (const socket of sockets) this.#keep(socket, beginning);
    }
  }

  /** One more byte from each that has begun, as a client that would keep its connection for ever sends it. */
  trickle(): void {
    for (const socket of this.#sockets) if (socket.bytesWritten > 0) socket.write("a");
  }

  leave(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Resolves when the server has let go of the last one. */
  async allGone(): Promise<void> {
    if (this.#open > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #keep(socket: Socket, beginning: string): void {
    this.#sockets.push(socket);
    this.#open += 1;
    socket.resume();
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#open -= 1;
      if (this.#open === 0) for (const resolve of this.#waiting) resolve();
    });
    if (beginning !== "") socket.write(beginning);
  }
}

async function expectHealthy({ url, fetch }: TestServer): Promise<void> {
  for (let count = 0; count < 20; count++) expect((await fetch(`${url}/v1/health`)).status).toBe(200);
}

describe(`${String(many)} connections that have sent nothing, or half of something,`, () => {
  it("stop neither health nor Token Vault, browsers and agents, and end with the server", async () => {
    const server = await startBoundServer({ settings });
    const clients = new SlowClients(server.url);
    for (const [text, count] of beginnings) await clients.connect(count, text);
    await expectHealthy(server);
    clients.trickle();
    await expectHealthy(server);
    for (let count = 0; count < 5; count++) {
      const service = `service ${String(count)}`;
      expect((await server.tokenVault.store(service, { accessToken: service })).status).toBe(200);
      expect((await tokenOf(await server.tokenVault.credential(service)))["accessToken"]).toBe(service);
      expect((await server.tokenVault.storage({ operation: "list", collection: "tokens" })).status).toBe(200);
    }
    expect(clients.open).toBe(many);
    await server.stop();
    await clients.allGone();
    await expect(fetch(`${server.url}/v1/health`)).rejects.toThrow();
  });

  it("leave nothing behind when they go away by themselves", async () => {
    const server = await startTestServer({ settings });
    const handles = (): number => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
    await expectHealthy(server);
    const before = handles();
    const clients = new SlowClients(server.url);
    for (const [text, count] of beginnings) await clients.connect(count, text);
    await expect.poll(handles).toBeGreaterThanOrEqual(2 * many);
    clients.leave();
    await clients.allGone();
    await expectHealthy(server);
    await expect.poll(handles).toBeLessThan(before + many / 10);
  });
});
