import { describe, expect, it } from "vitest";
import { nowMs, openWorld, ownersToken, putByBrowser, putByTokenVault, type RefreshWorld } from "./refresh-world.js";
import type { Script, Scripted } from "../scripted-dial.js";

const stored = { accessToken: "old-access", refreshToken: "old-refresh", scope: "repo", password: "kept" };
const good = { body: { access_token: "new-access", refresh_token: "new-refresh", expires_in: 60 } };
const refused = { status: 400, body: { error: "invalid_grant" } };

async function worldWith(script: Script, credential: Record<string, unknown> = stored): Promise<RefreshWorld> {
  const world = await openWorld();
  await putByBrowser(world, "github", credential);
  world.endpoint.script = script;
  return world;
}

/** An endpoint that answers when it is told to. */
function held(): { readonly script: Script; readonly answer: (given: Scripted) => void } {
  let answer: (given: Scripted) => void = () => undefined;
  const answered = new Promise<Scripted>((resolve) => (answer = resolve));
  return { script: () => answered, answer };
}

function sentTokens({ endpoint }: RefreshWorld): (string | null)[] {
  return endpoint.calls.map((form) => form.get("refresh_token"));
}

async function isMarked({ tokens }: RefreshWorld): Promise<boolean> {
  return (await tokens.find("github"))?.meta["needs_reconnect"] === true;
}

describe("callers of the same time", () => {
  it("share one call, and the next caller makes a new one", async () => {
    const { script, answer } = held();
    const world = await worldWith(script);
    const ten = Array.from({ length: 10 }, () => world.refresh.refresh("github", "github"));
    await expect.poll(() => world.endpoint.calls.length).toBe(1);
    const late = world.refresh.refresh("github", "github");
    answer(good);
    const outcomes = await Promise.all([...ten, late]);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["refreshed"]));
    expect(sentTokens(world)).toEqual(["old-refresh"]);
    await world.refresh.refresh("github", "github");
    expect(sentTokens(world)).toEqual(["old-refresh", "new-refresh"]);
  });

  it("of different services do not wait for one another", async () => {
    const { script, answer } = held();
    const world = await worldWith((form, host) => (form.get("refresh_token") === "slow" ? script(form, host) : good));
    await putByBrowser(world, "slow", { ...stored, refreshToken: "slow" });
    const slow = world.refresh.refresh("slow", "github");
    await expect.poll(() => world.endpoint.calls.length).toBe(1);
    expect(await world.refresh.refresh("github", "github")).toMatchObject({ status: "refreshed" });
    answer(good);
    expect(await slow).toMatchObject({ status: "refreshed" });
  });

  it.each(["hang", "broken"] as const)(
    "fail together (%s), and the next one is not kept from trying",
    async (failure) => {
      const world = await worldWith(() => failure);
      const code = failure === "hang" ? "provider_timeout" : "provider_error";
      const outcomes = await Promise.allSettled([1, 2, 3].map(() => world.refresh.refresh("github", "github")));
      expect(outcomes).toEqual(outcomes.map(() => ({ status: "rejected", reason: expect.objectContaining({ code }) })));
      expect(world.endpoint.calls).toHaveLength(1);
      world.endpoint.script = () => good;
      expect(await world.refresh.refresh("github", "github")).toMatchObject({ status: "refreshed" });
    },
  );
});

describe("a renewed credential", () => {
  it("is seen by nobody before it is durable", async () => {
    const world = await worldWith(() => good);
    const readWhileWriting: unknown[] = [];
    world.disk.before = async () => {
      readWhileWriting.push((await ownersToken(world, "github"))?.["accessToken"]);
      return undefined;
    };
    await world.refresh.refresh("github", "github");
    expect(readWhileWriting.length).toBeGreaterThan(1);
    expect(new Set(readWhileWriting)).toEqual(new Set(["old-access"]));
    expect(await ownersToken(world, "github")).toMatchObject({ accessToken: "new-access" });
  });

  it("that the disk does not take is given to nobody, and kept until it is taken", async () => {
    const world = await worldWith(() => good);
    world.disk.before = ({ kind }) => (kind === "write" ? "ENOSPC" : undefined);
    await expect(world.refresh.refresh("github", "github")).rejects.toMatchObject({ code: "internal_error" });
    expect(await ownersToken(world, "github")).toMatchObject(stored);
    world.disk.before = () => undefined;
    // The provider rotated: it would refuse the old refresh token now.
    world.endpoint.script = () => refused;
    expect(await world.refresh.refresh("github", "github")).toMatchObject({ status: "refreshed" });
    expect(sentTokens(world)).toEqual(["old-refresh"]);
    expect(await ownersToken(world, "github")).toMatchObject({
      accessToken: "new-access",
      refreshToken: "new-refresh",
    });
    world.endpoint.script = () => good;
    await world.refresh.refresh("github", "github");
    expect(sentTokens(world)).toEqual(["old-refresh", "new-refresh"]);
  });

  it("that the disk did not take does not overwrite what was stored since", async () => {
    const world = await worldWith(() => good);
    world.disk.before = ({ kind }) => (kind === "write" ? "ENOSPC" : undefined);
    await world.refresh.refresh("github", "github").catch(() => undefined);
    world.disk.before = () => undefined;
    await putByBrowser(world, "github", { accessToken: "theirs", refreshToken: "their-refresh" });
    await world.refresh.refresh("github", "github");
    expect(sentTokens(world)).toEqual(["old-refresh", "their-refresh"]);
  });

  it("says when it expires and to whom the refresh token went, and no more", async () => {
    const world = await worldWith(() => good);
    expect(await world.refresh.refresh("github", "github")).toEqual({
      status: "refreshed",
      message: "",
      expiryTime: nowMs + 60_000,
      providerHost: "github.example",
    });
  });

  it.each(["browser", "Token Vault"])("stored by %s keeps what the provider left out", async (by) => {
    const world = await openWorld();
    const put = by === "browser" ? putByBrowser : putByTokenVault;
    await put(world, "github", { ...stored, nested: { a: [1] }, displayName: "D", creationId: "c" });
    const before = await ownersToken(world, "github");
    world.endpoint.script = () => ({ body: { access_token: "new-access", scope: "other" } });
    await world.refresh.refresh("github", "github");
    const expiryTime = nowMs + 3_600_000;
    expect(await ownersToken(world, "github")).toEqual({ ...before, accessToken: "new-access", expiryTime });
  });
});

describe("invalid_grant", () => {
  it("marks the credential at once when nobody else renewed it", async () => {
    const world = await worldWith(() => refused);
    const before = await ownersToken(world, "github");
    expect(await world.refresh.refresh("github", "github")).toMatchObject({ status: "refresh_failed" });
    expect(await ownersToken(world, "github")).toEqual({ ...before, needs_reconnect: true });
    expect(sentTokens(world)).toEqual(["old-refresh"]);
  });

  it("tries the refresh token that somebody else put there meanwhile", async () => {
    const world = await worldWith(async (form) => {
      if (form.get("refresh_token") !== "old-refresh") return good;
      await world.tokens.renew("github", { accessToken: "theirs", refreshToken: "their-refresh" });
      return refused;
    });
    expect(await world.refresh.refresh("github", "github")).toMatchObject({ status: "refreshed" });
    expect(sentTokens(world)).toEqual(["old-refresh", "their-refresh"]);
    expect(await ownersToken(world, "github")).toMatchObject({
      accessToken: "new-access",
      refreshToken: "new-refresh",
    });
    expect(await isMarked(world)).toBe(false);
  });

  it("is read again once only, then marks", async () => {
    let renewals = 0;
    const world = await worldWith(async () => {
      if (renewals < 1)
        await world.tokens.renew("github", { accessToken: "a", refreshToken: `r${String(++renewals)}` });
      return refused;
    });
    expect(await world.refresh.refresh("github", "github")).toMatchObject({ status: "refresh_failed" });
    expect(sentTokens(world)).toEqual(["old-refresh", "r1"]);
    expect(await isMarked(world)).toBe(true);
  });

  it("does not mark a credential that was stored while the old one was refused", async () => {
    const world = await worldWith(async () => {
      await putByBrowser(world, "github", { accessToken: "without refresh token" });
      return refused;
    });
    expect(await world.refresh.refresh("github", "github")).toMatchObject({ status: "refresh_failed" });
    expect(await isMarked(world)).toBe(false);
  });
});

describe("the mark", () => {
  const ways: readonly (readonly [string, (world: RefreshWorld) => Promise<unknown>])[] = [
    ["stored by a browser", (world) => putByBrowser(world, "github", stored)],
    ["set by Token Vault", (world) => putByTokenVault(world, "github", stored)],
    ["updated by Token Vault", ({ tokens }) => tokens.renew("github", { accessToken: "a" })],
    [
      "refreshed",
      async (world) => {
        world.endpoint.script = () => good;
        await world.refresh.refresh("github", "github");
      },
    ],
  ];

  it.each(ways)("goes when the credential is %s", async (_way, renew) => {
    for (const put of [putByBrowser, putByTokenVault]) {
      const world = await openWorld();
      await put(world, "github", stored);
      world.endpoint.script = () => refused;
      await world.refresh.refresh("github", "github");
      expect(await isMarked(world)).toBe(true);
      await renew(world);
      expect(await isMarked(world)).toBe(false);
    }
  });

  it.each<Scripted>(["hang", { status: 500, body: "" }, { body: {} }])(
    "stays when a refresh fails with %j",
    async (given) => {
      const world = await worldWith(() => refused);
      await world.refresh.refresh("github", "github");
      world.endpoint.script = () => given;
      await world.refresh.refresh("github", "github").catch(() => undefined);
      expect(await isMarked(world)).toBe(true);
    },
  );

  it("is there after a power cut", async () => {
    const world = await worldWith(() => refused);
    await world.refresh.refresh("github", "github");
    expect(await isMarked(await openWorld(world.disk.afterPowerCut()))).toBe(true);
  });

  it("a browser that sent the older meta along with the new credential kept the mark", async () => {
    const world = await worldWith(() => refused);
    await world.refresh.refresh("github", "github");
    const { tokens } = world;
    await putByBrowser(world, "github", { ...(await tokens.find("github"))?.meta, ...stored });
    expect(await isMarked(world)).toBe(false);
  });
});

it("a drain ends when what the provider gave is stored", async () => {
  const { script, answer } = held();
  const world = await worldWith(script);
  void world.refresh.refresh("github", "github");
  await expect.poll(() => world.endpoint.calls.length).toBe(1);
  const drained = world.refresh.drain();
  answer(good);
  await drained;
  expect(await ownersToken(world, "github")).toMatchObject({ refreshToken: "new-refresh" });
});

describe("new tokens that the disk did not take", () => {
  const refuseWrites = (world: RefreshWorld): void => {
    world.disk.before = ({ kind }) => (kind === "write" ? "ENOSPC" : undefined);
  };

  it("were lost at a stop", async () => {
    const world = await worldWith(() => good);
    refuseWrites(world);
    await world.refresh.refresh("github", "github").catch(() => undefined);
    world.disk.before = () => undefined;
    expect(await world.refresh.drain()).toEqual([]);
    const restarted = await openWorld(world.disk.afterPowerCut());
    expect(await ownersToken(restarted, "github")).toMatchObject({
      accessToken: "new-access",
      refreshToken: "new-refresh",
    });
  });

  it("were lost at a stop without a word", async () => {
    const world = await worldWith(() => good);
    refuseWrites(world);
    await world.refresh.refresh("github", "github").catch(() => undefined);
    expect(await world.refresh.drain()).toEqual(["github"]);
  });

  it("do not take the place of what was stored since, also at a stop", async () => {
    const world = await worldWith(() => good);
    refuseWrites(world);
    await world.refresh.refresh("github", "github").catch(() => undefined);
    world.disk.before = () => undefined;
    await putByBrowser(world, "github", { accessToken: "theirs", refreshToken: "their-refresh" });
    expect(await world.refresh.drain()).toEqual([]);
    expect(await ownersToken(world, "github")).toMatchObject({ refreshToken: "their-refresh" });
  });
});

describe("the client", () => {
  it.each([
    ["stored with the credential", { ...stored, provider: "other" }, "github", "other.example"],
    ["hinted, when none is stored", stored, "other", "other.example"],
  ])("is the one %s", async (_which, credential, hinted, host) => {
    const hosts: string[] = [];
    const world = await worldWith((_form, called) => {
      hosts.push(called);
      return good;
    }, credential);
    expect(await world.refresh.refresh("github", hinted)).toMatchObject({ providerHost: host });
    expect(hosts).toEqual([host]);
  });

  it("is none when the credential was stored with one that is not known here, whatever is hinted", async () => {
    const world = await worldWith(() => good, { ...stored, provider: "gone" });
    expect(await world.refresh.refresh("github", "github")).toMatchObject({ status: "acknowledged" });
    expect(world.endpoint.calls).toEqual([]);
  });

  it.each([undefined, "nobody", "__proto__", ""])("is none for the hint %j, and nobody is called", async (hinted) => {
    const world = await worldWith(() => good);
    const outcome = await world.refresh.refresh("github", hinted);
    expect(outcome).toMatchObject({ status: "acknowledged" });
    expect(outcome).not.toHaveProperty("providerHost");
    expect(world.endpoint.calls).toEqual([]);
  });
});
