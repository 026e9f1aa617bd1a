import { expect, test } from "vitest";
import { startBoundServer, type TestServer } from "../support/test-server.js";
import { answerOf } from "./answer-json.js";
import { startLoopbackServer, type LoopbackServer } from "./loopback-server.js";

/* Token Vault tells by `requestId` which of its retries an answer is to: the body's, else the header's. */
const good = { access_token: "new-access", token_type: "bearer", expires_in: 7200 };
const tokens = { accessToken: "a" };
const refreshHint = { provider: "github" };

test.each([
  ["/v1/refresh", { action: "get", service: "github" }, "ok"],
  ["/v1/refresh", { action: "get", service: "absent" }, "no_token"],
  ["/v1/refresh", { action: "get", service: "pat" }, "no_refresh_token"],
  ["/v1/refresh", { action: "update", service: "github", tokens }, "updated"],
  ["/v1/refresh", { action: "update", service: "absent", tokens }, "no_token"],
  ["/v1/refresh-notify", { service: "github", refreshHint }, "refreshed"],
  ["/v1/refresh-notify", { service: "absent", refreshHint }, "no_token"],
  ["/v1/refresh-notify", { service: "github" }, "acknowledged"],
])("an answer of %s did not say to which request it is: %j", async (path, body, status) => {
  const { tokenVault } = await startWithProvider();
  const named = await tokenVault.post(path, { ...body, requestId: "req_body" }, { requestId: "req_head" });
  expect(await answerOf(named)).toMatchObject({ status, requestId: "req_body" });
  const unnamed = await tokenVault.post(path, body, { requestId: "req_head_2" });
  expect(await answerOf(unnamed)).toMatchObject({ status, requestId: "req_head_2" });
});

test("of two notifications that share one call to the provider each has its own", async () => {
  const { tokenVault, provider } = await startWithProvider();
  let release: () => void = () => undefined;
  const isAsked = new Promise<void>((resolve) => {
    provider.answer = async () => {
      resolve();
      await new Promise<void>((go) => (release = go));
      return { body: good };
    };
  });
  const notify = (service: string, requestId: string): Promise<Response> =>
    tokenVault.post("/v1/refresh-notify", { service, refreshHint, requestId });
  const first = notify("github", "req_first");
  await isAsked;
  const second = notify("github", "req_second");
  // Another request's answer says that the second one has come in.
  await answerOf(await notify("absent", "req_third"));
  release();
  expect(await answerOf(await first)).toMatchObject({ status: "refreshed", requestId: "req_first" });
  expect(await answerOf(await second)).toMatchObject({ status: "refreshed", requestId: "req_second" });
  expect(provider.received).toHaveLength(1);
});

async function startWithProvider(): Promise<TestServer & { readonly provider: LoopbackServer }> {
  const provider = await startLoopbackServer(() => ({ body: good }));
  const github = { clientId: "local-client", clientSecret: "canary-client-secret", tokenUrl: `${provider.url}/token` };
  const settings = { ALLOW_PRIVATE_HOSTS: provider.host, OAUTH_PROVIDERS_JSON: JSON.stringify({ github }) };
  const server = await startBoundServer({ settings });
  await answerOf(await server.tokenVault.store("github", { accessToken: "old", refreshToken: "old-refresh" }));
  await answerOf(await server.tokenVault.store("pat", { accessToken: "a" }));
  return { ...server, provider };
}
