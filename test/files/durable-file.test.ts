import { describe, expect, it } from "vitest";
import { writeAll } from "../../src/files/disk.js";
import { replaceFile } from "../../src/files/durable-file.js";
import { type Fault, FaultyDisk, powerCuts } from "../support/faulty-disk.js";

const path = "/data/file.json";
const temporary = `${path}.tmp`;
const chunks = ["new ", "content, ", "in pieces ü"];
const content = chunks.join("");
const bytes = (text: string): string => Buffer.from(text).toString("latin1");

function diskWithOldFile(): FaultyDisk {
  const disk = new FaultyDisk();
  disk.put(path, "old");
  return disk;
}

describe("replacing a file", () => {
  it("returns the length in bytes, leaves no temporary file, and survives a power cut", async () => {
    const disk = diskWithOldFile();
    expect(await replaceFile(disk, path, chunks)).toBe(Buffer.byteLength(content));
    expect(disk.contents()).toEqual({ [path]: bytes(content) });
    for (const keeps of powerCuts) expect(disk.afterPowerCut(keeps).contents()).toEqual({ [path]: bytes(content) });
  });

  it("makes a file that was not there", async () => {
    const disk = new FaultyDisk();
    await replaceFile(disk, path, chunks);
    expect(disk.afterPowerCut().contents()).toEqual({ [path]: bytes(content) });
  });

  it("holds the old bytes or the new ones after a crash at any moment, whatever the power cut leaves", async () => {
    const disk = diskWithOldFile();
    await replaceFile(disk, path, chunks);
    expect(disk.operations.length).toBeGreaterThan(6);
    for (let count = 0; count <= disk.operations.length; count++) {
      const states = [disk.at(count), ...powerCuts.map((keeps) => disk.at(count).afterPowerCut(keeps))];
      for (const state of states) expect(["old", bytes(content)]).toContain(state.contents()[path]);
    }
  });

  it("goes on where a short write stopped", async () => {
    const disk = diskWithOldFile();
    disk.before = () => "short write";
    await replaceFile(disk, path, chunks);
    expect(disk.contents()).toEqual({ [path]: bytes(content) });
  });

  it.each<Fault>(["ENOSPC", "EIO"])(
    "leaves the old file whole when any one operation before the rename fails with %s",
    async (fault) => {
      const { operations } = await rehearsed();
      const renamedAt = operations.findIndex(({ kind }) => kind === "rename");
      for (let failing = 0; failing <= renamedAt; failing++) {
        const disk = diskWithOldFile();
        disk.before = ({ index }) => (index === failing ? fault : undefined);
        await expect(replaceFile(disk, path, chunks), operations[failing]?.kind).rejects.toMatchObject({ code: fault });
        expect(disk.contents()).toEqual({ [path]: "old" });
      }
    },
  );

  it("does not claim success when the folder could not be synced", async () => {
    const disk = diskWithOldFile();
    disk.before = ({ kind }) => (kind === "syncFolder" ? "EIO" : undefined);
    await expect(replaceFile(disk, path, chunks)).rejects.toMatchObject({ code: "EIO" });
  });

  it("closes the temporary file when writing it fails", async () => {
    const disk = diskWithOldFile();
    disk.before = ({ kind }) => (kind === "write" ? "ENOSPC" : undefined);
    await expect(replaceFile(disk, path, chunks)).rejects.toThrow();
    expect(disk.operations.filter(({ kind }) => kind === "close")).toHaveLength(1);
  });

  it("writes over the temporary file that a crash left", async () => {
    const disk = diskWithOldFile();
    disk.put(temporary, "left behind, and longer than what comes now");
    await replaceFile(disk, path, chunks);
    expect(disk.contents()).toEqual({ [path]: bytes(content) });
  });
});

describe("writing all", () => {
  it("fails rather than tries for ever when the disk takes no more bytes", async () => {
    const file = await new FaultyDisk().create(path);
    await expect(writeAll({ ...file, write: async () => 0 }, Buffer.from("text"), 0)).rejects.toThrow();
  });

  it("returns the position behind the last byte", async () => {
    const disk = new FaultyDisk();
    const file = await disk.create(path);
    expect(await writeAll(file, Buffer.from("ab"), 0)).toBe(2);
    expect(await writeAll(file, Buffer.from("cd"), 2)).toBe(4);
    expect(disk.contents()).toEqual({ [path]: "abcd" });
  });
});

async function rehearsed(): Promise<FaultyDisk> {
  const disk = diskWithOldFile();
  await replaceFile(disk, path, chunks);
  return disk;
}
