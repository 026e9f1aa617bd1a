import createClient from "openapi-fetch";
import { join, resolve } from "node:path";
import type { paths } from "../../generated/types.js";
import { HostPermission } from "../../generated/validators.js";
import type { Config } from "../config.js";
import { StartError, WebhookError } from "../errors.js";
import { requireValid } from "../invalid-request.js";
import { localUrl } from "../listener.js";
import { lockedBy, systemProcesses } from "../store/folder-lock.js";
import { adminSecretPath, readAdminSecret } from "../vault/admin-secret.js";
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
    const adminSecret = config.adminSecret ?? (await readAdminSecret(disk, adminSecretPath(folder)));
    if (!adminSecret) throw new StartError("Set TV_ADMIN_SECRET to the running server's.");
    const client = createClient<paths>({ baseUrl: localUrl(url) });
    const { error, response } = await client.POST("/owner/hosts", {
      body: { service, host },
      headers: { "x-tv-admin-secret": adminSecret.reveal() },
    });
    if (response.status === 403) throw new StartError("Set TV_ADMIN_SECRET to the running server's.");
    if (error) throw new StartError(typeof error === "string" ? "The running server refused this." : error.message);
    return;
  }
  await allowInStore(config, surroundings, service, host).catch((error: unknown): never => {
    throw error instanceof WebhookError ? new StartError(error.message, { cause: error }) : error;
  });
}

async function allowInStore(
  config: Config,
  surroundings: VaultSurroundings,
  service: string,
  host: string,
): Promise<void> {
  requireValid(HostPermission, { service, host });
  if (!(await surroundings.disk.exists(join(resolve(config.dataDir), "store.json")))) {
    throw new StartError("There is no data folder here; check DATA_DIR.");
  }
  const vault = await openVault(config, surroundings);
  try {
    await new ServiceHosts(vault.store, config.proxyHosts).allow(service, host);
  } finally {
    await vault.close();
  }
}
