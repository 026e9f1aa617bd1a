import { Secret } from "../../../src/platform/secret.js";
import { JsonStore } from "../../../src/store/json/json-store.js";
import { Cipher } from "../../../src/keys/cipher.js";
import { TokenRefresh } from "../../../src/vault/refresh/token-refresh.js";
import { Credentials } from "../../../src/vault/credentials.js";
import { FaultyDisk } from "../../support/faulty-disk.js";
import { revealed } from "../vault-on-disk.js";
import { scriptedEndpoint, type ScriptedEndpoint } from "../scripted-dial.js";

/** Where the clock stands still. */
export const nowMs = Date.parse("2026-01-01T00:00:00Z");
export const clock = { nowMs: () => nowMs };

const client = { clientId: "c", clientSecret: new Secret("s") };
const providers = new Map(
  ["github", "other"].map((name) => [name, { ...client, tokenUrl: `https://${name}.example/token` }]),
);

const cipher = new Cipher(new Uint8Array(32).fill(7));

/** Credentials on a disk that crashes, and a provider that answers as it is told. */
export interface RefreshWorld {
  readonly disk: FaultyDisk;
  readonly store: JsonStore;
  readonly tokens: Credentials;
  readonly endpoint: ScriptedEndpoint;
  readonly refresh: TokenRefresh;
}

export async function openWorld(disk = new FaultyDisk(), worldClock = clock): Promise<RefreshWorld> {
  const store = await JsonStore.open({ disk, folder: "/data", warn: () => undefined });
  const tokens = new Credentials(store, cipher, worldClock);
  const endpoint = scriptedEndpoint(() => "broken");
  const refresh = new TokenRefresh(tokens, endpoint.fetch, providers, worldClock);
  return { disk, store, tokens, endpoint, refresh };
}

/** As a browser's store does. */
export async function putByBrowser(
  { tokens }: RefreshWorld,
  service: string,
  credential: Readonly<Record<string, unknown>>,
): Promise<void> {
  await tokens.put(tokens.prepare(service, credential), false);
}

/** As a storage set does. */
export async function putByTokenVault(
  { tokens }: RefreshWorld,
  service: string,
  document: Readonly<Record<string, unknown>>,
): Promise<void> {
  await tokens.set(service, document);
}

/** All of the credential, as its owner gets it; undefined when nothing is stored. */
export async function ownersToken(
  { tokens }: RefreshWorld,
  service: string,
): Promise<Record<string, unknown> | undefined> {
  const credential = await tokens.find(service);
  return credential && revealed(credential);
}
