import type { OperationDefinition } from "../../generated/operations.js";
import { startBoundServer, type TestClock, type TestServer, type TestServerOptions } from "../support/test-server.js";
import { startLoopbackServer, type LoopbackServer } from "./loopback-server.js";

/** Each ticket operation can serve this: an access token and a TOTP seed (RFC 6238, appendix B). */
export const githubToken = {
  accessToken: "example-access-token",
  totpSecret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
} as const;

/** By the clock, which a server shares with those that are started again on what it wrote. */
const upstreams = new WeakMap<TestClock, LoopbackServer>();

/** A server that can serve a ticket for the service github at every operation. */
export async function startWithGithub(options: TestServerOptions = {}): Promise<TestServer> {
  const upstream = await startLoopbackServer(() => ({ body: "{}" }));
  const settings = { ALLOW_PRIVATE_HOSTS: upstream.host, ...options.settings };
  const server = await startBoundServer({ ...options, settings });
  const stored = await server.tokenVault.store("github", githubToken);
  if (stored.status !== 200) throw new Error("the credential was not stored");
  upstreams.set(server.clock, upstream);
  return server;
}

/** The settings without which such a server would call no upstream. */
export function settingsOf({ clock }: TestServer): Record<string, string> {
  return { ALLOW_PRIVATE_HOSTS: upstreams.get(clock)?.host ?? "" };
}

/** Shows a ticket as whoever gets one does: an agent, a browser or, signed, Token Vault. */
export async function present(
  server: TestServer,
  { method, path, security }: OperationDefinition,
  ticket: string,
  service = "github",
  headers: Record<string, string> = {},
): Promise<Response> {
  const { tokenVault } = server;
  if (method === "get") return tokenVault.fetchWith(path, ticket, service, headers);
  const upstream = { url: upstreams.get(server.clock)?.url ?? "https://127.0.0.1/" };
  const body = { ticket, service, tokenData: githubToken, upstream, headerTemplates: {} };
  return security.flat().includes("signature")
    ? tokenVault.post(path, body, { headers })
    : tokenVault.unsigned(path, body, headers);
}
