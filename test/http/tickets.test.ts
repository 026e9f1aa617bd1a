import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ticketPurposeValues, type TicketPurpose } from "../../generated/operations.js";
import { startBoundServer, startTestServer } from "../support/test-server.js";
import { expectError } from "./answer-json.js";
import { ticketOperations } from "./request-examples.js";
import { present, settingsOf, startWithGithub } from "./ticket-bearer.js";
import { startAfterUncleanStop } from "./unclean-stop.js";

/** The purposes that the protocol names. */
const fitting: Readonly<Record<string, readonly TicketPurpose[]>> = {
  "post /v1/store": ["store"],
  "get /v1/credential": ["agent_credential", "user_reveal"],
  "post /v1/credential": ["agent_credential", "user_reveal"],
  "post /v1/proxy": ["proxy"],
  "get /v1/totp-code": ["agent_credential", "user_reveal", "totp_code"],
  "post /v1/totp-code": ["agent_credential", "user_reveal", "totp_code"],
};

test("the contract has the ticket operations that the protocol names", () => {
  const names = ticketOperations.map(({ method, path }) => `${method} ${path}`);
  expect(names.sort()).toEqual(Object.keys(fitting).sort());
});

describe.each(ticketOperations)("a ticket at $method $path", (operation) => {
  const fits = fitting[`${operation.method} ${operation.path}`] ?? [];
  const [purpose = "store"] = fits;

  test("is refused before binding", async () => {
    const server = await startTestServer();
    await expectError(await present(server, operation, "no.ticket"), "setup_required");
    await expectError(
      await present(server, operation, await server.tokenVault.ticket("github", purpose)),
      "setup_required",
    );
  });

  test.each([...ticketPurposeValues, "admin", "", "STORE", "agent_credential "])(
    "for the purpose %j fits as the protocol says",
    async (other) => {
      const server = await startWithGithub();
      const ticket = await server.tokenVault.ticket("github", other as TicketPurpose);
      const response = await present(server, operation, ticket);
      if ((fits as readonly string[]).includes(other)) expect(response.status).toBe(200);
      else await expectError(response, "ticket_invalid");
    },
  );

  test("sent twenty times at once serves once", async () => {
    const server = await startWithGithub();
    const ticket = await server.tokenVault.ticket("github", purpose);
    const answers = await Promise.all(Array.from({ length: 20 }, () => present(server, operation, ticket)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 401)]);
    for (const answer of answers.filter(({ status }) => status === 401)) await expectError(answer, "ticket_invalid");
  });

  test("stays usable after it was shown for another service, and at a path that it does not fit", async () => {
    const server = await startWithGithub();
    const ticket = await server.tokenVault.ticket("github", purpose);
    await expectError(await present(server, operation, ticket, "gitlab"), "ticket_invalid");
    const elsewhere = ticketOperations.filter(({ ticketPurposes }) => !ticketPurposes.includes(purpose));
    for (const other of elsewhere) await expectError(await present(server, other, ticket), "ticket_invalid");
    expect(elsewhere.length).toBeGreaterThan(0);
    expect((await present(server, operation, ticket)).status).toBe(200);
  });

  test("that is forged or expired is refused, and a forgery uses nothing up", async () => {
    const server = await startWithGithub();
    const { tokenVault, clock } = server;
    const ticket = await tokenVault.ticket("github", purpose);
    const forged = ticket.slice(0, -1) + (ticket.endsWith("0") ? "1" : "0");
    await expectError(await present(server, operation, forged), "ticket_invalid");
    const late = await tokenVault.ticket("github", purpose);
    expect((await present(server, operation, ticket)).status).toBe(200);
    clock.advance(62_000);
    await expectError(await present(server, operation, late), "ticket_expired");
    await expectError(await present(server, operation, forged), "ticket_invalid");
  });

  test("that was used is refused after a restart and after an unclean stop", async () => {
    const first = await startWithGithub();
    const ticket = await first.tokenVault.ticket("github", purpose);
    const unused = await first.tokenVault.ticket("github", purpose);
    expect((await present(first, operation, ticket)).status).toBe(200);
    const copy = await startAfterUncleanStop(first, settingsOf(first));
    await expectError(await present(copy, operation, ticket), "ticket_invalid");
    const second = await first.restart();
    await expectError(await present(second, operation, ticket), "ticket_invalid");
    expect((await present(second, operation, unused)).status).toBe(200);
  });
});

test("a nonce serves once, whatever ticket carries it", async () => {
  const server = await startWithGithub();
  const nonce = "0123456789abcdef0123456789abcdef";
  const { tokenVault } = server;
  expect((await tokenVault.credential("github", { nonce })).status).toBe(200);
  await expectError(await tokenVault.credential("github", { nonce, sub: "another" }), "ticket_invalid");
  const totp = await tokenVault.ticket("github", "totp_code", { nonce });
  await expectError(await tokenVault.fetchWith("/v1/totp-code", totp, "github"), "ticket_invalid");
  await expectError(
    await tokenVault.store("github", { accessToken: "example-access-token" }, { nonce }),
    "ticket_invalid",
  );
});

describe("a ticket", () => {
  test.each<[string, Record<string, unknown>]>([
    ["no end", { exp: undefined }],
    ["an end that is a text", { exp: "9999999999" }],
    ["an end that is an object", { exp: {} }],
    ["an end that is null", { exp: null }],
    ["an end with a fraction", { exp: 9_999_999_999.5 }],
    ["no nonce", { nonce: undefined }],
    ["an empty nonce", { nonce: "" }],
    ["a nonce that is a number", { nonce: 1 }],
    ["a service that is a list", { svc: ["github"] }],
    ["a purpose that is a list", { pur: ["agent_credential"] }],
    ["a time of issue that is a text", { iat: "now" }],
  ])("with %s is refused, genuine as its MAC is", async (_what, claims) => {
    const { tokenVault } = await startWithGithub();
    await expectError(await tokenVault.credential("github", claims), "ticket_invalid");
  });

  test.each(["null", "[]", "5", '"text"', "{", ""])(
    "whose payload is %j is refused, genuine as its MAC is",
    async (payload) => {
      const { tokenVault } = await startWithGithub();
      const text = Buffer.from(payload).toString("base64url");
      const code = createHmac("sha256", tokenVault.secret).update(text).digest("hex");
      await expectError(await tokenVault.fetchWith("/v1/credential", `${text}.${code}`, "github"), "ticket_invalid");
    },
  );

  test.each([
    ["one part", (ticket: string) => ticket.split(".").at(0) ?? ""],
    ["three parts", (ticket: string) => `${ticket}.${ticket.split(".")[1] ?? ""}`],
    ["a code in upper case", (ticket: string) => ticket.replace(/[^.]+$/, (code) => code.toUpperCase())],
    ["a code cut short", (ticket: string) => ticket.slice(0, -2)],
    ["padding", (ticket: string) => ticket.replace(".", "=.")],
    ["nothing in it", () => ""],
    [
      "an alg and a typ, as a JWT has",
      (ticket: string) => `${Buffer.from('{"alg":"none"}').toString("base64url")}.${ticket.split(".")[0] ?? ""}.`,
    ],
    ["8,000 characters", () => "a".repeat(8_000)],
  ])("with %s is refused", async (_what, change) => {
    const { tokenVault } = await startWithGithub();
    const ticket = await tokenVault.ticket("github", "agent_credential");
    await expectError(await tokenVault.fetchWith("/v1/credential", change(ticket), "github"), "ticket_invalid");
    expect((await tokenVault.fetchWith("/v1/credential", ticket, "github")).status).toBe(200);
  });

  test("signed with another webhook's secret, or with the signature of a request, is refused", async () => {
    const { tokenVault } = await startWithGithub();
    const genuine = tokenVault.secret;
    tokenVault.secret = new Uint8Array(32).fill(9);
    await expectError(await tokenVault.credential("github"), "ticket_invalid");
    tokenVault.secret = genuine;
    const [payload = ""] = (await tokenVault.ticket("github", "agent_credential")).split(".");
    const signature = (await tokenVault.signedHeaders(payload))["x-tokenvault-signature"]?.slice(7) ?? "";
    await expectError(
      await tokenVault.fetchWith("/v1/credential", `${payload}.${signature}`, "github"),
      "ticket_invalid",
    );
  });

  test("that is absent, or not a text, is an invalid request", async () => {
    const { tokenVault, url, fetch } = await startWithGithub();
    await expectError(await fetch(`${url}/v1/credential?service=github`), "invalid_request");
    for (const ticket of [undefined, null, 5, {}, []])
      await expectError(await tokenVault.unsigned("/v1/credential", { ticket, service: "github" }), "invalid_request");
  });

  test("of an operation that is signed, too, does not replace the signature", async () => {
    const server = await startBoundServer();
    const ticket = await server.tokenVault.ticket("github", "proxy");
    const body = { ticket, service: "github", upstream: { url: "https://127.0.0.1/" }, headerTemplates: {} };
    await expectError(await server.tokenVault.unsigned("/v1/proxy", body), "auth_failed");
  });
});
