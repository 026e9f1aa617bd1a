import { describe, expect, it } from "vitest";
import { openWorld, ownersToken, putByBrowser, type RefreshWorld } from "./refresh-world.js";

/** A provider gave new tokens, and the disk takes nothing. */
async function refreshedOnFullDisk(): Promise<RefreshWorld> {
  const world = await openWorld();
  await putByBrowser(world, "github", { accessToken: "old-access", refreshToken: "old-refresh" });
  world.endpoint.script = () => ({ body: { access_token: "new-access", refresh_token: "new-refresh" } });
  world.disk.before = ({ kind }) => (kind === "write" ? "ENOSPC" : undefined);
  await expect(world.refresh.refresh("github", "github")).rejects.toMatchObject({ code: "internal_error" });
  return world;
}

describe("new tokens that the disk did not take", () => {
  it("were lost at a stop", async () => {
    const world = await refreshedOnFullDisk();
    world.disk.before = () => undefined;
    expect(await world.refresh.drain()).toEqual([]);
    const restarted = await openWorld(world.disk.afterPowerCut());
    expect(await ownersToken(restarted, "github")).toMatchObject({
      accessToken: "new-access",
      refreshToken: "new-refresh",
    });
  });

  it("were lost at a stop without a word", async () => {
    const world = await refreshedOnFullDisk();
    expect(await world.refresh.drain()).toEqual(["github"]);
  });

  it("do not take the place of what was stored since, also at a stop", async () => {
    const world = await refreshedOnFullDisk();
    world.disk.before = () => undefined;
    await putByBrowser(world, "github", { accessToken: "theirs", refreshToken: "their-refresh" });
    expect(await world.refresh.drain()).toEqual([]);
    expect(await ownersToken(world, "github")).toMatchObject({ refreshToken: "their-refresh" });
  });
});
