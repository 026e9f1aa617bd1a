// Prints "N passed, M failed" from vitest's JSON report. A test file that does not load counts as one failure.
import { existsSync, readFileSync } from "node:fs";

const path = process.argv[2];
const report = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
const unloaded = (report?.testResults ?? []).filter(
  (file) => file.status === "failed" && file.assertionResults.length === 0,
);
console.log(`${report?.numPassedTests ?? 0} passed, ${(report?.numFailedTests ?? 0) + unloaded.length} failed`);
