import createClient from "openapi-fetch";
import { resolve } from "node:path";
import type { paths } from "../../generated/types.js";
import type { Config } from "../config.js";
import { StartError, WebhookError } from "../errors.js";
import { lockedBy, systemProcesses } from "../store/folder-lock.js";
import { adminSecretFrom, adminSecretPath } from "../vault/admin-secret.js";
import { openVault, type VaultSurroundings } from "../vault/open-vault.js";
import { ServiceHosts } from "../vault/service-hosts.js";

/** Allows a host through the running server, or in the store of a stopped one. @throws StartError */
export async function allowHost(
  config: Config,
  surroundings: VaultSurroundings,
  service: string,
  host: string,
): Promise<void> {
  const { disk } = surroundings;
  const folder = resolve(config.dataDir);
  const url = await lockedBy(disk, folder, await systemProcesses(disk));
  if (url !== undefined) {
    const adminSecret = config.adminSecret ?? (await adminSecretFrom(disk, adminSecretPath(folder)));
    const client = createClient<paths>({ baseUrl: url.replace(/\/\/(?:0\.0\.0\.0|\[::\])/, "//localhost") });
    const { error } = await client.POST("/owner/hosts", {
      body: { service, host },
      headers: { "x-tv-admin-secret": adminSecret.reveal() },
    });
    if (error) throw new StartError(typeof error === "string" ? "The running server refused this." : error.message);
    return;
  }
  const vault = await openVault(config, surroundings);
  try {
    await new ServiceHosts(vault.store, config.proxyHosts).allow(service, host);
  } catch (error) {
    if (error instanceof WebhookError) throw new StartError(error.message, { cause: error });
    throw error;
  } finally {
    await vault.close();
  }
}
