import type { Clock } from "../../src/platform/clock.js";
import { FileReplayCache } from "../../src/replay/replay-cache.js";
import { FaultyDisk } from "../support/faulty-disk.js";

export const logPath = "/data/used.jsonl";
export const startMs = 1_800_000_000_000;
export const later = startMs + 600_000;

export class SetClock implements Clock {
  constructor(public ms = startMs) {}

  nowMs(): number {
    return this.ms;
  }
}

export interface OpenedCache {
  readonly disk: FaultyDisk;
  readonly clock: SetClock;
  readonly cache: FileReplayCache;
}

export async function openCache({
  disk = new FaultyDisk(),
  clock = new SetClock(),
  bootId = "boot 1",
  maxEntries = 1_000,
  syncDelayMs = 60_000,
} = {}): Promise<OpenedCache> {
  const cache = await FileReplayCache.open({ disk, folder: "/data", clock, bootId, maxEntries, syncDelayMs });
  return { disk, clock, cache };
}
