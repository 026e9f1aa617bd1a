import { expect, test } from "vitest";
import { newServiceAccount, pemOf, privateKey } from "../support/service-account.js";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { pastedKeyFiles, unfitPrivateKeys, unreadableKeys } from "../vault/kinds/pasted-key-files.js";
import { answerOf, expectError, tokenOf } from "./answer-json.js";
import { startLoopbackServer, type LoopbackServer } from "./loopback-server.js";

const ownTokenUri = "https://oauth2.googleapis.com/token";

interface World extends TestServer {
  readonly upstream: LoopbackServer;
  /** Leads the file's calls to the loopback server. */
  readonly local: (text: string) => string;
}

async function world(): Promise<World> {
  const upstream = await startLoopbackServer(({ path }) => ({
    body: path === "/token" ? { access_token: "minted-token" } : {},
  }));
  const server = await startBoundServer({ settings: { ALLOW_PRIVATE_HOSTS: upstream.host } });
  return { ...server, upstream, local: (text) => text.replaceAll(ownTokenUri, `${upstream.url}/token`) };
}

async function useBoth({ tokenVault, upstream }: World): Promise<void> {
  const response = await tokenVault.credential("google");
  expect(await response.clone().text()).not.toMatch(/private_key|PRIVATE/);
  expect(await tokenOf(response)).toMatchObject({ accessToken: "minted-token", gcpMinted: true });
  const ticket = await tokenVault.ticket("google", "proxy");
  const headerTemplates = { Authorization: "Bearer ${TOKEN}" };
  await answerOf(
    await tokenVault.post("/v1/proxy", {
      ...{ ticket, service: "google", headerTemplates },
      upstream: { url: `${upstream.url}/drive` },
    }),
  );
  expect(upstream.received.at(-1)?.headers.authorization).toBe("Bearer minted-token");
}

// Encoded text cannot be led elsewhere; test/vault/kinds has all of them.
const readable = pastedKeyFiles.filter(([, text]) => text.includes(ownTokenUri));

test.each(readable)("a key file %s never leaves as a token, from wherever it was stored", async (_title, text) => {
  const given = await world();
  const { tokenVault, local } = given;
  await answerOf(await tokenVault.store("google", { accessToken: local(text) }));
  await useBoth(given);
  const data = { accessToken: local(text), provider: "google" };
  await answerOf(await tokenVault.storage({ operation: "set", collection: "tokens", key: "google", data }));
  await useBoth(given);
});

test.each([
  ["with line ends that are a backslash and an n", pemOf(privateKey).replaceAll("\n", "\\n")],
  ["in PKCS#1", pemOf(privateKey, "pkcs1")],
])("a service account whose private key is %s gives a token", async (_title, private_key) => {
  const given = await world();
  const accessToken = given.local(JSON.stringify(newServiceAccount({ private_key })));
  await answerOf(await given.tokenVault.store("google", { accessToken }));
  await useBoth(given);
});

const unfit = unfitPrivateKeys.map(
  ([title, private_key]) => [`whose private key ${title}`, JSON.stringify(newServiceAccount({ private_key }))] as const,
);

test.each([...unreadableKeys, ...unfit])("a key file %s is refused by all that could keep it", async (_title, text) => {
  const { tokenVault } = await startBoundServer();
  const ticket = await tokenVault.ticket("google", "store");
  const store = { ticket, service: "google", tokenData: { accessToken: text } };
  const refused = await tokenVault.post("/v1/store", store);
  expect(await refused.clone().text()).not.toMatch(/BEGIN|MII|gserviceaccount/);
  await expectError(refused, "invalid_request");
  const set = { operation: "set", collection: "tokens", key: "google", data: { accessToken: text } };
  await expectError(await tokenVault.storage(set), "invalid_request");
  await expectError(await tokenVault.credential("google"), "token_not_found");
  // The ticket still serves, with what is mended.
  await answerOf(await tokenVault.post("/v1/store", { ...store, tokenData: { accessToken: "mended" } }));
  const tokens = { accessToken: text };
  await expectError(
    await tokenVault.post("/v1/refresh", { action: "update", service: "google", tokens }),
    "invalid_request",
  );
  expect(await tokenOf(await tokenVault.credential("google"))).toMatchObject({ accessToken: "mended" });
});
