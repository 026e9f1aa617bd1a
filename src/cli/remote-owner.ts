import createClient from "openapi-fetch";
import { errorStatus } from "../../generated/operations.js";
import type { components, paths } from "../../generated/types.js";
import { StartError } from "../platform/errors.js";
import { localUrl } from "../http/http-server.js";
import type { Secret } from "../platform/secret.js";
import type { HostList, Owner, OwnerState, ServiceSummary } from "../owner/owner.js";

export type Diagnosis = components["schemas"]["Diagnosis"];
export type Registration = components["schemas"]["Registration"];

interface ClientResult<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** The owner's work that commands do; the audit log they read from its files. */
export type CommandOwner = Omit<Owner, "audit">;

/** The owner at a running server. */
export class RemoteOwner implements CommandOwner {
  readonly #client: ReturnType<typeof createClient<paths>>;

  /** @param url as the server listens */
  constructor(url: string, adminSecret: Secret) {
    this.#client = createClient<paths>({
      baseUrl: localUrl(url),
      headers: { "x-tv-admin-secret": adminSecret.reveal() },
    });
  }

  state(): Promise<OwnerState> {
    return resultOf(this.#client.GET("/owner/state"));
  }

  lock(): Promise<OwnerState> {
    return resultOf(this.#client.POST("/owner/lock"));
  }

  unlock(): Promise<OwnerState> {
    return resultOf(this.#client.POST("/owner/unlock"));
  }

  async services(): Promise<readonly ServiceSummary[]> {
    return (await resultOf(this.#client.GET("/owner/services"))).services;
  }

  async add(service: string, tokenData: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    return (await resultOf(this.#client.POST("/owner/services", { body: { service, tokenData } }))).meta;
  }

  async remove(service: string): Promise<boolean> {
    return (await resultOf(this.#client.POST("/owner/services/remove", { body: { service } }))).removed;
  }

  allowHost(service: string, host: string): Promise<HostList> {
    return resultOf(this.#client.POST("/owner/hosts", { body: { service, host } }));
  }

  removeHost(service: string, host: string): Promise<HostList> {
    return resultOf(this.#client.POST("/owner/hosts/remove", { body: { service, host } }));
  }

  backup(): Promise<string> {
    return resultOf(this.#client.POST("/owner/backup", { parseAs: "text" }));
  }

  diagnosis(): Promise<Diagnosis> {
    return resultOf(this.#client.GET("/owner/diagnosis"));
  }

  /** A new registration, and the link that completes it. */
  registration(): Promise<Registration> {
    return resultOf(this.#client.GET("/v1/register-url"));
  }
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
