import { onTestFinished, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/test-server.js";
import { startChildServer, type ChildServer } from "./child-server.js";

const rounds = Number(process.env["CRASH_ROUNDS"] ?? "4");
const writers = 8;

describe(`a server that is killed (kill -9), ${String(rounds)} times`, () => {
  it(
    "loses no acknowledged write, and refuses after the restart what was used before it",
    async () => {
      const folder = await temporaryFolder();
      let server = await startServer(folder);
      const acknowledged = new Map<string, number>();
      for (let round = 0; round < rounds; round++) {
        const used = await useTickets(server);
        const attempted = await writeUntilKilled(server, acknowledged, round);
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
    30_000 + rounds * 10_000,
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

/** A key holds what was acknowledged last, or what was sent after it and may or may not have been kept. */
async function expectAcknowledged(
  { tokenVault }: ChildServer,
  acknowledged: Map<string, number>,
  attempted: ReadonlyMap<string, number>,
): Promise<void> {
  const response = await tokenVault.storage({ operation: "list", collection: "vault_config" });
  const { items } = (await response.json()) as { items: { key: string; meta: { value: number } }[] };
  const kept = new Map(items.map(({ key, meta }) => [key, meta.value]));
  for (const [key, value] of acknowledged) {
    const found = kept.get(key);
    expect([value, attempted.get(key)]).toContain(found);
  }
  for (const [key, value] of kept) acknowledged.set(key, value);
}
