import { readConfig } from "../../src/config.js";
import { systemClock } from "../../src/platform/clock.js";
import { nodeDisk } from "../../src/files/disk.js";
import type { Transaction } from "../../src/store/store.js";
import { Binding } from "../../src/vault/binding.js";
import { openVault, type Vault } from "../../src/vault/open-vault.js";
import { sealedDocument, sealFields } from "../../src/vault/token-document.js";
import { join } from "node:path";

const perTransaction = 1_000;
const newestEventMs = Date.UTC(2026, 0, 1);

/** @param index from 0 */
export function serviceName(index: number): string {
  return `service-${String(index).padStart(6, "0")}`;
}

/**
 * Makes a data folder with so many tokens and as many audit events, bound to the secret. Each token has two secret
 * fields that an agent gets.
 */
export async function fillFolder(folder: string, size: number, hmacSecret: Uint8Array<ArrayBuffer>): Promise<void> {
  const variables = { DATA_DIR: join(folder, "data") };
  const config = readConfig({ variables, readFile: () => undefined });
  const warn = (sentence: string): void => {
    console.error(sentence);
  };
  const vault = await openVault(config, { disk: nodeDisk, clock: systemClock, warn });
  try {
    const bindingChanges = await Binding.imported(vault.cipher, systemClock, { webhookId: "wh_bench", hmacSecret });
    await vault.store.transact((transaction) => {
      for (const change of bindingChanges) transaction.put(...change);
    });
    for (let start = 0; start < size; start += perTransaction) {
      await fillRange(vault, start, Math.min(size, start + perTransaction));
    }
  } finally {
    await vault.close();
  }
}

async function fillRange({ store, cipher }: Vault, start: number, end: number): Promise<void> {
  const indexes = Array.from({ length: end - start }, (_none, offset) => start + offset);
  const puts = await Promise.all(
    indexes.map(async (index) => {
      const service = serviceName(index);
      const fields = sealFields(cipher, service, secretsOf(index));
      return (transaction: Transaction) => {
        transaction.put("tokens", service, sealedDocument(fields, metaOf(service)));
        transaction.put("audit", `event-${String(index).padStart(6, "0")}`, auditEvent(index));
      };
    }),
  );
  await store.transact((transaction) => {
    for (const put of puts) put(transaction);
  });
}

export function secretsOf(index: number): Readonly<Record<string, string>> {
  const digits = String(index).padStart(8, "0");
  return { accessToken: `gho_${digits.repeat(4)}abcd`, apiSecret: digits.repeat(6) };
}

function metaOf(service: string): Readonly<Record<string, unknown>> {
  return {
    serviceName: service,
    tokenType: "oauth",
    provider: "example",
    scope: "repo read:user",
    createdAt: "2026-01-01T00:00:00Z",
    hasRefreshToken: false,
    hasCertificate: false,
    hasPrivateKey: false,
    hasSSHKey: false,
    hasTotpSecret: false,
  };
}

function auditEvent(index: number): Readonly<Record<string, unknown>> {
  return {
    timestamp: new Date(newestEventMs - index * 1000).toISOString(),
    event: "credential.accessed",
    service: serviceName(index),
    userId: "user_1",
    agentId: "agent_1",
    outcome: "success",
    ip: "192.0.2.1",
  };
}
