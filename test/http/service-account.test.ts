import { jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { newServiceAccount, publicKey } from "../support/service-account.js";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { expectError, answerOf, StoppedClock, tokenOf } from "./answer-json.js";
import { closedPort, startLoopbackServer, type LoopbackServer } from "./loopback-server.js";

const now = "2026-01-01T00:00:00Z";
const email = "robot@project.iam.gserviceaccount.com";

describe("an access token that is a Google service-account key", () => {
  test("answers a minted token instead, and the key goes nowhere", async () => {
    const { tokenVault, google, logLines } = await startWithGoogle();
    google.answer = () => ({ body: { access_token: "minted-token", expires_in: 1800, token_type: "Bearer" } });
    const response = await tokenVault.credential("google");
    expect(await response.clone().text()).not.toMatch(/PRIVATE KEY|private_key/);
    expect(await tokenOf(response)).toEqual({
      accessToken: "minted-token",
      tokenType: "Bearer",
      expiresAt: "2026-01-01T00:30:00Z",
      serviceName: "google",
      serviceAccount: email,
      gcpMinted: true,
    });
    expect(google.received).toHaveLength(1);
    expect(google.received[0]?.body).not.toContain("PRIVATE");
    expect(logLines.join("\n")).not.toMatch(/PRIVATE KEY|minted-token/);
  });

  test("is minted with a signed assertion for its own account, its token URI and its stored scope", async () => {
    const scope = "https://www.googleapis.com/auth/drive.readonly";
    const { tokenVault, google } = await startWithGoogle({ scope });
    await answerOf(await tokenVault.credential("google"));
    const [request] = google.received;
    expect(request).toMatchObject({ method: "POST", path: "/token" });
    expect(request?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    const form = new URLSearchParams(request?.body);
    expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const { payload, protectedHeader } = await jwtVerify(form.get("assertion") ?? "", publicKey, {
      currentDate: new Date(now),
    });
    expect(protectedHeader).toEqual({ alg: "RS256", typ: "JWT", kid: "key-1" });
    const iat = Date.parse(now) / 1000;
    expect(payload).toEqual({ iss: email, aud: `${google.url}/token`, scope, iat, exp: iat + 3600 });
  });

  test("has Google's whole platform as its scope where none of Google's is stored", async () => {
    const { tokenVault, google } = await startWithGoogle({ scope: "repo" });
    await answerOf(await tokenVault.credential("google"));
    const assertion = new URLSearchParams(google.received[0]?.body).get("assertion") ?? "";
    const { payload } = await jwtVerify(assertion, publicKey, { currentDate: new Date(now) });
    expect(payload["scope"]).toBe("https://www.googleapis.com/auth/cloud-platform");
  });

  test("gives its minted token to the proxy", async () => {
    const { tokenVault, google } = await startWithGoogle();
    google.answer = ({ path }) => ({ body: path === "/token" ? { access_token: "minted-token" } : { ok: true } });
    const ticket = await tokenVault.ticket("google", "proxy");
    const headerTemplates = { Authorization: "Bearer ${TOKEN}" };
    const upstream = { url: `${google.url}/drive` };
    await answerOf(await tokenVault.post("/v1/proxy", { ticket, service: "google", upstream, headerTemplates }));
    expect(google.received.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ["/token", undefined],
      ["/drive", "Bearer minted-token"],
    ]);
  });

  test.each([
    ["an error", { status: 400, body: { error: "invalid_grant" } }],
    ["no token", { body: { expires_in: 3600 } }],
    ["an empty token", { body: { access_token: "" } }],
    ["a token that is no text", { body: { access_token: 5 } }],
    ["no JSON", { body: "<html>" }],
    ["a list", { body: [] }],
    ["a redirect", { status: 307, headers: { location: "/elsewhere" }, body: { access_token: "x" } }],
    ["an absurd lifetime", { body: { access_token: "x", expires_in: 1e300 } }],
  ])("is not minted when Google answers %s", async (_title, given) => {
    const { tokenVault, google } = await startWithGoogle();
    google.answer = () => given;
    await expectError(await tokenVault.credential("google"), "gcp_mint_failed");
    expect(google.received).toHaveLength(1);
  });

  test("is not minted for a ticket that was used, and one that cannot be minted uses its ticket up", async () => {
    const { tokenVault, google } = await startWithGoogle();
    google.answer = ({ path }) => ({ status: path === "/token" ? 500 : 200 });
    const ticket = await tokenVault.ticket("google", "proxy");
    const call = { ticket, service: "google", upstream: { url: google.url }, headerTemplates: { A: "${TOKEN}" } };
    await expectError(await tokenVault.post("/v1/proxy", call), "gcp_mint_failed");
    expect(google.received).toHaveLength(1);
    await expectError(await tokenVault.post("/v1/proxy", call), "ticket_invalid");
    expect(google.received).toHaveLength(1);
  });

  test("is not minted when Google cannot be reached", async () => {
    const host = await closedPort();
    const { tokenVault } = await startBoundServer({ settings: { ALLOW_PRIVATE_HOSTS: host } });
    await store(tokenVault, `http://${host}/token`);
    await expectError(await tokenVault.credential("google"), "gcp_mint_failed");
  });

  test("is not sent to a private address that the owner did not allow", async () => {
    const google = await startLoopbackServer(() => ({ body: { access_token: "x" } }));
    const { tokenVault } = await startBoundServer();
    await store(tokenVault, `${google.url}/token`);
    await expectError(await tokenVault.credential("google"), "forbidden");
    expect(google.received).toEqual([]);
  });

  test.each([
    ["no private key", { private_key: undefined }],
    ["a private key that is none", { private_key: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----" }],
    ["no address", { client_email: undefined }],
  ])("with %s is refused when it is stored, without its text", async (_title, change) => {
    const { tokenVault } = await startBoundServer();
    const accessToken = JSON.stringify(newServiceAccount(change));
    const response = await tokenVault.store("google", { accessToken });
    expect(await response.clone().text()).not.toMatch(/PRIVATE KEY|AAAA|asn1|pkcs8|PEM/);
    await expectError(response, "invalid_request");
  });
});

test.each([
  ["JSON of another type", '{"type":"authorized_user","client_email":"a"}'],
  ["broken JSON", '{"type":"service_account"'],
  ["a list", '[{"type":"service_account"}]'],
])("an access token that is %s is handed out as it is", async (_title, accessToken) => {
  const { tokenVault } = await startBoundServer();
  await answerOf(await tokenVault.store("other", { accessToken }));
  const token = await tokenOf(await tokenVault.credential("other"));
  expect(token).toMatchObject({ accessToken });
  expect(token).not.toHaveProperty("gcpMinted");
});

async function startWithGoogle(
  tokenData: Record<string, unknown> = {},
): Promise<TestServer & { readonly google: LoopbackServer }> {
  const google = await startLoopbackServer(() => ({ body: { access_token: "minted" } }));
  const settings = { ALLOW_PRIVATE_HOSTS: google.host };
  const server = await startBoundServer({ clock: new StoppedClock(now), settings });
  await store(server.tokenVault, `${google.url}/token`, tokenData);
  return { ...server, google };
}

async function store(
  tokenVault: TestServer["tokenVault"],
  tokenUri: string,
  tokenData: Record<string, unknown> = {},
): Promise<void> {
  const key = newServiceAccount({ token_uri: tokenUri });
  await answerOf(await tokenVault.store("google", { accessToken: JSON.stringify(key), ...tokenData }));
}
