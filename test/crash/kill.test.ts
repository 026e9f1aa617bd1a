import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/test-server.js";
import { startChildServer, type ChildServer } from "./child-server.js";

const rounds = Number(process.env["CRASH_ROUNDS"] ?? "4");
const writers = 8;

describe(`a server that is killed (kill -9), ${String(rounds)} times`, () => {
  it(
    "loses no acknowledged write and refuses what was used before, or does not start where a file was damaged besides",
    async () => {
      const folder = await temporaryFolder();
      let server = await startServer(folder);
      const acknowledged = new Map<string, number>();
      for (let round = 0; round < rounds; round++) {
        const used = await useTickets(server);
        const attempted = await writeUntilKilled(server, acknowledged, round);
        await expectFoundOrHarmless(folder, used, acknowledged, attempted);
        server = await startServer(folder);
        await expectAcknowledged(server, acknowledged, attempted);
        for (const ticket of used) {
          expect((await server.tokenVault.fetchWith("/v1/credential", ticket, "absent")).status).toBe(401);
        }
        // One that was issued before the kill and not used.
        expect((await server.tokenVault.fetchWith("/v1/credential", used.unused, "absent")).status).toBe(404);
      }
      expect(acknowledged.size).toBeGreaterThan(0);
    },
    60_000 + rounds * 20_000,
  );
});

async function startServer(folder: string): Promise<ChildServer> {
  const server = await startChildServer(folder);
  onTestFinished(() => server.kill("SIGKILL"));
  return server;
}

/** Tickets that were spent on a credential that is not there, and one that was not. */
async function useTickets({ tokenVault }: ChildServer): Promise<string[] & { unused: string }> {
  const tickets = await Promise.all([0, 1, 2, 3].map(() => tokenVault.ticket("absent", "agent_credential")));
  for (const ticket of tickets)
    expect((await tokenVault.fetchWith("/v1/credential", ticket, "absent")).status).toBe(404);
  return Object.assign(tickets, { unused: await tokenVault.ticket("absent", "agent_credential") });
}

/** Writes in parallel and kills at a random moment; returns what was sent and not answered. */
async function writeUntilKilled(
  server: ChildServer,
  acknowledged: Map<string, number>,
  round: number,
): Promise<Map<string, number>> {
  const attempted = new Map<string, number>();
  let isAlive = true;
  const write = async (writer: number): Promise<void> => {
    for (let count = 0; isAlive; count++) {
      const key = `${String(writer)}-${String(count % 20)}`;
      const value = round * 1_000_000 + count;
      attempted.set(key, value);
      const body = { operation: "set", collection: "vault_config", key, data: { value } };
      const response = await server.tokenVault.storage(body).catch(() => undefined);
      if (response?.status !== 200) return;
      acknowledged.set(key, value);
      attempted.delete(key);
    }
  };
  const writing = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 300));
  await server.kill("SIGKILL");
  isAlive = false;
  await writing;
  return attempted;
}

/** Damages one file of a copy: its start has everything and refuses what was used, or says what to do. */
async function expectFoundOrHarmless(
  folder: string,
  used: readonly string[],
  acknowledged: ReadonlyMap<string, number>,
  attempted: ReadonlyMap<string, number>,
): Promise<void> {
  const copy = await temporaryFolder();
  // A socket cannot be copied.
  await cp(folder, copy, { recursive: true, filter: (path) => !path.endsWith(".sock") });
  const damage = await damageOneFile(join(copy, "data"));
  let server: ChildServer;
  try {
    server = await startServer(copy);
  } catch (error) {
    expect(String(error), damage).toMatch(/the server did not start: [^\n]*(?:Put back|Move)[^\n]*\n?$/);
    return;
  }
  try {
    await expectAcknowledged(server, new Map(acknowledged), attempted);
    for (const ticket of used)
      expect((await server.tokenVault.fetchWith("/v1/credential", ticket, "absent")).status, damage).toBe(401);
  } finally {
    await server.kill("SIGKILL");
    await rm(copy, { recursive: true });
  }
}

/** Cuts, zeros or flips something, and tells what. */
async function damageOneFile(data: string): Promise<string> {
  const names = (await readdir(data)).filter((name) => /\.(?:jsonl?|head)$/.test(name));
  const name = names[below(names.length)] ?? "";
  const bytes = await readFile(join(data, name));
  const at = below(bytes.length);
  const end = Math.min(at + 1 + below(64), bytes.length);
  const [kind, damaged] = [
    [`cut to ${String(at)} bytes`, bytes.subarray(0, at)] as const,
    [`zeros from ${String(at)} to ${String(end)}`, Buffer.from(bytes).fill(0, at, end)] as const,
    [
      `bit flipped at ${String(at)}`,
      Buffer.from(bytes).fill((bytes[at] ?? 0) ^ (1 << below(8)), at, Math.min(at + 1, end)),
    ] as const,
  ][below(3)] ?? ["", bytes];
  await writeFile(join(data, name), damaged);
  return `${name}: ${kind}`;
}

function below(limit: number): number {
  return Math.floor(Math.random() * limit);
}

/** A key holds what was acknowledged last, or what was sent after it and may or may not have been kept. */
async function expectAcknowledged(
  { tokenVault }: ChildServer,
  acknowledged: Map<string, number>,
  attempted: ReadonlyMap<string, number>,
): Promise<void> {
  const response = await listed(tokenVault);
  const { items } = (await response.json()) as { items: { key: string; meta: { value: number } }[] };
  const kept = new Map(items.map(({ key, meta }) => [key, meta.value]));
  for (const [key, value] of acknowledged) {
    const found = kept.get(key);
    expect([value, attempted.get(key)]).toContain(found);
  }
  for (const [key, value] of kept) acknowledged.set(key, value);
}

/** Asks until it is not refused: once used ids were lost, the second of the start is refused too. */
async function listed(tokenVault: ChildServer["tokenVault"]): Promise<Response> {
  for (let attempts = 0; ; attempts++) {
    const response = await tokenVault.storage({ operation: "list", collection: "vault_config" });
    if (response.status !== 401 || attempts === 20) return response;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
