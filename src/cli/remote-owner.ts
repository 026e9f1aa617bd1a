import createClient from "openapi-fetch";
import { errorStatus } from "../../generated/operations.js";
import type { components, paths } from "../../generated/types.js";
import { StartError } from "../platform/errors.js";
import { localUrl } from "../http/http-server.js";
import type { Secret } from "../platform/secret.js";
import type { Owner } from "../owner/owner.js";

export type Diagnosis = components["schemas"]["Diagnosis"];
export type Registration = components["schemas"]["Registration"];

interface ClientResult<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** The owner's work that commands do; the audit log they read from its files. */
export type CommandOwner = Omit<Owner, "audit">;

export type RemoteOwner = ReturnType<typeof remoteOwner>;

/** The owner at a running server. @param url as the server listens */
export function remoteOwner(url: string, adminSecret: Secret) {
  const headers = { "x-tv-admin-secret": adminSecret.reveal() };
  const client = createClient<paths>({ baseUrl: localUrl(url), headers });
  return {
    state: () => resultOf(client.GET("/owner/state")),
    lock: () => resultOf(client.POST("/owner/lock")),
    unlock: () => resultOf(client.POST("/owner/unlock")),
    services: async () => (await resultOf(client.GET("/owner/services"))).services,
    add: async (service, tokenData) =>
      (await resultOf(client.POST("/owner/services", { body: { service, tokenData } }))).meta,
    remove: async (service) => (await resultOf(client.POST("/owner/services/remove", { body: { service } }))).removed,
    allowHost: (service, host) => resultOf(client.POST("/owner/hosts", { body: { service, host } })),
    removeHost: (service, host) => resultOf(client.POST("/owner/hosts/remove", { body: { service, host } })),
    backup: () => resultOf(client.POST("/owner/backup", { parseAs: "text" })),
    diagnosis: () => resultOf(client.GET("/owner/diagnosis")),
    /** A new registration, and the link that completes it. */
    registration: () => resultOf(client.GET("/v1/register-url")),
  } satisfies CommandOwner & Readonly<Record<string, unknown>>;
}

/** @throws StartError with the server's refusal, or where it does not respond, or not as the contract says */
async function resultOf<T>(call: Promise<ClientResult<T>>): Promise<T> {
  const { data, error, response } = await call.catch((cause: unknown): never => {
    throw new StartError("The server of this data folder runs, but does not answer. Restart it.", { cause });
  });
  if (response.ok && data !== undefined) return data;
  if (response.status === 403) throw new StartError("Set TV_ADMIN_SECRET to the running server's.");
  const { error: code, message } = (error ?? {}) as { readonly error?: unknown; readonly message?: unknown };
  const isRefusal = typeof code === "string" && typeof message === "string" && Object.hasOwn(errorStatus, code);
  throw new StartError(isRefusal ? message : "The running server refused this.");
}
