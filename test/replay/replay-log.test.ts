import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLog } from "../../src/files/read-log.js";
import { FileReplayCache, type ReplayName } from "../../src/replay/replay-cache.js";
import { encodeRecords } from "../support/encode-records.js";
import { FaultyDisk, powerCuts } from "../support/faulty-disk.js";

const path = "/data/used.jsonl";
const startMs = 1_800_000_000_000;
const later = startMs + 600_000;
type Entry = readonly [name: ReplayName, expiresAtMs: number];

/** A cache with a model of what it must hold: 0 releases. */
class Memory {
  readonly entries = new Map<string, number>();
  private constructor(
    readonly disk: FaultyDisk,
    readonly cache: FileReplayCache,
  ) {}

  static async open(disk: FaultyDisk, { bootId = "boot 1", nowMs = startMs } = {}): Promise<Memory> {
    const clock = { nowMs: () => nowMs };
    const cache = await FileReplayCache.open({ disk, folder: "/data", clock, bootId, syncDelayMs: 60_000 });
    const memory = new Memory(disk, cache);
    // A start writes the log anew, of what it holds.
    for (const entry of readLog(disk.bytes(path)).records.slice(1)) memory.#apply(entry as Entry);
    expect(cache.size).toBe(memory.entries.size);
    return memory;
  }

  get fenceMs(): number {
    return this.cache.fenceMs;
  }

  async use(...entries: readonly Entry[]): Promise<void> {
    for (const [name, expiresAtMs] of entries) {
      if (expiresAtMs === 0) await this.cache.release([name]);
      else await this.cache.consume([name], expiresAtMs);
      this.#apply([name, expiresAtMs]);
    }
  }

  #apply([name, expiresAtMs]: Entry): void {
    if (expiresAtMs === 0) this.entries.delete(name);
    else this.entries.set(name, expiresAtMs);
    expect(this.cache.isConsumed(name)).toBe(expiresAtMs !== 0);
  }
}

describe("R28: what was used", () => {
  it("is there after a kill, as soon as it was acknowledged", async () => {
    const memory = await Memory.open(new FaultyDisk());
    await memory.use(["n:one", later], ["i:two", later + 1]);
    const next = await Memory.open(memory.disk.afterKill());
    expect(next.entries).toEqual(memory.entries);
    expect(next.fenceMs).toBe(0);
  });

  it("is there after a kill between any two operations of the disk", async () => {
    const memory = await Memory.open(new FaultyDisk());
    const acknowledged: (readonly [string, number])[] = [];
    for (const entry of ["n:a", "n:b", "n:c"] as const) {
      await memory.use([entry, later]);
      acknowledged.push([entry, memory.disk.operations.length]);
    }
    for (let count = 0; count <= memory.disk.operations.length; count++) {
      const next = await Memory.open(memory.disk.at(count));
      for (const [entry, at] of acknowledged) if (at <= count) expect([...next.entries.keys()]).toContain(entry);
      expect(next.fenceMs).toBe(0);
    }
  });

  it("is there after any number of starts, orderly or not, and stays released", async () => {
    const entry = fc.tuple(fc.constantFrom<ReplayName>("n:a", "i:b", "s:c", "n:__proto__"), fc.constantFrom(0, later));
    const step = fc.oneof({ weight: 4, arbitrary: entry }, { weight: 1, arbitrary: fc.constantFrom("stop", "kill") });
    await fc.assert(
      fc.asyncProperty(fc.array(step), async (steps) => {
        let memory = await Memory.open(new FaultyDisk());
        for (const each of steps) {
          if (Array.isArray(each)) {
            await memory.use(each);
            continue;
          }
          if (each === "stop") await memory.cache.close();
          const next = await Memory.open(memory.disk.afterKill());
          expect(next.entries).toEqual(memory.entries);
          expect(next.fenceMs).toBe(0);
          memory = next;
        }
      }),
    );
  });

  it("is synced a moment later, without anybody waiting for it", async () => {
    const disk = new FaultyDisk();
    const clock = { nowMs: () => startMs };
    const cache = await FileReplayCache.open({ disk, folder: "/data", clock, bootId: "boot 1", syncDelayMs: 0 });
    const synced = new Promise<void>((resolve) => {
      disk.before = ({ kind }) => {
        if (kind === "sync") resolve();
        return undefined;
      };
    });
    await cache.consume(["n:one"], later);
    await synced;
    await new Promise(setImmediate);
    expect(disk.afterPowerCut().bytes(path)).toEqual(disk.bytes(path));
  });

  it("is refused when the disk did not take it, and is not there after a kill", async () => {
    const memory = await Memory.open(new FaultyDisk());
    await memory.use(["n:kept", later]);
    memory.disk.before = ({ kind }) => (kind === "write" ? "ENOSPC" : undefined);
    await expect(memory.cache.consume(["n:refused"], later)).rejects.toMatchObject({
      code: "internal_error",
      cause: { code: "ENOSPC" },
    });
    memory.disk.before = () => undefined;
    await memory.use(["n:after", later]);
    const next = await Memory.open(memory.disk.afterKill());
    expect([...next.entries.keys()]).toEqual(["n:kept", "n:after"]);
  });
});

describe("the fence", () => {
  it("is not set at the first start", async () => {
    expect((await Memory.open(new FaultyDisk())).fenceMs).toBe(0);
  });

  it.each(powerCuts)("is set to the moment of the start after a power cut that left %s", async (keeps) => {
    const memory = await Memory.open(new FaultyDisk());
    await memory.use(["n:one", later]);
    const cut = memory.disk.afterPowerCut(keeps);
    expect((await Memory.open(cut, { bootId: "boot 2", nowMs: startMs + 5_000 })).fenceMs).toBe(startMs + 5_000);
  });

  it("is not set after an orderly stop, also when the machine was started anew", async () => {
    const memory = await Memory.open(new FaultyDisk());
    await memory.use(["n:one", later]);
    await memory.cache.close();
    for (const keeps of powerCuts) {
      const next = await Memory.open(memory.disk.afterPowerCut(keeps), { bootId: "boot 2" });
      expect(next.fenceMs).toBe(0);
      expect(next.entries).toEqual(memory.entries);
    }
  });

  it("is set after every stop that was not orderly where the system does not name its starts", async () => {
    const memory = await Memory.open(new FaultyDisk(), { bootId: "" });
    await memory.use(["n:one", later]);
    const next = await Memory.open(memory.disk.afterKill(), { bootId: "", nowMs: startMs + 1 });
    expect(next.fenceMs).toBe(startMs + 1);
    await next.cache.close();
    expect((await Memory.open(next.disk, { bootId: "", nowMs: startMs + 2 })).fenceMs).toBe(startMs + 1);
  });

  it("stays where it was through a kill and an orderly stop, and moves on at the next power cut", async () => {
    const cut = (await Memory.open(new FaultyDisk())).disk.afterPowerCut();
    const fenced = await Memory.open(cut, { bootId: "boot 2", nowMs: startMs + 1_000 });
    const killed = await Memory.open(fenced.disk.afterKill(), { bootId: "boot 2", nowMs: startMs + 2_000 });
    expect(killed.fenceMs).toBe(startMs + 1_000);
    await killed.cache.close();
    const stopped = await Memory.open(killed.disk, { bootId: "boot 3", nowMs: startMs + 3_000 });
    expect(stopped.fenceMs).toBe(startMs + 1_000);
    const again = await Memory.open(stopped.disk.afterPowerCut(), { bootId: "boot 4", nowMs: startMs + 4_000 });
    expect(again.fenceMs).toBe(startMs + 4_000);
  });

  it("is set when the power went while the log was being written anew at the start after a power cut", async () => {
    const memory = await Memory.open(new FaultyDisk());
    await memory.use(["n:one", later]);
    const restarted = memory.disk.afterPowerCut("names");
    await Memory.open(restarted, { bootId: "boot 2", nowMs: startMs + 1_000 });
    for (let count = 0; count <= restarted.operations.length; count++) {
      for (const keeps of powerCuts) {
        const cut = restarted.at(count).afterPowerCut(keeps);
        expect((await Memory.open(cut, { bootId: "boot 3", nowMs: startMs + 2_000 })).fenceMs).toBe(startMs + 2_000);
      }
    }
  });

  it("stands in for a log that is damaged", async () => {
    const memory = await Memory.open(new FaultyDisk());
    await memory.use(["n:one", later]);
    await memory.use(["n:two", later]);
    const bytes = Buffer.from(memory.disk.bytes(path));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    memory.disk.put(path, bytes);
    expect((await Memory.open(memory.disk, { nowMs: startMs + 1_000 })).fenceMs).toBe(startMs + 1_000);
  });

  it.each([
    ["empty", Buffer.alloc(0)],
    ["without its head", encodeRecords([["n:one", later]])],
    ["of something else", Buffer.from("not a log\n")],
  ])("stands in for a log that is %s", async (_name, content) => {
    const disk = new FaultyDisk();
    disk.put(path, content);
    expect((await Memory.open(disk, { nowMs: startMs + 1_000 })).fenceMs).toBe(startMs + 1_000);
  });
});
