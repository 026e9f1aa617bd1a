import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodeDisk } from "../../src/files/disk.js";
import { readAuditLog, verifyAuditLog } from "../../src/audit/audit-log.js";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf, expectError, tokenOf } from "./answer-json.js";
import { failingDisk, type FailingDisk } from "./failing-disk.js";
import { startLoopbackServer } from "./loopback-server.js";
import { callThrough } from "./raw-upstream.js";
import { ticketOperations } from "./request-examples.js";
import { githubToken, present, startWithGithub } from "./ticket-bearer.js";

const secrets = /example-access-token|GEZDGNBV|canary/;

async function startOnFailingDisk(): Promise<{ server: TestServer; disk: FailingDisk }> {
  const disk = failingDisk();
  return { server: await startWithGithub({ parts: { disk } }), disk };
}

async function expectNothingGiven(response: Response): Promise<void> {
  expect(await response.clone().text()).not.toMatch(secrets);
  await expectError(response, "internal_error");
  expect(response.status).toBe(500);
}

describe("when the record cannot be written", () => {
  it.each(ticketOperations)("$id gives nothing, and works again when it can", async (operation) => {
    const { server, disk } = await startOnFailingDisk();
    const [purpose = "store"] = operation.ticketPurposes;
    const newTicket = (): Promise<string> => server.tokenVault.ticket("github", purpose);
    disk.fullFor = "record.jsonl";
    await expectNothingGiven(await present(server, operation, await newTicket()));
    await expectNothingGiven(await present(server, operation, await newTicket()));
    disk.fullFor = undefined;
    expect((await present(server, operation, await newTicket())).status).toBe(200);
    const lines = await readAuditLog(nodeDisk, join(server.folder, "data"));
    expect(verifyAuditLog(lines, undefined)).toBeUndefined();
    expect(lines.at(-1)).toMatchObject({ op: operation.id, outcome: "ok" });
  });

  it("a refusal is not told either, and the ticket of one that was served is used up", async () => {
    const { server, disk } = await startOnFailingDisk();
    const ticket = await server.tokenVault.ticket("github", "agent_credential");
    disk.fullFor = "record.jsonl";
    await expectNothingGiven(await server.tokenVault.fetchWith("/v1/credential", ticket, "github"));
    await expectNothingGiven(await server.tokenVault.fetchWith("/v1/credential", "no.ticket", "github"));
    disk.fullFor = undefined;
    await expectError(await server.tokenVault.fetchWith("/v1/credential", ticket, "github"), "ticket_invalid");
    expect((await tokenOf(await server.tokenVault.credential("github")))["accessToken"]).toBe(githubToken.accessToken);
  });

  it("what the upstream answered is not passed on", async () => {
    const upstream = await startLoopbackServer(() => ({ body: { answer: "canary of the upstream" } }));
    const disk = failingDisk();
    const server = await startBoundServer({ settings: { ALLOW_PRIVATE_HOSTS: upstream.host }, parts: { disk } });
    await server.tokenVault.store("github", githubToken);
    disk.fullFor = "record.jsonl";
    await expectNothingGiven(await callThrough(server, { url: upstream.url }));
    disk.fullFor = undefined;
    expect(await (await callThrough(server, { url: upstream.url })).json()).toEqual({
      answer: "canary of the upstream",
    });
  });

  it("health still answers", async () => {
    const { server, disk } = await startOnFailingDisk();
    disk.fullFor = "record.jsonl";
    expect((await server.fetch(`${server.url}/v1/health`)).status).toBe(200);
  });

  it("did not keep the id of a signed request whose body is no JSON", async () => {
    const { server, disk } = await startOnFailingDisk();
    const body = "{";
    const headers = await server.tokenVault.signedHeaders(body);
    const send = (): Promise<Response> => server.fetch(`${server.url}/v1/storage`, { method: "POST", headers, body });
    disk.fullFor = "record.jsonl";
    await expectNothingGiven(await send());
    disk.fullFor = undefined;
    await expectError(await send(), "invalid_request");
    await expectError(await send(), "auth_failed");
  });

  it("did not keep the id of a signed request, which Token Vault sends again after a 500", async () => {
    const { server, disk } = await startOnFailingDisk();
    const body = JSON.stringify({ operation: "get", collection: "tokens", key: "github" });
    const headers = await server.tokenVault.signedHeaders(body);
    const send = (): Promise<Response> => server.fetch(`${server.url}/v1/storage`, { method: "POST", headers, body });
    disk.fullFor = "record.jsonl";
    await expectNothingGiven(await send());
    disk.fullFor = undefined;
    await answerOf(await send());
    await expectError(await send(), "auth_failed");
  });

  it("did not keep the signature of a change, which Token Vault sends again after a 500", async () => {
    const { server, disk } = await startOnFailingDisk();
    const body = JSON.stringify({ operation: "set", collection: "vault_config", key: "k", data: { theme: "dark" } });
    const headers = await server.tokenVault.signedHeaders(body);
    const send = (): Promise<Response> => server.fetch(`${server.url}/v1/storage`, { method: "POST", headers, body });
    disk.fullFor = "record.jsonl";
    await expectNothingGiven(await send());
    disk.fullFor = undefined;
    expect(await answerOf(await send())).toMatchObject({ status: "ok" });
    await expectError(await send(), "auth_failed");
  });
});
