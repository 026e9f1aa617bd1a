import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { startBoundServer, type TestServer } from "../support/test-server.js";

export interface RawUpstream {
  readonly url: string;
  /** host:port, for ALLOW_PRIVATE_HOSTS. */
  readonly host: string;
  readonly requests: IncomingMessage[];
}

/** An upstream with a hand on each byte of its answer; it is stopped when the test ends. */
export async function startRawUpstream(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<RawUpstream> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { url: `http://${host}`, host, requests };
}

export interface ProxyCall {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly headerTemplates?: Readonly<Record<string, string>>;
  readonly ticket?: string;
}

/** A server that holds `accessToken` for the service github and may call the upstream. */
export async function startProxy(accessToken: string, upstream: Pick<RawUpstream, "host">): Promise<TestServer> {
  const server = await startBoundServer({ settings: { ALLOW_PRIVATE_HOSTS: upstream.host } });
  const stored = await server.tokenVault.store("github", { accessToken });
  if (stored.status !== 200) throw new Error("the credential was not stored");
  return server;
}

export async function proxyBody({ tokenVault }: TestServer, call: ProxyCall): Promise<string> {
  const {
    ticket = await tokenVault.ticket("github", "proxy"),
    headerTemplates = { Authorization: "Bearer ${TOKEN}" },
    ...upstream
  } = call;
  return JSON.stringify({ ticket, service: "github", upstream, headerTemplates });
}

/** Calls as Token Vault does. */
export async function callThrough(server: TestServer, call: ProxyCall): Promise<Response> {
  return server.tokenVault.post("/v1/proxy", await proxyBody(server, call));
}
