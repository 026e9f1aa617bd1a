import { nodeDisk, type Disk, type DiskFile } from "../../src/files/disk.js";

export interface FailingDisk extends Disk {
  /** Part of the path of the files that take no more bytes. */
  fullFor: string | undefined;
}

/** The real disk, until it is full for some files. */
export function failingDisk(): FailingDisk {
  const wrap = (path: string, file: DiskFile): DiskFile => ({
    ...file,
    write: (bytes, position) =>
      disk.fullFor !== undefined && path.includes(disk.fullFor)
        ? Promise.reject(new Error("ENOSPC: no space left on device"))
        : file.write(bytes, position),
  });
  const disk: FailingDisk = {
    ...nodeDisk,
    fullFor: undefined,
    create: async (path) => wrap(path, await nodeDisk.create(path)),
    reopen: async (path) => wrap(path, await nodeDisk.reopen(path)),
  };
  return disk;
}
