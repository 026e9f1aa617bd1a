import { TOTP } from "otpauth";
import type { paths } from "../../generated/types.js";
import { nodeDisk } from "../files/disk.js";
import { readAuditLog, readAuditHead, verifyAuditLog } from "../audit/audit-log.js";
import { renewedAccessToken, type OutsideWorld } from "./outside-world.js";
import type { PlayedTokenVault } from "./token-vault.js";

/** The stage of the steps. `restart` stops the server and starts it again on the same folder. */
export interface Stage {
  readonly tokenVault: PlayedTokenVault;
  readonly world: OutsideWorld;
  readonly url: string;
  readonly dataFolder: string;
  restart(): Promise<void>;
}

type Step = readonly [title: string, play: (stage: Stage) => Promise<void>];

const accessToken = "demo-access-token-of-the-owner";
const refreshToken = "demo-refresh-token-of-the-owner";
const totpSeed = "JBSWY3DPEHPK3PXP";
const browserOrigin = "https://tokenvault.uk";
let registrationCode = "";

/** Lists a round of everything that the webhook does, and of everything that it must refuse. */
export const demoSteps: readonly Step[] = [
  [
    "health answers",
    async ({ tokenVault }) => expect((await tokenVault.client.GET("/v1/health")).data?.status, "healthy"),
  ],
  [
    "nothing is given out before binding",
    async (stage) => refused(await fetchCredential(stage, "a.b"), 403, "setup_required"),
  ],
  [
    "the owner makes a registration",
    async ({ tokenVault }) => {
      const { data } = await tokenVault.client.GET("/v1/register-url");
      registrationCode = data?.code ?? "";
      expect(new URL(data?.registrationUrl ?? "").searchParams.get("code"), registrationCode);
    },
  ],
  [
    "Token Vault exchanges its code for the secret",
    async ({ tokenVault }) => {
      const { data } = await tokenVault.client.POST("/v1/exchange", { body: { code: registrationCode } });
      await tokenVault.learnSecret(data?.hmacSecret ?? "");
    },
  ],
  [
    "the code serves once",
    async ({ url }) => refused(await post(url, "/v1/exchange", { code: registrationCode }), 410, "code_used"),
  ],
  [
    "Token Vault keeps a document and lists it",
    async ({ tokenVault: { client } }) => {
      const document = { collection: "proxy_configs", key: "demo" } as const;
      await client.POST("/v1/storage", { body: { operation: "set", ...document, data: { name: "Demo" } } });
      const { data } = await client.POST("/v1/storage", { body: { operation: "list", collection: "proxy_configs" } });
      expect(data && "items" in data && data.items[0]?.meta["name"], "Demo");
    },
  ],
  [
    "a browser of another origin may store",
    async ({ url }) => {
      const headers = {
        origin: browserOrigin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      };
      const response = await fetch(`${url}/v1/store`, { method: "OPTIONS", headers });
      expect(response.status, 204);
      expect(response.headers.get("access-control-allow-origin"), browserOrigin);
    },
  ],
  [
    "it stores an OAuth token",
    (stage) => store(stage, "github", { accessToken, refreshToken, provider: "demo", scope: "repo" }),
  ],
  [
    "the list shows that it is there, not what it is",
    async ({ tokenVault: { client } }) => {
      const { data } = await client.POST("/v1/storage", { body: { operation: "list", collection: "tokens" } });
      const shown = JSON.stringify(data);
      expect(shown.includes("repo"), true);
      expect(shown.includes(accessToken) || shown.includes(refreshToken), false);
    },
  ],
  [
    "an agent is redirected and gets the credential",
    async ({ tokenVault, world, url }) => {
      const ticket = await tokenVault.ticket("github", "agent_credential");
      world.redirectTo = `${url}/v1/credential?${new URLSearchParams({ ticket, service: "github" }).toString()}`;
      const response = await fetch(`${world.origin}/agent/token`);
      expect(((await response.json()) as { token: Record<string, unknown> }).token["accessToken"], accessToken);
    },
  ],
  [
    "the same ticket again is refused",
    async (stage) => refused(await fetch(stage.world.redirectTo), 401, "ticket_invalid"),
  ],
  [
    "a forged ticket is refused",
    async (stage) => {
      const ticket = await stage.tokenVault.ticket("github", "agent_credential");
      await refused(await fetchCredential(stage, `${ticket.slice(0, -64)}${"0".repeat(64)}`), 401, "ticket_invalid");
    },
  ],
  [
    "Token Vault's own address gets no credential",
    async (stage) => {
      const ticket = await stage.tokenVault.ticket("github", "agent_credential");
      await refused(await fetchCredential(stage, ticket, { "x-forwarded-for": "34.12.35.243" }), 403, "forbidden");
    },
  ],
  [
    "a proxied call carries the credential; its echo is blanked",
    async ({ tokenVault, world }) => {
      const { data } = await tokenVault.client.POST("/v1/proxy", {
        body: await proxyCall(tokenVault, `${world.origin}/user`),
      });
      expect(world.lastAuthorization, `Bearer ${accessToken}`);
      expect(JSON.stringify(data), JSON.stringify({ you_sent: "Bearer [redacted]" }));
    },
  ],
  [
    "the service is pinned to that host; another is refused",
    async ({ tokenVault, world }) => {
      const body = await proxyCall(tokenVault, `http://${world.otherHost}/user`);
      const { response, error } = await tokenVault.client.POST("/v1/proxy", { body });
      expect(response.status, 403);
      expect(JSON.stringify(error).includes("forbidden"), true);
    },
  ],
  [
    "a stream comes through while it is still being sent",
    async ({ tokenVault, world }) => {
      const body = await proxyCall(tokenVault, `${world.origin}/events`);
      const { response } = await tokenVault.client.POST("/v1/proxy", { body, parseAs: "stream" });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader?.read())?.value, "data: first\n\n");
      world.sendLastEvent();
      expect((await reader?.read())?.value, "data: last\n\n");
    },
  ],
  [
    "a one-time code is given, its seed is not",
    async (stage) => {
      await store(stage, "bank", {
        tokenType: "TOTP",
        totpUri: `otpauth://totp/Bank:me?secret=${totpSeed}&issuer=Bank`,
      });
      const ticket = await stage.tokenVault.ticket("bank", "totp_code");
      const before = new TOTP({ secret: totpSeed }).generate();
      const { data } = await stage.tokenVault.client.GET("/v1/totp-code", {
        params: { query: { ticket, service: "bank" } },
      });
      expect([before, new TOTP({ secret: totpSeed }).generate()].includes(data?.code ?? ""), true);
    },
  ],
  [
    "Token Vault refreshes: it gets the refresh token and brings the new one",
    async ({ tokenVault: { client } }) => {
      const got = await client.POST("/v1/refresh", { body: { action: "get", service: "github" } });
      expect(got.data && "refreshToken" in got.data && got.data.refreshToken, refreshToken);
      const tokens = { accessToken: "demo-access-token-by-token-vault", expiryTime: Date.now() + 3_600_000 };
      const { data } = await client.POST("/v1/refresh", { body: { action: "update", service: "github", tokens } });
      expect(data?.status, "updated");
    },
  ],
  [
    "the webhook refreshes with its own OAuth client",
    async ({ tokenVault: { client } }) => {
      const { data } = await client.POST("/v1/refresh-notify", {
        body: { service: "github", refreshHint: { provider: "demo" } },
      });
      expect(data?.status, "refreshed");
    },
  ],
  [
    "a signed request sent twice is refused",
    async ({ tokenVault }) => {
      const body = { operation: "list", collection: "tokens" } as const;
      tokenVault.useRequestId("req_demo_replayed");
      expect((await tokenVault.client.POST("/v1/storage", { body })).response.status, 200);
      tokenVault.useRequestId("req_demo_replayed");
      expect((await tokenVault.client.POST("/v1/storage", { body })).response.status, 401);
    },
  ],
  [
    "after a restart everything is there, and what was used is refused",
    async (stage) => {
      await stage.restart();
      const ticket = await stage.tokenVault.ticket("github", "agent_credential");
      const response = await fetchCredential(stage, ticket);
      expect(((await response.json()) as { token: Record<string, unknown> }).token["accessToken"], renewedAccessToken);
      await refused(await fetch(stage.world.redirectTo), 401, "ticket_invalid");
    },
  ],
  [
    "the audit log of all this is whole",
    async ({ dataFolder }) => {
      const lines = await readAuditLog(nodeDisk, dataFolder);
      expect(
        lines.some(({ op, outcome }) => op === "proxyRequest" && outcome === "forbidden"),
        true,
      );
      expect(verifyAuditLog(lines, await readAuditHead(nodeDisk, dataFolder)), undefined);
      const changed = lines.map((line) => (line.n === 3 ? { ...line, client: "somebody else" } : line));
      expect(verifyAuditLog(changed, undefined)?.n, 3);
    },
  ],
];

async function proxyCall(
  tokenVault: PlayedTokenVault,
  url: string,
): Promise<paths["/v1/proxy"]["post"]["requestBody"]["content"]["application/json"]> {
  const ticket = await tokenVault.ticket("github", "proxy");
  return { ticket, service: "github", upstream: { url }, headerTemplates: { Authorization: "Bearer ${TOKEN}" } };
}

function fetchCredential({ url }: Stage, ticket: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/v1/credential?${new URLSearchParams({ ticket, service: "github" }).toString()}`, { headers });
}

async function store({ tokenVault, url }: Stage, service: string, tokenData: Record<string, unknown>): Promise<void> {
  const ticket = await tokenVault.ticket(service, "store");
  const response = await post(url, "/v1/store", { ticket, service, tokenData }, { origin: browserOrigin });
  expect(response.status, 200);
}

function post(url: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

async function refused(response: Response, status: number, code: string): Promise<void> {
  const { error } = (await response.json()) as { error?: string };
  expect(`${String(response.status)} ${String(error)}`, `${String(status)} ${code}`);
}

function expect(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`got ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}
