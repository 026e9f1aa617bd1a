import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFile } from "node:fs/promises";
import { systemClock } from "../../src/platform/clock.js";
import { nodeDisk } from "../../src/files/disk.js";
import { readBackup, sealBackup } from "../../src/backup/backup-file.js";
import { readBackupLines } from "../../src/backup/backup-lines.js";
import { checkBackup, restoreBackup } from "../../src/backup/restore.js";
import {
  ownersHeaders,
  ownersSettings,
  startBoundServer,
  startTestServer,
  temporaryFolder,
} from "../support/test-server.js";

const writers = 64;
const settings = { ...ownersSettings, TV_RATE_LIMIT_PER_MINUTE: "0" };

describe("a backup of a running server", () => {
  it(`under ${String(writers)} parallel writers restores to one moment after every write acknowledged before it`, async () => {
    const server = await startBoundServer({ settings });
    const acknowledged = new Map<string, number>();
    const sent = new Map<string, number>();
    let isWriting = true;
    // Each write changes the credential and its hosts in one transaction.
    const write = async (service: string): Promise<void> => {
      for (let round = 1; isWriting; round++) {
        sent.set(service, round);
        const allowedHosts = [`round-${String(round)}.example.org`];
        const stored = await server.tokenVault.store(service, { accessToken: `round ${String(round)}`, allowedHosts });
        expect(stored.status).toBe(200);
        acknowledged.set(service, round);
      }
    };
    const services = Array.from({ length: writers }, (_, index) => `service-${String(index)}`);
    const writing = Promise.all(services.map(write));
    const backups: { lines: string; floor: Map<string, number>; ceiling: Map<string, number> }[] = [];
    while (backups.length < 5) {
      while ((acknowledged.get("service-0") ?? 0) <= backups.length)
        await new Promise((resolve) => setTimeout(resolve, 5));
      const floor = new Map(acknowledged);
      const answer = await server.fetch(`${server.url}/owner/backup`, { method: "POST", headers: ownersHeaders });
      expect(answer.status).toBe(200);
      const lines = await answer.text();
      backups.push({ lines, floor, ceiling: new Map(sent) });
    }
    isWriting = false;
    await writing;
    await server.stop();

    const keyText = await readFile(join(server.folder, "data-keys", "keys.json"), "utf8");
    const { encryptionKey } = JSON.parse(keyText) as { encryptionKey: string };
    const key = Uint8Array.from(Buffer.from(encryptionKey, "base64"));
    for (const { lines, floor, ceiling } of backups) {
      expect(floor.size).toBeGreaterThan(0);
      const folder = await temporaryFolder();
      const vaultSettings = {
        dataDir: join(folder, "data"),
        keyFile: join(server.folder, "data-keys", "keys.json"),
        seed: undefined,
        keyPassphrase: undefined,
        credentialsDirectory: undefined,
      };
      const sealed = readBackup(await sealBackup({ lines, encryptionKey: undefined }, { encryptionKey: key }));
      const checked = await checkBackup(vaultSettings, nodeDisk, sealed, undefined);
      await restoreBackup(vaultSettings, { disk: nodeDisk, clock: systemClock, warn: () => undefined }, checked, false);
      const restored = await startTestServer({ folder, settings: { ...settings, KEY_FILE: vaultSettings.keyFile } });
      restored.clock.advance(1_000);
      restored.tokenVault.secret = server.tokenVault.secret;
      const hosts = new Map(
        readBackupLines(lines)
          .filter(({ collection }) => collection === "service_hosts")
          .map((entry) => [entry.key, entry.document["listed"]]),
      );
      for (const [service, round] of floor) {
        const { token } = (await (await restored.tokenVault.credential(service)).json()) as {
          token: { accessToken: string };
        };
        const found = Number(/^round (\d+)$/.exec(token.accessToken)?.[1]);
        expect(found).toBeGreaterThanOrEqual(round);
        expect(found).toBeLessThanOrEqual(ceiling.get(service) ?? 0);
        expect(hosts.get(service)).toEqual([`round-${String(found)}.example.org`]);
      }
      await restored.stop();
    }
  });

  it("restores to a server that refuses every ticket from before, used or not, and is locked as it was", async () => {
    const server = await startBoundServer({ settings });
    await server.tokenVault.store("github", { accessToken: "a token" });
    const [used, unused] = await Promise.all([
      server.tokenVault.ticket("github", "agent_credential"),
      server.tokenVault.ticket("github", "agent_credential"),
    ]);
    expect((await server.tokenVault.fetchWith("/v1/credential", used, "github")).status).toBe(200);
    await server.fetch(`${server.url}/owner/lock`, { method: "POST", headers: ownersHeaders });
    const backup = await server.fetch(`${server.url}/owner/backup`, { method: "POST", headers: ownersHeaders });
    const lines = await backup.text();
    await server.stop();
    const vaultSettings = {
      dataDir: join(server.folder, "data"),
      keyFile: undefined,
      seed: undefined,
      keyPassphrase: undefined,
      credentialsDirectory: undefined,
    };
    const keyText = await readFile(join(server.folder, "data-keys", "keys.json"), "utf8");
    const encryptionKey = Uint8Array.from(
      Buffer.from((JSON.parse(keyText) as { encryptionKey: string }).encryptionKey, "base64"),
    );
    const sealed = readBackup(await sealBackup({ lines, encryptionKey: undefined }, { encryptionKey }));
    const checked = await checkBackup(vaultSettings, nodeDisk, sealed, undefined);
    const surroundings = { disk: nodeDisk, clock: systemClock, warn: () => undefined };
    const { replaced } = await restoreBackup(vaultSettings, surroundings, checked, true);
    expect(replaced).toBe(`${vaultSettings.dataDir}.replaced-1`);
    const restored = await startTestServer({ folder: server.folder, settings });
    restored.tokenVault.secret = server.tokenVault.secret;
    const locked = await restored.fetch(`${restored.url}/owner/state`, { headers: ownersHeaders });
    expect(await locked.json()).toMatchObject({ locked: true, bound: true, tokenCount: 1 });
    await restored.fetch(`${restored.url}/owner/unlock`, { method: "POST", headers: ownersHeaders });
    for (const ticket of [used, unused])
      expect((await restored.tokenVault.fetchWith("/v1/credential", ticket, "github")).status).toBe(401);
    restored.clock.advance(2_000);
    expect((await restored.tokenVault.credential("github")).status).toBe(200);
  });
});
