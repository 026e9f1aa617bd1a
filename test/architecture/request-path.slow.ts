import { Session } from "node:inspector/promises";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { budgets, holdBudget } from "../../scripts/budgets.js";
import { startLoopbackServer } from "../http/loopback-server.js";
import { proxyBody } from "../http/raw-upstream.js";
import { startBoundServer, type TestServer } from "../support/test-server.js";

const sourceFolder = fileURLToPath(new URL("../../src/", import.meta.url));
const warmUps = 3;
/** A file that not each of them passes is needed by no request: a timer fired, or a batch was full. */
const measuredRequests = 3;
/** Longer than what a request leaves to be done after its answer. */
const settlingMs = 500;

/** What vitest makes of an export: a function that is called where another file names it. */
const exportedName = /^\(\) => \{ try \{ return \w+ \} catch \{\} \}$/;

/** A request that is ready, so that nothing of this test's own runs while it is under way. */
interface Prepared {
  readonly path: string;
  readonly init?: RequestInit;
}

const requests = [
  { name: "GET /v1/credential", budget: budgets.credentialPath, prepare: prepareCredential },
  { name: "POST /v1/store", budget: budgets.storePath, prepare: prepareStore },
  { name: "POST /v1/proxy", budget: budgets.proxyPath, prepare: prepareProxy },
] as const;

it.each(requests)("$name passes few files of src", async ({ name, budget, prepare }) => {
  const upstream = await startLoopbackServer(() => ({}));
  const server = await startBoundServer({ settings: { ALLOW_PRIVATE_HOSTS: upstream.host, LOG_LEVEL: "info" } });
  expect((await server.tokenVault.store("github", { accessToken: "example" })).status).toBe(200);
  const send = async ({ path, init }: Prepared): Promise<void> => {
    const response = await fetch(server.url + path, init);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${name} answered ${text}`);
  };
  for (let count = 0; count < warmUps; count++) await send(await prepare(server, upstream.url));
  const session = await coverageSession();
  const filesOfEach: string[][] = [];
  for (let count = 0; count < measuredRequests; count++) {
    const request = await prepare(server, upstream.url);
    filesOfEach.push(await filesThatRun(session, () => send(request)));
  }
  const [first = [], ...others] = filesOfEach;
  const files = first.filter((file) => others.every((other) => other.includes(file)));
  // What measured nothing would hold every budget.
  expect(files.length).toBeGreaterThan(5);
  console.log(`${name} passes ${String(files.length)} files:\n  ${files.join("\n  ")}`);
  holdBudget(budget, files.length);
});

/** Has V8 count calls, until the test ends. */
async function coverageSession(): Promise<Session> {
  const session = new Session();
  session.connect();
  onTestFinished(() => {
    session.disconnect();
  });
  await session.post("Debugger.enable");
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  return session;
}

/** The files of src of which a function is called for this work, or for what it leaves to be done, as V8 counts. */
async function filesThatRun(session: Session, work: () => Promise<void>): Promise<string[]> {
  await pause(settlingMs);
  await session.post("Profiler.takePreciseCoverage");
  await work();
  await pause(settlingMs);
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const paths: string[] = [];
  for (const { scriptId, url, functions } of result) {
    const path = url.startsWith("file:") ? fileURLToPath(url) : url;
    if (!path.startsWith(sourceFolder)) continue;
    const { scriptSource } = await session.post("Debugger.getScriptSource", { scriptId });
    const isCalled = functions.some(
      ({ ranges: [range] }) =>
        range !== undefined &&
        range.count > 0 &&
        // A module's own body is a function that begins at 0.
        range.startOffset > 0 &&
        !exportedName.test(scriptSource.slice(range.startOffset, range.endOffset)),
    );
    if (isCalled) paths.push(path.slice(sourceFolder.length));
  }
  return paths.sort();
}

async function prepareCredential({ tokenVault }: TestServer): Promise<Prepared> {
  return { path: `/v1/credential?ticket=${await tokenVault.ticket("github", "agent_credential")}&service=github` };
}

async function prepareStore({ tokenVault }: TestServer): Promise<Prepared> {
  const tokenData = { accessToken: "example", refreshToken: "example" };
  const body = JSON.stringify({ ticket: await tokenVault.ticket("github", "store"), service: "github", tokenData });
  return { path: "/v1/store", init: { method: "POST", headers: { "content-type": "application/json" }, body } };
}

async function prepareProxy(server: TestServer, upstreamUrl: string): Promise<Prepared> {
  const body = await proxyBody(server, { url: upstreamUrl });
  return { path: "/v1/proxy", init: { method: "POST", headers: await server.tokenVault.signedHeaders(body), body } };
}
