import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeRecords } from "../../src/files/append-log.js";
import { UsedLog, type UsedEntry } from "../../src/replay/replay-log.js";
import { FaultyDisk, powerCuts } from "../support/faulty-disk.js";

const path = "/data/used.jsonl";
const startMs = 1_800_000_000_000;
const later = startMs + 600_000;

/** The log with the memory that stands before it, as the replay guard keeps one: 0 gives back. */
class Memory {
  readonly entries = new Map<string, number>();
  private constructor(
    readonly disk: FaultyDisk,
    readonly nowMs: number,
  ) {}

  log!: UsedLog;

  static async open(disk: FaultyDisk, { bootId = "boot 1", nowMs = startMs } = {}): Promise<Memory> {
    const memory = new Memory(disk, nowMs);
    const options = { disk, folder: "/data", bootId, nowMs, syncDelayMs: 60_000 };
    memory.log = await UsedLog.open(
      options,
      (entry) => memory.#apply(entry),
      () => memory.entries,
    );
    return memory;
  }

  async use(...entries: readonly UsedEntry[]): Promise<void> {
    for (const entry of entries) this.#apply(entry);
    await this.log.append(entries);
  }

  #apply([entry, expiresAtMs]: UsedEntry): void {
    if (expiresAtMs > this.nowMs) this.entries.set(entry, expiresAtMs);
    else this.entries.delete(entry);
  }
}

describe("R28: what was used", () => {
  it("is there after a kill, as soon as it was acknowledged", async () => {
    const memory = await Memory.open(new FaultyDisk());
    await memory.use(["n:one", later], ["i:two", later + 1]);
    const next = await Memory.open(memory.disk.afterKill());
    expect(next.entries).toEqual(memory.entries);
    expect(next.log.fenceMs).toBe(0);
  });

  it("is there after a kill between any two operations of the disk", async () => {
    const memory = await Memory.open(new FaultyDisk());
    const acknowledged: (readonly [string, number])[] = [];
    for (const entry of ["a", "b", "c"]) {
      await memory.use([entry, later]);
      acknowledged.push([entry, memory.disk.operations.length]);
    }
    for (let count = 0; count <= memory.disk.operations.length; count++) {
      const next = await Memory.open(memory.disk.at(count));
      for (const [entry, at] of acknowledged) if (at <= count) expect([...next.entries.keys()]).toContain(entry);
      expect(next.log.fenceMs).toBe(0);
    }
  });

  it("is there after any number of starts, orderly or not, and stays given back", async () => {
    const entry = fc.tuple(fc.constantFrom("n:a", "i:b", "s:c", "n:__proto__"), fc.constantFrom(0, later));
    const step = fc.oneof({ weight: 4, arbitrary: entry }, { weight: 1, arbitrary: fc.constantFrom("stop", "kill") });
    await fc.assert(
      fc.asyncProperty(fc.array(step), async (steps) => {
        let memory = await Memory.open(new FaultyDisk());
        for (const each of steps) {
          if (Array.isArray(each)) {
            await memory.use(each);
            continue;
          }
          if (each === "stop") await memory.log.close();
          const next = await Memory.open(memory.disk.afterKill());
          expect(next.entries).toEqual(memory.entries);
          expect(next.log.fenceMs).toBe(0);
          memory = next;
        }
      }),
    );
  });

  it("is synced a moment later, without anybody waiting for it", async () => {
    const disk = new FaultyDisk();
    const options = { disk, folder: "/data", bootId: "boot 1", nowMs: startMs, syncDelayMs: 0 };
    const log = await UsedLog.open(
      options,
      () => undefined,
      () => [],
    );
    const synced = new Promise<void>((resolve) => {
      disk.before = ({ kind }) => {
        if (kind === "sync") resolve();
        return undefined;
      };
    });
    await log.append([["n:one", later]]);
    await synced;
    await new Promise(setImmediate);
    expect(disk.afterPowerCut().bytes(path)).toEqual(disk.bytes(path));
  });

  it("is refused when the disk did not take it, and is not there after a kill", async () => {
    const memory = await Memory.open(new FaultyDisk());
    await memory.use(["n:kept", later]);
    memory.disk.before = ({ kind }) => (kind === "write" ? "ENOSPC" : undefined);
    await expect(memory.log.append([["n:refused", later]])).rejects.toMatchObject({ code: "ENOSPC" });
    memory.disk.before = () => undefined;
    await memory.use(["n:after", later]);
    const next = await Memory.open(memory.disk.afterKill());
    expect([...next.entries.keys()]).toEqual(["n:kept", "n:after"]);
  });
});

describe("the fence", () => {
  it("is not set at the first start", async () => {
    expect((await Memory.open(new FaultyDisk())).log.fenceMs).toBe(0);
  });

  it.each(powerCuts)("is set to the moment of the start after a power cut that left %s", async (keeps) => {
    const memory = await Memory.open(new FaultyDisk());
    await memory.use(["n:one", later]);
    const cut = memory.disk.afterPowerCut(keeps);
    expect((await Memory.open(cut, { bootId: "boot 2", nowMs: startMs + 5_000 })).log.fenceMs).toBe(startMs + 5_000);
  });

  it("is not set after an orderly stop, also when the machine was started anew", async () => {
    const memory = await Memory.open(new FaultyDisk());
    await memory.use(["n:one", later]);
    await memory.log.close();
    for (const keeps of powerCuts) {
      const next = await Memory.open(memory.disk.afterPowerCut(keeps), { bootId: "boot 2" });
      expect(next.log.fenceMs).toBe(0);
      expect(next.entries).toEqual(memory.entries);
    }
  });

  it("is set after every stop that was not orderly where the system does not name its starts", async () => {
    const memory = await Memory.open(new FaultyDisk(), { bootId: "" });
    await memory.use(["n:one", later]);
    const next = await Memory.open(memory.disk.afterKill(), { bootId: "", nowMs: startMs + 1 });
    expect(next.log.fenceMs).toBe(startMs + 1);
    await next.log.close();
    expect((await Memory.open(next.disk, { bootId: "", nowMs: startMs + 2 })).log.fenceMs).toBe(startMs + 1);
  });

  it("stays where it was through a kill and an orderly stop, and moves on at the next power cut", async () => {
    const cut = (await Memory.open(new FaultyDisk())).disk.afterPowerCut();
    const fenced = await Memory.open(cut, { bootId: "boot 2", nowMs: startMs + 1_000 });
    const killed = await Memory.open(fenced.disk.afterKill(), { bootId: "boot 2", nowMs: startMs + 2_000 });
    expect(killed.log.fenceMs).toBe(startMs + 1_000);
    await killed.log.close();
    const stopped = await Memory.open(killed.disk, { bootId: "boot 3", nowMs: startMs + 3_000 });
    expect(stopped.log.fenceMs).toBe(startMs + 1_000);
    const again = await Memory.open(stopped.disk.afterPowerCut(), { bootId: "boot 4", nowMs: startMs + 4_000 });
    expect(again.log.fenceMs).toBe(startMs + 4_000);
  });

  it("is set when the power went while the log was being written anew at the start after a power cut", async () => {
    const memory = await Memory.open(new FaultyDisk());
    await memory.use(["n:one", later]);
    const restarted = memory.disk.afterPowerCut("names");
    await Memory.open(restarted, { bootId: "boot 2", nowMs: startMs + 1_000 });
    for (let count = 0; count <= restarted.operations.length; count++) {
      for (const keeps of powerCuts) {
        const cut = restarted.at(count).afterPowerCut(keeps);
        expect((await Memory.open(cut, { bootId: "boot 3", nowMs: startMs + 2_000 })).log.fenceMs).toBe(
          startMs + 2_000,
        );
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
    expect((await Memory.open(memory.disk, { nowMs: startMs + 1_000 })).log.fenceMs).toBe(startMs + 1_000);
  });

  it.each([
    ["empty", Buffer.alloc(0)],
    ["without its head", encodeRecords([["n:one", later]])],
    ["of something else", Buffer.from("not a log\n")],
  ])("stands in for a log that is %s", async (_name, content) => {
    const disk = new FaultyDisk();
    disk.put(path, content);
    expect((await Memory.open(disk, { nowMs: startMs + 1_000 })).log.fenceMs).toBe(startMs + 1_000);
  });
});
