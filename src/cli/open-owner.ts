import { join, resolve } from "node:path";
import { readConfig } from "../config.js";
import { StartError } from "../platform/errors.js";
import { readAuditLog } from "../audit/audit-log.js";
import { adminSecretPath, readAdminSecret } from "../keys/admin-secret.js";
import { Credentials } from "../vault/credentials.js";
import { KillSwitch } from "../vault/kill-switch.js";
import { openVault, type Vault } from "../vault/open-vault.js";
import { VaultOwner } from "../owner/owner.js";
import { ServiceHosts } from "../vault/service-hosts.js";
import type { CommandContext } from "./command.js";
import { remoteOwner, type CommandOwner, type RemoteOwner } from "./remote-owner.js";
import { requireOwnFolder, runningAddress } from "./running-address.js";

/**
 * Does the owner's work at the server that runs on DATA_DIR or, where none runs, at its store; never at both. No data
 * folder is made. @throws StartError, and the WebhookError of work that is refused
 */
export async function withOwner<T>(context: CommandContext, work: (owner: CommandOwner) => Promise<T>): Promise<T> {
  const running = await runningServer(context);
  return running ? work(running) : withVault(context, (vault) => work(vaultOwner(vault, context)));
}

/** The server that runs on DATA_DIR; undefined when none does. @throws StartError when the admin secret is not known */
export async function runningServer({ environment, surroundings }: CommandContext): Promise<RemoteOwner | undefined> {
  const config = readConfig(environment);
  const { disk } = surroundings;
  const folder = resolve(config.dataDir);
  const url = await runningAddress(disk, folder);
  if (url === undefined) return undefined;
  const adminSecret = config.adminSecret ?? (await readAdminSecret(disk, adminSecretPath(folder)));
  if (!adminSecret) throw new StartError("Set TV_ADMIN_SECRET to the running server's.");
  return remoteOwner(url, adminSecret);
}

/** Opens the data folder that is there, which nobody else has meanwhile. @throws StartError when there is none */
export async function withVault<T>(
  { environment, surroundings }: CommandContext,
  work: (vault: Vault) => Promise<T>,
): Promise<T> {
  const config = readConfig(environment);
  const folder = resolve(config.dataDir);
  if (!(await surroundings.disk.exists(join(folder, "store.json"))))
    throw new StartError(`There is no data folder here, at ${JSON.stringify(folder)}; check DATA_DIR.`);
  await requireOwnFolder(folder);
  const vault = await openVault(config, surroundings);
  try {
    return await work(vault);
  } finally {
    await vault.close();
  }
}

function vaultOwner(vault: Vault, { environment, surroundings: { disk, clock } }: CommandContext): CommandOwner {
  const { store, cipher, binding, folder } = vault;
  const { proxyHosts } = readConfig(environment);
  return new VaultOwner({
    store,
    binding,
    killSwitch: new KillSwitch(store, clock),
    credentials: new Credentials(store, cipher, clock),
    hosts: new ServiceHosts(store, proxyHosts),
    startedAtMs: clock.nowMs(),
    readAuditLog: () => readAuditLog(disk, folder),
  });
}
