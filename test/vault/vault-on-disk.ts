import { createDecipheriv } from "node:crypto";
import { systemClock } from "../../src/platform/clock.js";
import { signHmac } from "../../src/protocol/signature.js";
import type { KindDependencies } from "../../src/vault/kinds/kind.js";
import { staticKind } from "../../src/vault/kinds/static.js";
import { openVault, type Vault, type VaultSettings } from "../../src/vault/open-vault.js";
import type { Credential } from "../../src/vault/credential.js";
import { Credentials } from "../../src/vault/credentials.js";
import { FaultyDisk } from "../support/faulty-disk.js";

export const keyPath = "/data-keys/keys.json";

/** A folder in memory, and nothing else set. */
export const settings: VaultSettings = {
  dataDir: "/data",
  seed: undefined,
  keyFile: undefined,
  keyPassphrase: undefined,
  credentialsDirectory: undefined,
};

/** Every credential that `filledVault` keeps, as the ticket's holder gets it. */
export const credentials: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  github: { accessToken: "canary access", refreshToken: "canary refresh", password: "canary password" },
  bank: { apiKey: "canary api key", account: "12-34" },
  older: { accessToken: "canary of an older webhook" },
  codes: { accessToken: "canary beside the seed", tokenType: "oauth" },
};
const totpSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const message = Buffer.from("a message");

export function openOn(disk: FaultyDisk, more: Partial<VaultSettings> = {}): Promise<Vault> {
  return openVault({ ...settings, ...more }, { disk, clock: systemClock, warn: () => undefined });
}

/** As the next process does, after a crash of the one that held the lock. */
export function openAgainOn(disk: FaultyDisk, more: Partial<VaultSettings> = {}): Promise<Vault> {
  disk.take("/data/lock");
  return openOn(disk, more);
}

export interface FilledVault {
  readonly disk: FaultyDisk;
  /** Base64, as in the key file. */
  readonly key: string;
  /** What the shared secret makes of a message. */
  readonly signature: string;
}

/** A bound folder with a credential of every shape, stopped in order. */
export async function filledVault(): Promise<FilledVault> {
  const disk = new FaultyDisk();
  const vault = await openOn(disk);
  const key = keyOn(disk);
  const { store, binding, cipher } = vault;
  const tokens = new Credentials(store, cipher, systemClock);
  await tokens.put(tokens.prepare("github", credentials["github"] ?? {}), false);
  await tokens.put(tokens.prepare("codes", { ...credentials["codes"], totpSecret }), false);
  await tokens.set("bank", credentials["bank"] ?? {});
  const older = { accessToken: await sealWithoutPlace(key, "canary of an older webhook") };
  await store.transact(async (transaction) => {
    await transaction.put("tokens", "older", {
      v: 1,
      alg: "AES-256-GCM",
      fields: older,
      meta: { serviceName: "older" },
    });
    await transaction.put("vault_config", "settings", { theme: "dark" });
  });
  await binding.exchange((await binding.register()).code);
  await binding.register();
  const signature = await signatureOf(vault);
  await vault.close();
  return { disk: disk.afterKill(), key, signature };
}

/** What does not fit what `filledVault` has put there; nothing when all is well. */
export async function lossesOf(vault: Vault, signature: string): Promise<string[]> {
  const tokens = new Credentials(vault.store, vault.cipher, systemClock);
  const losses: string[] = [];
  for (const [service, members] of Object.entries(credentials)) {
    const credential = await tokens.find(service);
    const found = await attempt(async () => credential && (await revealed(credential)));
    const lost = Object.entries(members).filter(
      ([name, value]) => (found as Record<string, unknown> | undefined)?.[name] !== value,
    );
    if (lost.length > 0) losses.push(`${service}: ${lost.join()} became ${JSON.stringify(found)}`);
  }
  const seed = await attempt(async () => (await tokens.find("codes"))?.text("totpSecret"));
  if (seed !== totpSecret) losses.push(`the TOTP seed became ${String(seed)}`);
  if ((await vault.store.get("vault_config", "settings"))?.["theme"] !== "dark") losses.push("a document");
  if ((await signatureOf(vault)) !== signature) losses.push("the binding");
  return losses;
}

/** All of a credential that its owner may see. */
export async function revealed(credential: Credential): Promise<Record<string, unknown>> {
  return { ...(await staticKind.reveal(credential, "user_reveal", {} as KindDependencies)) };
}

/** What went wrong is a loss too. */
async function attempt(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return String(error);
  }
}

async function signatureOf({ binding }: Vault): Promise<string> {
  const hmacKey = await binding.hmacKey();
  return hmacKey ? signHmac(hmacKey, Uint8Array.from(message)) : "not bound";
}

/** The key in the key file, in base64. */
export function keyOn(disk: FaultyDisk): string {
  return (JSON.parse(disk.bytes(keyPath).toString()) as { encryptionKey: string }).encryptionKey;
}

/**
 * How many values in the data folder a key opens. The tag is not looked at, so that no value's place is needed: only
 * the right key makes readable text of twelve bytes and more.
 */
export function countOpening(disk: FaultyDisk, key: string): number {
  const text = Object.entries(disk.contents())
    .filter(([path]) => path.startsWith("/data/"))
    .map(([, content]) => content)
    .join("\n");
  const values = text.match(/"[A-Za-z0-9+/]{50,}={0,2}"/g) ?? [];
  return values.filter((value) => isReadable(decryptUnchecked(key, JSON.parse(value) as string))).length;
}

function decryptUnchecked(key: string, value: string): Buffer {
  const bytes = Buffer.from(value, "base64");
  const decipher = createDecipheriv("aes-256-gcm", Buffer.from(key, "base64"), bytes.subarray(0, 12));
  return decipher.update(bytes.subarray(12, -16));
}

function isReadable(bytes: Buffer): boolean {
  return bytes.length >= 8 && bytes.every((byte) => byte >= 32 && byte < 127);
}

/** As the reference webhooks seal: without a place. */
async function sealWithoutPlace(key: string, text: string): Promise<string> {
  const imported = await crypto.subtle.importKey("raw", Buffer.from(key, "base64"), "AES-GCM", false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, imported, Buffer.from(text));
  return Buffer.concat([iv, Buffer.from(sealed)]).toString("base64");
}
