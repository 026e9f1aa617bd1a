import { describe, expect, test } from "vitest";
import { operations, type OperationDefinition } from "../../generated/operations.js";
import { ownersHeaders, ownersSettings, startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError, tokenOf } from "./answer-json.js";
import { connectTo } from "./raw-connection.js";

const press = async (server: TestServer, button: "lock" | "unlock"): Promise<Record<string, unknown>> =>
  answerOf(await server.fetch(`${server.url}/owner/${button}`, { method: "POST", headers: ownersHeaders }));

/** Each way to a credential, as it is called when nothing is locked. */
async function callsOf({ tokenVault }: TestServer): Promise<Readonly<Record<string, () => Promise<Response>>>> {
  const ticket = (purpose: "store" | "agent_credential" | "totp_code" | "proxy") =>
    tokenVault.ticket("github", purpose);
  const tickets = {
    store: await ticket("store"),
    credential: await ticket("agent_credential"),
    proxy: await ticket("proxy"),
  };
  const totp = await ticket("totp_code");
  const upstream = { url: "https://upstream.example/" };
  return {
    storeCredential: () =>
      tokenVault.unsigned("/v1/store", { ticket: tickets.store, service: "github", tokenData: { accessToken: "b" } }),
    getCredential: () => tokenVault.fetchWith("/v1/credential", tickets.credential, "github"),
    postCredential: () => tokenVault.unsigned("/v1/credential", { ticket: tickets.credential, service: "github" }),
    getTotpCode: () => tokenVault.fetchWith("/v1/totp-code", totp, "github"),
    postTotpCode: () => tokenVault.unsigned("/v1/totp-code", { ticket: totp, service: "github" }),
    proxyRequest: () =>
      tokenVault.post("/v1/proxy", { ticket: tickets.proxy, service: "github", upstream, headerTemplates: {} }),
    notifyRefresh: () => tokenVault.post("/v1/refresh-notify", { service: "github" }),
    refreshTokens: () => tokenVault.post("/v1/refresh", { action: "get", service: "github" }),
    useStorage: () => tokenVault.storage({ operation: "get", collection: "tokens", key: "github" }),
  };
}

describe("while the owner has locked the webhook", () => {
  test("every operation that touches a credential is forbidden, and they are all tried here", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    await server.tokenVault.store("github", { accessToken: "a", refreshToken: "r" });
    const calls = await callsOf(server);
    const touching = Object.values(operations).filter(({ killSwitch }) => killSwitch !== null);
    expect(touching.map(({ id }) => id).sort()).toEqual(Object.keys(calls).sort());
    const credentials = Object.values(operations).filter(
      ({ security, path }) =>
        (security as OperationDefinition["security"]).flat().includes("ticket") || path.startsWith("/v1/refresh"),
    );
    for (const { id, killSwitch } of credentials) expect(killSwitch, id).toBe(true);
    expect(await press(server, "lock")).toMatchObject({ locked: true, bound: true });
    for (const call of Object.values(calls)) await expectError(await call(), "forbidden");
    for (const operation of ["set", "delete", "list"]) {
      const body = { operation, collection: "tokens", key: "github", data: { accessToken: "c" } };
      await expectError(await server.tokenVault.storage(body), "forbidden");
    }
  });

  test("a list of several collections is forbidden when tokens is among them", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    await press(server, "lock");
    const batch = (collections: string[]): Promise<Response> =>
      server.tokenVault.storage({ operation: "list_batch", collections });
    await expectError(await batch(["audit", "tokens"]), "forbidden");
    expect((await batch(["audit", "proxy_configs"])).status).toBe(200);
  });

  test("a request whose body was on its way when it was locked gets nothing, and its ticket stays usable", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    await server.tokenVault.store("github", { accessToken: "a" });
    const ticket = await server.tokenVault.ticket("github", "agent_credential");
    const body = JSON.stringify({ ticket, service: "github" });
    const socket = await connectTo(server.url);
    const head = `POST /v1/credential HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${String(body.length)}\r\n\r\n`;
    const answered = new Promise<string>((resolve) => {
      let text = "";
      socket.on("data", (chunk) => (text += String(chunk)));
      socket.on("close", () => {
        resolve(text);
      });
    });
    await new Promise((resolve) => socket.write(head + body.slice(0, -1), resolve));
    // The head is being worked on by now: what was sent after it was answered.
    await answerOf(await server.fetch(`${server.url}/v1/health`));
    await press(server, "lock");
    socket.write(body.slice(-1));
    expect(await answered).toMatch(/^HTTP\/1\.1 403 /);
    await press(server, "unlock");
    expect((await server.tokenVault.unsigned("/v1/credential", { ticket, service: "github" })).status).toBe(200);
  });

  test("tickets stay usable: they serve once it is unlocked", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    await server.tokenVault.store("github", { accessToken: "a" });
    const { getCredential } = await callsOf(server);
    await press(server, "lock");
    await expectError(await getCredential!(), "forbidden");
    expect(await press(server, "unlock")).toMatchObject({ locked: false });
    expect(await tokenOf(await getCredential!())).toMatchObject({ accessToken: "a" });
  });

  test("health says so, and Token Vault keeps its other documents", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    await press(server, "lock");
    expect(await answerOf(await server.fetch(`${server.url}/v1/health`))).toMatchObject({ status: "locked" });
    const set = { operation: "set", collection: "proxy_configs", key: "a", data: {} };
    expect((await server.tokenVault.storage(set)).status).toBe(200);
    await press(server, "unlock");
    expect(await answerOf(await server.fetch(`${server.url}/v1/health`))).toMatchObject({ status: "healthy" });
  });

  test("it stays locked through a restart, and locking again keeps the time of the first", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    const { lockedAt } = await press(server, "lock");
    server.clock.advance(5000);
    expect(await press(server, "lock")).toMatchObject({ lockedAt });
    const next = await server.restart();
    await expectError(await next.tokenVault.credential("github"), "forbidden");
    expect(await press(next, "unlock")).not.toHaveProperty("lockedAt");
  });
});
