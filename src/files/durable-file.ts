import { dirname } from "node:path";
import { writeAll, type Disk } from "./disk.js";

/**
 * Replaces a file as a whole: after a crash at any moment the path holds the old bytes or the new ones, and after it
 * has returned, the new ones. On any error the old file is untouched. Returns the new length in bytes.
 */
export async function replaceFile(disk: Disk, path: string, chunks: Iterable<string | Uint8Array>): Promise<number> {
  const temporary = `${path}.tmp`;
  // Left behind by a crash; one process holds the folder, so nobody else is writing it.
  await disk.remove(temporary);
  const file = await disk.create(temporary);
  let position = 0;
  try {
    try {
      for (const chunk of chunks)
        position = await writeAll(file, typeof chunk === "string" ? Buffer.from(chunk) : chunk, position);
      await file.sync();
    } finally {
      await file.close();
    }
    await disk.rename(temporary, path);
  } catch (error) {
    await disk.remove(temporary).catch(() => undefined);
    throw error;
  }
  await disk.syncFolder(dirname(path));
  return position;
}
