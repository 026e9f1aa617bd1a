import { createInterface } from "node:readline";
import { nodeDisk } from "../../src/files/disk.js";
import { lockFolder, systemProcesses } from "../../src/files/folder-lock.js";

// Takes each folder that is named on a line, prints "held" or the refusal, and keeps it until its input ends.
const processes = await systemProcesses(nodeDisk);
console.log("ready");
for await (const folder of createInterface({ input: process.stdin })) {
  const lock = await lockFolder(nodeDisk, folder, processes).catch((error: unknown) => String(error));
  console.log(typeof lock === "string" ? lock : "held");
}
