import { resolve } from "node:path";
import { createApp } from "./app.js";
import type { Clock } from "./clock.js";
import type { Config } from "./config.js";
import { StartError } from "./errors.js";
import { createHandlers } from "./handlers/index.js";
import { listen } from "./listener.js";
import type { Log } from "./log.js";
import { GuardedFetch, type Dialler, type Resolver } from "./outbound/guarded-fetch.js";
import { nodeDisk, type Disk } from "./store/disk.js";
import { lockFolder, systemProcesses } from "./store/folder-lock.js";
import { JsonStore } from "./store/json-store.js";
import { Binding } from "./vault/binding.js";
import {
  adminSecretFrom,
  adminSecretPath,
  createKeyFile,
  deriveKeys,
  keyFilePath,
  readKeyFile,
  type Keys,
} from "./vault/keys.js";
import { ReplayGuard } from "./vault/replay-guard.js";
import { Tokens } from "./vault/tokens.js";

/** What tests put in the place of the real thing. */
export interface ServerParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly disk?: Disk;
  readonly resolve?: Resolver;
  readonly dial?: Dialler;
}

export interface RunningServer {
  /** http://host:port, as it listens. */
  readonly url: string;
  readonly isBound: boolean;
  /** Where the owner finds the admin secret; undefined when it came by TV_ADMIN_SECRET. */
  readonly adminSecretPath: string | undefined;
  readonly keySource: string;
  /** Ends after the last answer. */
  close(): Promise<void>;
}

/** Opens the data folder and listens. @throws StartError */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const { config, clock, log, disk = nodeDisk } = parts;
  const dataFolder = resolve(config.dataDir);
  const keyFolder = config.keyDir === undefined ? `${dataFolder}-keys` : resolve(config.keyDir);
  await disk.makeFolder(dataFolder);
  const lock = await lockFolder(disk, dataFolder, await systemProcesses(disk));
  try {
    const keys = await openKeys(disk, config, dataFolder, keyFolder);
    const store = await JsonStore.open({ disk, folder: dataFolder, warn: (sentence) => log.warn(sentence) });
    const binding = await Binding.open(store, keys, clock);
    const replayGuard = await ReplayGuard.open(disk, dataFolder, clock, await bootId(disk));
    const secretPath = adminSecretPath(keyFolder);
    const adminSecret = config.adminSecret ?? (await adminSecretFrom(disk, secretPath));
    const fetch = new GuardedFetch({
      allowPrivateHosts: config.allowPrivateHosts,
      ownOrigin: config.externalUrl,
      ...(parts.resolve ? { resolve: parts.resolve } : {}),
      ...(parts.dial ? { dial: parts.dial } : {}),
    });
    const handlers = createHandlers({
      store,
      tokens: new Tokens(store, keys.cipher, clock),
      binding,
      fetch,
      clock,
      startedAtMs: clock.nowMs(),
      frontendUrl: config.frontendUrl,
      oauthProviders: config.oauthProviders,
    });
    const app = createApp({ config, adminSecret, handlers, binding, replayGuard, clock, log });
    const listener = await listen(app.fetch, config);
    return {
      url: listener.url,
      isBound: binding.isBound,
      adminSecretPath: config.adminSecret ? undefined : secretPath,
      keySource: keys.seeded ? "TV_WEBHOOK_SEED" : keyFilePath(keyFolder),
      async close() {
        await listener.close();
        fetch.close();
        await replayGuard.close();
        await store.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** A key is made only where nothing was ever encrypted: a lost key is said, not replaced. */
async function openKeys(disk: Disk, config: Config, dataFolder: string, keyFolder: string): Promise<Keys> {
  if (config.seed) return deriveKeys(config.seed);
  const path = keyFilePath(keyFolder);
  const keys = await readKeyFile(disk, path);
  if (keys) return keys;
  const names = await disk.list(dataFolder);
  if (names.some((name) => name === "store.json" || name.startsWith("journal-"))) {
    throw new StartError(
      "The data folder holds credentials, but its key file is missing. Nothing was changed. Put the key back where KEY_DIR points.",
    );
  }
  return createKeyFile(disk, path);
}

/** Names this start of the machine, on Linux; empty elsewhere. */
async function bootId(disk: Disk): Promise<string> {
  const bytes = await disk.read("/proc/sys/kernel/random/boot_id").catch(() => undefined);
  return bytes?.toString("utf8").trim() ?? "";
}
