import { describe, expect, it } from "vitest";
import { collectionValues, type Collection } from "../../generated/operations.js";
import type { WebhookError } from "../../src/platform/errors.js";
import { JsonStore } from "../../src/store/json/json-store.js";
import type { Document } from "../../src/store/store.js";
import { Cipher } from "../../src/keys/cipher.js";
import { Documents, putWithinLimits, type AuditRetention } from "../../src/vault/token-vault-documents.js";
import { Credentials } from "../../src/vault/credentials.js";
import { TestClock } from "../support/test-server.js";
import { FaultyDisk } from "../support/faulty-disk.js";

const dayMs = 86_400_000;
const kilobyte = 1024;
const largeRetention: AuditRetention = { maxEvents: 1_000_000, maxAgeDays: 400 };

interface Kept {
  readonly store: JsonStore;
  readonly documents: Documents;
  readonly clock: TestClock;
  readonly disk: FaultyDisk;
}

async function open(retention = largeRetention, disk = new FaultyDisk()): Promise<Kept> {
  const store = await JsonStore.open({ disk, folder: "/data", warn: () => undefined });
  const clock = new TestClock();
  return { store, documents: new Documents(store, clock, retention), clock, disk };
}

/** Puts so many small documents there in one step, without any limit. */
function fill(store: JsonStore, collection: Collection, count: number): Promise<void> {
  return store.transact(async (transaction) => {
    for (let index = 0; index < count; index++) await transaction.put(collection, `key ${String(index)}`, {});
  });
}

async function refusalOf(work: Promise<unknown>): Promise<WebhookError> {
  return work.then(
    () => {
      throw new Error("it was not refused");
    },
    (error: unknown) => error as WebhookError,
  );
}

/** A document of so many bytes as JSON. */
function documentOf(bytes: number, letter = "a"): Document {
  return { text: letter.repeat((bytes - '{"text":""}'.length) / Buffer.byteLength(letter)) };
}

async function keysOf({ store }: Kept): Promise<string[]> {
  return (await store.list("audit")).entries.map(({ key }) => key);
}

describe("a document", () => {
  it.each([
    ["proxy_configs", 512 * kilobyte],
    ["vault_config", 512 * kilobyte],
    ["tokens", 512 * kilobyte],
    ["audit", 64 * kilobyte],
  ] as const)("of %s may have %i bytes as JSON, and not one more", async (collection, maxBytes) => {
    const { store, documents } = await open();
    await documents.put(collection, "key", documentOf(maxBytes));
    const refusal = await refusalOf(documents.put(collection, "key", documentOf(maxBytes + 1)));
    expect(refusal).toMatchObject({ code: "payload_too_large", status: 413 });
    expect(refusal.message).toContain(String(maxBytes));
    expect(await store.get(collection, "key")).toEqual(documentOf(maxBytes));
  });

  it("is measured in bytes, not in characters", async () => {
    const { store, documents } = await open();
    const ascii = '{"text":""}'.length;
    await documents.put("audit", "fits", documentOf(64 * kilobyte - ((64 * kilobyte - ascii) % 2), "é"));
    const refusal = await refusalOf(documents.put("audit", "key", { text: "é".repeat(40_000) }));
    expect(refusal.status).toBe(413);
    expect(await store.get("audit", "key")).toBeUndefined();
  });

  it.each(collectionValues)("of %s has a limit", async (collection) => {
    const { documents } = await open();
    expect((await refusalOf(documents.put(collection, "key", documentOf(1_000_000)))).status).toBe(413);
  });
});

describe("a collection", () => {
  it.each([
    ["proxy_configs", 10_000],
    ["vault_config", 10_000],
    ["tokens", 200_000],
  ] as const)("%s holds %i documents; then it takes changes and deletions, and no more", async (collection, max) => {
    const { store, documents } = await open();
    await fill(store, collection, max - 1);
    await documents.put(collection, "last", { fits: true });
    const refusal = await refusalOf(documents.put(collection, "one more", {}));
    expect(refusal).toMatchObject({ code: "invalid_request", status: 400 });
    expect(refusal.message).toMatch(new RegExp(`${collection} is full, at ${String(max)} documents; delete some\\.`));
    await documents.put(collection, "last", { changed: true });
    await store.transact((transaction) => transaction.delete(collection, "key 0"));
    await documents.put(collection, "one more", {});
    expect(await store.count(collection)).toBe(max);
  });

  it("is not filled beyond its limit by writers at the same time", async () => {
    const { store, documents } = await open();
    await fill(store, "vault_config", 9_990);
    const puts = Array.from({ length: 64 }, (_, index) => documents.put("vault_config", `new ${String(index)}`, {}));
    const settled = await Promise.allSettled(puts);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    expect(await store.count("vault_config")).toBe(10_000);
  });

  it("that is full takes nothing from the others", async () => {
    const { store, documents } = await open();
    await fill(store, "vault_config", 10_000);
    await documents.put("proxy_configs", "key", {});
    await documents.put("audit", "key", {});
  });
});

describe("a credential", () => {
  async function openTokens(): Promise<{ tokens: Credentials; store: JsonStore }> {
    const { store, clock } = await open();
    const cipher = new Cipher(new Uint8Array(32).fill(7));
    return { store, tokens: new Credentials(store, cipher, clock) };
  }

  it("that is too large is refused when it is stored, and leaves the one before", async () => {
    const { tokens } = await openTokens();
    await tokens.put(tokens.prepare("github", { accessToken: "small" }), false);
    const before = (await tokens.find("github"))?.document;
    const store = async (): Promise<unknown> =>
      tokens.put(tokens.prepare("github", { accessToken: "a".repeat(400 * kilobyte) }), false);
    expect((await refusalOf(store())).status).toBe(413);
    expect((await tokens.find("github"))?.document).toEqual(before);
  });

  it("did not grow beyond its limit when it was renewed", async () => {
    const { tokens } = await openTokens();
    await tokens.put(tokens.prepare("github", { accessToken: "small" }), false);
    const before = (await tokens.find("github"))?.document;
    const renewal = tokens.renew("github", { accessToken: "a".repeat(400 * kilobyte) });
    expect((await refusalOf(renewal)).status).toBe(413);
    expect((await tokens.find("github"))?.document).toEqual(before);
  });

  it("is one of as many as there may be", async () => {
    const { tokens, store } = await openTokens();
    await fill(store, "tokens", 200_000);
    const prepared = tokens.prepare("github", { accessToken: "one more" });
    expect(await refusalOf(tokens.put(prepared, false))).toMatchObject({ code: "invalid_request" });
    await tokens.put(tokens.prepare("key 7", { accessToken: "in its place" }), false);
    await tokens.renew("key 8", { accessToken: "in its place" });
  });
});

describe("audit events", () => {
  const event = (kept: Kept, ageDays = 0): Document => ({
    timestamp: new Date(kept.clock.nowMs() - ageDays * dayMs).toISOString(),
  });

  it("are kept up to their number: the oldest by timestamp goes, in whatever order they came", async () => {
    const kept = await open({ maxEvents: 3, maxAgeDays: 400 });
    for (const age of [3, 1, 5, 2, 4]) await kept.documents.put("audit", `${String(age)} days`, event(kept, age));
    expect(await keysOf(kept)).toEqual(["1 days", "2 days", "3 days"]);
  });

  it("stay when one is set again", async () => {
    const kept = await open({ maxEvents: 2, maxAgeDays: 400 });
    await kept.documents.put("audit", "a", event(kept, 2));
    await kept.documents.put("audit", "b", event(kept, 1));
    await kept.documents.put("audit", "b", event(kept, 0));
    expect(await keysOf(kept)).toEqual(["b", "a"]);
  });

  it("come down to a smaller number at the next one", async () => {
    const kept = await open();
    for (let age = 0; age < 500; age++) await kept.documents.put("audit", String(age), event(kept, age / 24));
    const fewer = await open({ maxEvents: 10, maxAgeDays: 400 }, kept.disk.afterKill());
    await fewer.documents.put("audit", "new", event(fewer));
    expect(await keysOf(fewer)).toEqual(["new", "0", "1", "2", "3", "4", "5", "6", "7", "8"]);
  });

  it("written by many at the same time are as many as there may be, after the next one", async () => {
    const kept = await open({ maxEvents: 10, maxAgeDays: 400 });
    const write = (age: number): Promise<void> => kept.documents.put("audit", String(age), event(kept, age));
    for (let round = 4; round > 0; round--)
      await Promise.all(Array.from({ length: 64 }, (_, index) => write(64 * round - index)));
    await write(0);
    expect(await keysOf(kept)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  });

  it.each([
    ["ISO 8601", (ms: number) => new Date(ms).toISOString()],
    ["milliseconds", (ms: number) => ms],
    ["seconds", (ms: number) => Math.floor(ms / 1000)],
  ])("are kept up to their age, told in %s", async (_name, timestampOf) => {
    const kept = await open({ maxEvents: 1_000, maxAgeDays: 30 });
    const put = (key: string, ageDays: number): Promise<void> =>
      kept.documents.put("audit", key, { timestamp: timestampOf(kept.clock.nowMs() - ageDays * dayMs) });
    for (const age of [29, 31, 1, 60]) await put(`${String(age)} days`, age);
    await put("now", 0);
    expect(await keysOf(kept)).toEqual(["now", "1 days", "29 days"]);
    kept.clock.advance(2 * dayMs);
    await put("later", 0);
    expect(await keysOf(kept)).toEqual(["later", "now", "1 days"]);
  });

  it("that have expired go a few at a time, so that no write pays for all", async () => {
    const kept = await open({ maxEvents: 100_000, maxAgeDays: 30 });
    for (let index = 0; index < 250; index++) await kept.documents.put("audit", String(index), event(kept, 1));
    kept.clock.advance(40 * dayMs);
    const counts: number[] = [];
    for (let index = 0; index < 4; index++) {
      await kept.documents.put("audit", `new ${String(index)}`, event(kept));
      counts.push(await kept.store.count("audit"));
    }
    expect(counts).toEqual([151, 52, 3, 4]);
  });

  it.each([
    ["no timestamp", {}],
    ["a timestamp that is no time", { timestamp: "yesterday" }],
    ["a timestamp that is no text and no number", { timestamp: null }],
  ])("with %s do not keep those that have expired", async (_name, odd) => {
    const kept = await open({ maxEvents: 1_000, maxAgeDays: 30 });
    await kept.documents.put("audit", "odd", odd);
    await kept.documents.put("audit", "old", event(kept, 29));
    kept.clock.advance(2 * dayMs);
    await kept.documents.put("audit", "new", event(kept));
    await kept.documents.put("audit", "newer", event(kept));
    expect(await keysOf(kept)).not.toContain("old");
    expect(await keysOf(kept)).toContain("new");
  });

  it("are as few after a start as before it", async () => {
    const kept = await open({ maxEvents: 3, maxAgeDays: 400 });
    for (const age of [5, 4, 3, 2, 1]) await kept.documents.put("audit", String(age), event(kept, age));
    expect(await keysOf(await open(largeRetention, kept.disk.afterPowerCut()))).toEqual(["1", "2", "3"]);
  });

  it("of other collections are none: nothing else is dropped", async () => {
    const kept = await open({ maxEvents: 1, maxAgeDays: 1 });
    for (let index = 0; index < 5; index++)
      await kept.documents.put("vault_config", String(index), { timestamp: "2000-01-01T00:00:00Z" });
    await kept.documents.put("audit", "event", event(kept));
    expect(await kept.store.count("vault_config")).toBe(5);
  });
});

describe("a put that is refused", () => {
  it("changes nothing of its transaction", async () => {
    const { store } = await open();
    const work = store.transact(async (transaction) => {
      await transaction.put("vault_config", "before", {});
      await putWithinLimits(transaction, "vault_config", "large", documentOf(1_000_000));
    });
    expect((await refusalOf(work)).status).toBe(413);
    expect(await store.count("vault_config")).toBe(0);
  });
});
