import { describe, expect, it } from "vitest";
import { WebhookError } from "../../../src/platform/errors.js";
import { JsonStore } from "../../../src/store/json/json-store.js";
import { type Fault, FaultyDisk, type Operation } from "../../support/faulty-disk.js";
import { listedKeys } from "../../support/listed.js";

type FaultAt = (operation: Operation) => Fault | undefined;
const faults: readonly Fault[] = ["ENOSPC", "EIO", "short write"];
const healthy: FaultAt = () => undefined;

/** One process on a disk that fails: what it asked for, what it was told, and after which operations of the disk. */
class Attempt {
  readonly disk: FaultyDisk;
  store: JsonStore | undefined;
  readonly #asked = new Map<string, number>();
  readonly #kept = new Map<string, number>();
  readonly #refused = new Map<string, number>();

  constructor(fails: FaultAt, disk = new FaultyDisk()) {
    this.disk = disk;
    this.disk.before = fails;
  }

  /** A start may fail with the disk; it is then tried again, as a service manager does. */
  async start(): Promise<void> {
    for (let attempt = 0; attempt < 3 && !this.store; attempt++) this.store = await tryOpen(this.disk);
  }

  async put(key: string): Promise<void> {
    this.#asked.set(key, this.disk.operations.length);
    try {
      if (!this.store) throw new WebhookError("internal_error", "not started");
      await this.store.transact(async (transaction) => {
        await transaction.put("tokens", key, { key });
      });
      this.#kept.set(key, this.disk.operations.length);
    } catch (error) {
      expect(error).toMatchObject({ code: "internal_error" });
      this.#refused.set(key, this.disk.operations.length);
    }
  }

  get kept(): string[] {
    return [...this.#kept.keys()].sort();
  }

  /** Where the disk stopped after `count` operations: what must be there is, and what may not be is not. */
  problemAt(count: number, found: readonly string[]): string | undefined {
    const by = (moments: ReadonlyMap<string, number>, key: string): boolean => (moments.get(key) ?? Infinity) <= count;
    const lost = this.kept.filter((key) => by(this.#kept, key) && !found.includes(key));
    const invented = found.filter((key) => !by(this.#asked, key) || by(this.#refused, key));
    return lost.length + invented.length === 0 ? undefined : `lost ${lost.join()}; invented ${invented.join()}`;
  }
}

/** A start, writes that are each folded, and an orderly stop. */
async function run(
  fails: FaultAt,
  afterEach: (attempt: Attempt) => Promise<void> = async () => undefined,
): Promise<Attempt> {
  const attempt = new Attempt(fails);
  await attempt.start();
  for (const key of ["a", "b", "c"]) {
    await attempt.put(key);
    await afterEach(attempt);
  }
  return attempt;
}

const operationsOfARun = (await run(healthy)).disk.operations;
const everyFault = faults.flatMap((fault) => operationsOfARun.map(({ kind, path }, at) => ({ fault, at, kind, path })));

describe("when one operation of the disk fails", () => {
  it("writers are told the truth: memory is what was acknowledged, and what a start after a kill gives", async () => {
    const problems: string[] = [];
    for (const { fault, at, kind, path } of everyFault) {
      await run(failAt(at, fault), async ({ disk, kept, store }) => {
        const found = { memory: store ? await keysOf(store) : [], restarted: await keysOn(disk.afterKill()) };
        if (JSON.stringify(found) !== JSON.stringify({ memory: kept, restarted: kept })) {
          problems.push(`${fault} of ${kind} ${path}: kept ${kept.join()}, ${JSON.stringify(found)}`);
        }
      });
    }
    expect(problems.slice(0, 5)).toEqual([]);
  });

  it("a power cut right after loses nothing that was acknowledged and keeps nothing that was refused", async () => {
    const problems: string[] = [];
    for (const { fault, at, kind, path } of everyFault) {
      await run(failAt(at, fault), async ({ disk, kept }) => {
        const found = await keysOn(disk.afterPowerCut());
        if (found.join() !== kept.join())
          problems.push(`${fault} of ${kind} ${path}: ${found.join()}, not ${kept.join()}`);
      });
    }
    expect(problems.slice(0, 5)).toEqual([]);
  });

  it("the store works again once the disk does, and an orderly stop keeps all of it", async () => {
    const problems: string[] = [];
    for (const { fault, at, kind, path } of everyFault) {
      const attempt = await run(failAt(at, fault));
      attempt.disk.before = healthy;
      await attempt.put("after");
      const found = [await keysOn(attempt.disk.afterKill())];
      await attempt.store?.close();
      found.push(await keysOn(attempt.disk));
      if (!attempt.kept.includes("after") || found.some((keys) => keys.join() !== attempt.kept.join())) {
        problems.push(`${fault} of ${kind} ${path}: kept ${attempt.kept.join()}, found ${JSON.stringify(found)}`);
      }
    }
    expect(problems.slice(0, 5)).toEqual([]);
  });

  it("at most one writer is refused, for one fault", async () => {
    for (const { fault, at } of everyFault)
      expect((await run(failAt(at, fault))).kept.length).toBeGreaterThanOrEqual(2);
  });

  it("a crash between any two operations after it leaves a folder that opens, with everything acknowledged", async () => {
    const problems: string[] = [];
    for (const { fault, at, kind, path } of everyFault) {
      const attempt = await run(failAt(at, fault));
      await attempt.store?.close();
      for (let count = at + 1; count <= attempt.disk.operations.length; count++) {
        for (const crashed of [
          attempt.disk.at(count),
          attempt.disk.at(count).afterPowerCut("names and half the bytes"),
        ]) {
          const found = await keysOn(crashed);
          const problem = attempt.problemAt(count, found);
          if (problem)
            problems.push(`${fault} of ${kind} ${path}, stopped after ${String(count)}: ${problem} (${found.join()})`);
        }
      }
    }
    expect(problems.slice(0, 5)).toEqual([]);
  });
});

describe("when two operations of the disk fail", () => {
  it("the folder opens afterwards, and holds everything acknowledged and nothing that was not asked for", async () => {
    const problems: string[] = [];
    for (let first = 0; first < operationsOfARun.length; first++) {
      for (let second = first + 1; second <= operationsOfARun.length; second++) {
        const attempt = await run(({ index }) => (index === first || index === second ? "EIO" : undefined));
        const crashed = attempt.disk.afterKill();
        attempt.disk.before = healthy;
        const stopped = attempt.store?.close();
        const found = await keysOn(crashed);
        if (attempt.kept.some((key) => !found.includes(key)) || found.some((key) => !"abc".includes(key))) {
          problems.push(`${String(first)} and ${String(second)}: kept ${attempt.kept.join()}, found ${found.join()}`);
        }
        await stopped;
      }
    }
    expect(problems.slice(0, 5)).toEqual([]);
  });

  it("one before a crash and one at the start after it, what is then acknowledged is there at the next start", async () => {
    const problems: string[] = [];
    for (const { at } of everyFault.filter(({ fault }) => fault === "EIO")) {
      const attempt = await run(failAt(at, "EIO"));
      for (let count = at + 1; count <= attempt.disk.operations.length; count++) {
        for (let second = 0; second < 24; second++) {
          const crashed = attempt.disk.at(count).afterPowerCut("names and half the bytes");
          const restarted = new Attempt(failAt(second, "EIO"), crashed);
          await restarted.start();
          await restarted.put("next");
          const found = await keysOn(restarted.disk.afterKill());
          if (restarted.kept.includes("next") && !found.includes("next")) {
            problems.push(
              `fault ${String(at)}, stopped after ${String(count)}, fault ${String(second)}: ${found.join()}`,
            );
          }
        }
      }
    }
    expect(problems.slice(0, 5)).toEqual([]);
  }, 300_000);
});

describe("when the disk stays broken", () => {
  const full: FaultAt = ({ kind }) => (kind === "write" || kind === "create" ? "ENOSPC" : undefined);
  const dead: FaultAt = () => "EIO";

  it.each([
    ["full", full],
    ["dead", dead],
  ])("(%s) each writer is refused, readers go on, and all is well once it is mended", async (_name, fails) => {
    for (let at = operationsOfARun.findIndex(({ kind }) => kind === "close"); at < operationsOfARun.length; at++) {
      const attempt = await run((operation) => (operation.index < at ? undefined : fails(operation)));
      attempt.disk.before = fails;
      await attempt.put("refused");
      expect(attempt.kept).not.toContain("refused");
      const { store } = attempt;
      if (!store) continue;
      expect(await keysOf(store)).toEqual(attempt.kept);
      attempt.disk.before = healthy;
      await attempt.put("after");
      expect(attempt.kept).toContain("after");
      expect(await keysOf(store)).toEqual(attempt.kept);
      expect(await keysOn(attempt.disk.afterPowerCut())).toEqual(attempt.kept);
      await store.close();
      expect(await keysOn(attempt.disk)).toEqual(attempt.kept);
    }
  });

  it("a store on a full disk can be read and closed, and its journals are kept", async () => {
    const attempt = await run(healthy);
    attempt.disk.before = full;
    await attempt.store?.close();
    attempt.disk.before = healthy;
    expect(await keysOn(attempt.disk)).toEqual(["a", "b", "c"]);
  });

  it("of writers that share a line that fails, each is refused", async () => {
    const attempt = new Attempt(healthy);
    await attempt.start();
    attempt.disk.before = ({ kind }) => (kind === "sync" ? "EIO" : undefined);
    await Promise.all(["a", "b", "c"].map((key) => attempt.put(key)));
    expect(attempt.kept).toEqual([]);
  });
});

function failAt(at: number, fault: Fault): FaultAt {
  return ({ index }) => (index === at ? fault : undefined);
}

function open(disk: FaultyDisk): Promise<JsonStore> {
  return JsonStore.open({ disk, folder: "/data", warn: () => undefined, foldBytes: 1 });
}

async function tryOpen(disk: FaultyDisk): Promise<JsonStore | undefined> {
  return open(disk).catch(() => undefined);
}

function keysOf(store: JsonStore): Promise<string[]> {
  return listedKeys(store, "tokens");
}

/** What a start finds; a refused start counts as a key that nobody stored. */
async function keysOn(disk: FaultyDisk): Promise<string[]> {
  try {
    return await keysOf(await open(disk.afterKill()));
  } catch (error) {
    return [String(error)];
  }
}
