import { describe, expect, test } from "vitest";
import { startBoundServer, startTestServer } from "../support/test-server.js";
import { answerOf, expectError, tokenOf } from "./answer-json.js";

const tokenVaultAddress = { "x-forwarded-for": "34.12.35.243" };

describe("the token", () => {
  test("holds the decrypted fields and the meta", async () => {
    const { tokenVault } = await startBoundServer();
    const tokenData = { accessToken: "a", sshPrivateKey: "s", certificateData: "c", scope: "repo" };
    const { meta } = await answerOf(await tokenVault.store("github", tokenData));
    expect(await tokenOf(await tokenVault.credential("github"))).toEqual({ ...(meta as object), ...tokenData });
  });

  test("comes to a POST as it does to a GET", async () => {
    const { tokenVault } = await startBoundServer();
    await answerOf(await tokenVault.store("github", { accessToken: "a" }));
    const got = await tokenOf(await tokenVault.credential("github"));
    const ticket = await tokenVault.ticket("github", "agent_credential");
    expect(await tokenOf(await tokenVault.unsigned("/v1/credential", { ticket, service: "github" }))).toEqual(got);
  });

  test("holds the refresh token for its owner, not for an agent", async () => {
    const { tokenVault } = await startBoundServer();
    await answerOf(await tokenVault.store("github", { accessToken: "a", refreshToken: "canary-r" }));
    const agent = await tokenVault.credential("github");
    expect(await agent.clone().text()).not.toContain("canary-r");
    expect(await tokenOf(agent)).toMatchObject({ accessToken: "a", hasRefreshToken: true });
    const ticket = await tokenVault.ticket("github", "user_reveal");
    const owner = await tokenOf(await tokenVault.fetchWith("/v1/credential", ticket, "github"));
    expect(owner).toMatchObject({ accessToken: "a", refreshToken: "canary-r" });
  });

  test("of a document that Token Vault set held the refresh token and the TOTP seed of its meta", async () => {
    const { tokenVault } = await startBoundServer();
    const data = {
      accessToken: "a",
      meta: { refreshToken: "canary-r", totpSecret: "JBSWY3DPEHPK3PXP", scope: "repo" },
    };
    const set = { operation: "set", collection: "tokens", key: "github", data };
    await answerOf(await tokenVault.storage(set));
    const response = await tokenVault.credential("github");
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).not.toContain("canary-r");
    expect(text).not.toContain("JBSWY3DPEHPK3PXP");
  });

  test("keeps text of every kind as it was", async () => {
    const { tokenVault } = await startBoundServer();
    const accessToken = '$& ${TOKEN} "\\ \n\ufeff\u2028 é 🔑';
    const password = `${accessToken}\u0000\u007f\n.`;
    await answerOf(await tokenVault.store("odd", { accessToken, password }));
    expect(await tokenOf(await tokenVault.credential("odd"))).toMatchObject({ accessToken, password });
  });

  test("is gone once Token Vault deletes it", async () => {
    const { tokenVault } = await startBoundServer();
    await answerOf(await tokenVault.store("github", { accessToken: "a" }));
    await answerOf(await tokenVault.storage({ operation: "delete", collection: "tokens", key: "github" }));
    await expectError(await tokenVault.credential("github"), "token_not_found");
  });

  test("is never cached, and neither is a refusal", async () => {
    const { tokenVault } = await startBoundServer();
    await answerOf(await tokenVault.store("github", { accessToken: "a" }));
    for (const service of ["github", "absent"]) {
      expect((await tokenVault.credential(service)).headers.get("cache-control")).toBe("no-store");
    }
  });

  test("is not in the log, and neither is the ticket", async () => {
    const { tokenVault, logLines } = await startBoundServer();
    await answerOf(await tokenVault.store("github", { accessToken: "canary-a" }));
    const ticket = await tokenVault.ticket("github", "agent_credential");
    await answerOf(await tokenVault.fetchWith("/v1/credential", ticket, "github"));
    const log = logLines.join("\n");
    expect(log).toContain("getCredential");
    expect(log).not.toContain("canary-a");
    expect(log).not.toContain(ticket.slice(0, 40));
  });
});

describe("a ticket", () => {
  test("serves once, also after a restart, and also when nothing is stored", async () => {
    const server = await startBoundServer();
    await answerOf(await server.tokenVault.store("github", { accessToken: "a" }));
    const ticket = await server.tokenVault.ticket("github", "agent_credential");
    await answerOf(await server.tokenVault.fetchWith("/v1/credential", ticket, "github"));
    await expectError(await server.tokenVault.fetchWith("/v1/credential", ticket, "github"), "ticket_invalid");
    const absent = await server.tokenVault.ticket("absent", "agent_credential");
    await expectError(await server.tokenVault.fetchWith("/v1/credential", absent, "absent"), "token_not_found");
    await expectError(await server.tokenVault.fetchWith("/v1/credential", absent, "absent"), "ticket_invalid");
    const { tokenVault } = await server.restart();
    await expectError(await tokenVault.fetchWith("/v1/credential", ticket, "github"), "ticket_invalid");
  });

  test("of eight uses at once is good for one", async () => {
    const { tokenVault } = await startBoundServer();
    await answerOf(await tokenVault.store("github", { accessToken: "a" }));
    const ticket = await tokenVault.ticket("github", "agent_credential");
    const uses = Array.from({ length: 8 }, () => tokenVault.fetchWith("/v1/credential", ticket, "github"));
    const statuses = (await Promise.all(uses)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 401, 401, 401, 401, 401, 401, 401]);
  });

  test("for another purpose or service is refused, and stays usable where it belongs", async () => {
    const { tokenVault } = await startBoundServer();
    for (const service of ["github", "gitlab"])
      await answerOf(await tokenVault.store(service, { accessToken: service }));
    for (const purpose of ["store", "proxy", "totp_code"] as const) {
      const ticket = await tokenVault.ticket("github", purpose);
      await expectError(await tokenVault.fetchWith("/v1/credential", ticket, "github"), "ticket_invalid");
    }
    const ticket = await tokenVault.ticket("github", "agent_credential");
    await expectError(await tokenVault.fetchWith("/v1/credential", ticket, "gitlab"), "ticket_invalid");
    const body = { ticket, service: "github", tokenData: { accessToken: "b" } };
    await expectError(await tokenVault.unsigned("/v1/store", body), "ticket_invalid");
    await answerOf(await tokenVault.fetchWith("/v1/credential", ticket, "github"));
  });

  test("is of no use before the webhook is bound", async () => {
    const { tokenVault } = await startTestServer();
    await expectError(await tokenVault.credential("github"), "setup_required");
    await expectError(await tokenVault.store("github", { accessToken: "a" }), "setup_required");
  });

  test("or a service that is missing is the contract's to refuse", async () => {
    const { tokenVault, url, fetch } = await startBoundServer();
    const ticket = await tokenVault.ticket("github", "agent_credential");
    await expectError(await fetch(`${url}/v1/credential`), "invalid_request");
    await expectError(await fetch(`${url}/v1/credential?ticket=${ticket}`), "invalid_request");
    await expectError(await tokenVault.unsigned("/v1/credential", { service: "github" }), "invalid_request");
    await expectError(await tokenVault.unsigned("/v1/credential", { ticket: 5, service: "github" }), "invalid_request");
  });
});

describe("Token Vault's own address", () => {
  test("is refused before the ticket is looked at, which stays usable", async () => {
    const { tokenVault } = await startBoundServer();
    await answerOf(await tokenVault.store("github", { accessToken: "a", totpSecret: "JBSWY3DPEHPK3PXP" }));
    const ticket = await tokenVault.ticket("github", "user_reveal");
    for (const path of ["/v1/credential", "/v1/totp-code"]) {
      await expectError(await tokenVault.fetchWith(path, ticket, "github", tokenVaultAddress), "forbidden");
      await expectError(await tokenVault.fetchWith(path, "forged", "github", tokenVaultAddress), "forbidden");
      const body = { ticket, service: "github" };
      await expectError(await tokenVault.unsigned(path, body, tokenVaultAddress), "forbidden");
    }
    await expectError(await tokenVault.unsigned("/v1/store", {}, tokenVaultAddress), "forbidden");
    await answerOf(await tokenVault.fetchWith("/v1/credential", ticket, "github"));
  });

  test("is refused before binding too, as IPv6 too, and so is what DENY_IPS names", async () => {
    const { tokenVault } = await startTestServer({ settings: { DENY_IPS: "198.51.100.0/24,2001:db8::/32" } });
    for (const address of ["34.12.35.243", "::ffff:34.12.35.243", "::ffff:220c:23f3", "198.51.100.9", "2001:db8::9"]) {
      const headers = { "x-forwarded-for": address };
      await expectError(await tokenVault.fetchWith("/v1/credential", "x", "x", headers), "forbidden");
    }
    const headers = { "x-forwarded-for": "34.12.35.243, 198.51.101.9" };
    await expectError(await tokenVault.fetchWith("/v1/credential", "x", "x", headers), "setup_required");
  });
});
