import { describe, expect, it } from "vitest";
import { startBoundServer } from "../../support/test-server.js";
import { jsonOf, run } from "../run-program.js";

describe.each(["runs", "is stopped"])("lock, when the server %s,", (state) => {
  it("refuses every credential until unlock", async () => {
    const server = await startBoundServer();
    await server.tokenVault.store("github", { accessToken: "a" });
    const change = async (name: string): Promise<number> => {
      if (state === "is stopped") await current.stop();
      const ran = await run(server.folder, [name]);
      expect([ran.code, ran.stderr]).toEqual([0, ""]);
      if (state === "is stopped") current = await current.restart();
      return (await current.tokenVault.credential("github")).status;
    };
    let current = server;
    expect(await change("lock")).toBe(403);
    expect(await change("lock")).toBe(403);
    expect(await change("unlock")).toBe(200);
    expect(await change("unlock")).toBe(200);
  });

  it("keeps the moment of the first lock", async () => {
    const server = await startBoundServer();
    if (state === "is stopped") await server.stop();
    const first = jsonOf(await run(server.folder, ["lock", "--json"])) as { lockedAt: string };
    expect(Date.parse(first.lockedAt)).toBeGreaterThan(Date.now() - 60_000);
    expect(jsonOf(await run(server.folder, ["lock", "--json"]))).toMatchObject({
      lockedAt: first.lockedAt,
      locked: true,
    });
    expect(jsonOf(await run(server.folder, ["unlock", "--json"]))).not.toHaveProperty("lockedAt");
  });
});
