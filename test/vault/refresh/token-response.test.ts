import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Scripted } from "../scripted-dial.js";
import { nowMs, openWorld, ownersToken, putByBrowser, putByTokenVault, type RefreshWorld } from "./refresh-world.js";

const stored = { accessToken: "old-access", refreshToken: "old-refresh", scope: "repo" };
const good = { access_token: "new-access", refresh_token: "new-refresh", expires_in: 60 };
const json = JSON.stringify(good);
const form = "access_token=new-access&refresh_token=new-refresh&expires_in=60&scope=a+b";

async function refreshedWith(given: Scripted): Promise<RefreshWorld> {
  const world = await openWorld();
  await putByBrowser(world, "github", stored);
  world.endpoint.script = () => given;
  return world;
}

function encoded(encoding: string, body: Uint8Array): Scripted {
  return { body, headers: { "Content-Encoding": encoding } };
}

describe("a token response", () => {
  it.each<[string, Scripted]>([
    ["had status 201", { status: 201, body: good }],
    ["had status 202", { status: 202, body: good }],
    ["had status 299", { status: 299, body: good }],
    ["began with a byte order mark", { body: `\ufeff${json}` }],
    ["began with a byte order mark, compressed", encoded("gzip", gzipSync(`\ufeff${json}`))],
    ["was a form behind a byte order mark", { body: `\ufeff${form}\r\n` }],
    ["had blank lines around it", { body: `\r\n ${json}\n\n` }],
    ["came as gzip unasked", encoded("gzip", gzipSync(json))],
    ["came as x-gzip unasked", encoded("X-GZIP", gzipSync(json))],
    ["came as deflate unasked", encoded("deflate", deflateSync(json))],
    ["came as bare deflate unasked", encoded("deflate", deflateRawSync(json))],
    ["came as br unasked", encoded("br", brotliCompressSync(json))],
    ["came as two encodings", encoded("gzip, br", brotliCompressSync(gzipSync(json)))],
    ["came with an encoding that is none", encoded("utf-8", Buffer.from(json))],
    ["was called gzip and is none", encoded("gzip", Buffer.from(json))],
    ["was called text", { body: json, headers: { "Content-Type": "text/html" } }],
    ["was called nothing", { body: json, headers: { "Content-Type": "" } }],
    ["was a form", { body: form, headers: { "Content-Type": "application/x-www-form-urlencoded" } }],
    ["was a form that is called JSON", { body: form }],
    ["had members nobody knows", { body: { ...good, ok: true, team: { id: "T" }, list: [1, null], error: null } }],
    ["had an odd token type", { body: { ...good, token_type: "mac" } }],
    ["had a token type that is no text", { body: { ...good, token_type: 5 } }],
    ["had a list as scope", { body: { ...good, scope: ["a", "b"] } }],
    ["had its lifetime as text", { body: { ...good, expires_in: " 60 " } }],
    ["had a fractional lifetime", { body: { ...good, expires_in: 60.9 } }],
    ["had a fractional lifetime as text", { body: { ...good, expires_in: "60.9" } }],
  ])("failed the refresh when it %s", async (_what, given) => {
    const world = await refreshedWith(given);
    expect(await world.refresh.refresh("github", "github")).toMatchObject({ status: "refreshed" });
    expect(await ownersToken(world, "github")).toMatchObject({
      accessToken: "new-access",
      refreshToken: "new-refresh",
      scope: "repo",
      expiryTime: nowMs + 60_000,
    });
  });

  it.each([undefined, null, "", "  ", 0, "0", 0.4])(
    "with the lifetime %j gives a token of an hour",
    async (lifetime) => {
      const world = await refreshedWith({ body: { ...good, expires_in: lifetime } });
      expect(await world.refresh.refresh("github", "github")).toMatchObject({ expiryTime: nowMs + 3_600_000 });
    },
  );
});

describe("a response that is refused", () => {
  const unusable: readonly (readonly [string, Record<string, unknown>])[] = [
    ["a negative lifetime", { ...good, expires_in: -1 }],
    ["a negative lifetime as text", { ...good, expires_in: "-0.5" }],
    ["a huge lifetime", { ...good, expires_in: 1e15 }],
    ["a lifetime that is no number", { ...good, expires_in: "soon" }],
    ["a lifetime that is a list", { ...good, expires_in: [60] }],
    ["no access token", { ...good, access_token: undefined }],
    ["an empty access token", { ...good, access_token: "" }],
    ["an access token that is no text", { ...good, access_token: { token: "t" } }],
    ["an error beside it", { error: "slow_down", refresh_token: "new-refresh" }],
  ];

  it.each(unusable)("lost the new refresh token that came with %s", async (_what, body) => {
    for (const put of [putByBrowser, putByTokenVault]) {
      const world = await openWorld();
      await put(world, "github", stored);
      const before = await ownersToken(world, "github");
      world.endpoint.script = () => ({ body });
      expect(await world.refresh.refresh("github", "github")).toMatchObject({
        status: "refresh_failed",
        providerHost: "github.example",
      });
      const after = await openWorld(world.disk.afterPowerCut());
      expect(await ownersToken(after, "github")).toEqual({
        ...before,
        refreshToken: "new-refresh",
        hasRefreshToken: true,
      });
      after.endpoint.script = () => ({ body: { access_token: "newest" } });
      expect(await after.refresh.refresh("github", "github")).toMatchObject({ status: "refreshed" });
      expect(after.endpoint.calls.map((sent) => sent.get("refresh_token"))).toEqual(["new-refresh"]);
    }
  });

  it("lost the new refresh token that the disk did not take at once", async () => {
    const world = await refreshedWith({ body: { ...good, expires_in: -1 } });
    world.disk.before = ({ kind }) => (kind === "write" ? "ENOSPC" : undefined);
    await expect(world.refresh.refresh("github", "github")).rejects.toMatchObject({ code: "internal_error" });
    world.disk.before = () => undefined;
    world.endpoint.script = () => ({ status: 400, body: { error: "invalid_grant" } });
    await world.refresh.refresh("github", "github");
    expect(world.endpoint.calls).toHaveLength(1);
    expect(await ownersToken(world, "github")).toMatchObject({
      accessToken: "old-access",
      refreshToken: "new-refresh",
    });
  });

  it("keeps the credential that was stored meanwhile", async () => {
    const world = await refreshedWith("broken");
    world.endpoint.script = async () => {
      await putByBrowser(world, "github", { accessToken: "theirs", refreshToken: "their-refresh" });
      return { body: { ...good, expires_in: -1 } };
    };
    expect(await world.refresh.refresh("github", "github")).toMatchObject({ status: "refresh_failed" });
    expect(await ownersToken(world, "github")).toMatchObject({ accessToken: "theirs", refreshToken: "their-refresh" });
  });

  it.each<[string, Scripted]>([
    ["is a failure", { status: 400, body: { error: "invalid_request", refresh_token: "echoed" } }],
    ["holds one that is no text", { body: { ...good, refresh_token: 5 } }],
    ["cannot be decoded", encoded("gzip", Buffer.from(`\x1f\x8b${json}`, "latin1"))],
    ["breaks off", encoded("gzip", gzipSync(json).subarray(0, 20))],
    ["is encoded in an unknown way", encoded("zstd", Buffer.from(json))],
    ["unpacks to more than a token endpoint has to say", encoded("gzip", gzipSync(json + " ".repeat(300_000)))],
    ["is a page", { body: "<html><a href='?x=1&access_token'>" }],
  ])("changes nothing when it %s", async (_what, given) => {
    const world = await refreshedWith(given);
    const before = await ownersToken(world, "github");
    expect(await world.refresh.refresh("github", "github")).toMatchObject({ status: "refresh_failed" });
    expect(await ownersToken(world, "github")).toEqual(before);
  });
});
