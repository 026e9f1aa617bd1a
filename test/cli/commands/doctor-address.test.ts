import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, expect, it, onTestFinished, vi } from "vitest";
import { systemClock } from "../../../src/platform/clock.js";
import { networkFindings } from "../../../src/cli/doctor/doctor-network.js";
import type { Finding } from "../../../src/cli/doctor/finding.js";
import { startBoundServer, type TestServer } from "../../support/test-server.js";
import { freePort } from "../../verify/run-kit.js";
import { run } from "../run-program.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Answers 200 to everything, or passes it on; counts what came. */
async function startFront(target?: () => string): Promise<{ url: string; paths: string[] }> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    const answer = async (): Promise<number> => {
      paths.push(request.url ?? "");
      if (target === undefined) return 200;
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const headers = Object.entries(request.headers).filter(([name]) => /^(?:x-|content-type)/.test(name));
      const { method = "GET" } = request;
      const body = method === "GET" ? null : Buffer.concat(chunks);
      const passedOn = { method, headers: Object.fromEntries(headers) as Record<string, string>, body };
      return (await fetch(`${target()}${request.url ?? ""}`, passedOn)).status;
    };
    void answer().then((status) => response.writeHead(status).end("{}"));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, paths };
}

async function addressOf({ folder }: TestServer): Promise<Finding[]> {
  const settings = { TOKENVAULT_FRONTEND_URL: `http://127.0.0.1:${String(await freePort())}` };
  const { stdout } = await run(folder, ["doctor", "--json"], settings);
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return findings.filter(({ about }) => about === "address");
}

it("doctor took any server that answers 200 for this one", async () => {
  const { url, paths } = await startFront();
  const server = await startBoundServer({ settings: { WEBHOOK_EXTERNAL_URL: url } });
  expect(await addressOf(server)).toMatchObject([
    { level: "problem", finding: `${url} answers 200, but what was sent to it did not come here.` },
  ]);
  expect(paths).toEqual(["/v1/health"]);
});

it("doctor knows a proxy that leads here by what was used here", async () => {
  let own = "";
  const { url, paths } = await startFront(() => own);
  const server = await startBoundServer({ settings: { WEBHOOK_EXTERNAL_URL: url } });
  own = server.url;
  expect(await addressOf(server)).toMatchObject([{ level: "ok", finding: `${url} leads here.` }]);
  expect(paths).toEqual(["/v1/health"]);
});

it.each([
  ["http://hook.example.org", false],
  ["http://192.0.2.7:8080", false],
  ["https://hook.example.org", true],
  ["http://localhost:1", true],
  ["http://[::1]:1", true],
])("doctor asks %s with a signature: %s", async (externalUrl, expected) => {
  const calls: { url: string; isSigned: boolean }[] = [];
  // No connection is opened.
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => {
    calls.push({ url, isSigned: new Headers(init?.headers).has("x-tokenvault-signature") || init?.method === "POST" });
    return Promise.resolve(new Response("{}", { status: 200 }));
  });
  const sign = (): Promise<{ timestamp: string; requestId: string; signature: string; body: string }> =>
    Promise.resolve({ timestamp: "1", requestId: "r", signature: "sha256=x", body: "{}" });
  const settings = { externalUrl, frontendUrl: "http://127.0.0.1:1" };
  const findings = await networkFindings(settings, "http://0.0.0.0:2", sign, systemClock);
  expect(calls.filter(({ url }) => url === `${externalUrl}/v1/health`)).toEqual([
    { url: `${externalUrl}/v1/health`, isSigned: expected },
  ]);
  expect(findings.filter(({ about }) => about === "address")).toMatchObject([
    { level: expected ? "problem" : "unknown" },
  ]);
});
