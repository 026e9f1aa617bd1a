import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const redocly = fileURLToPath(new URL("../node_modules/@redocly/cli/bin/cli.js", import.meta.url));
// redocly reads the first before its configuration file, and the second from nowhere else.
const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
const [file = "openapi.yaml"] = process.argv.slice(2);
const result = spawnSync(process.execPath, [redocly, "lint", file], { cwd: root, env, stdio: "inherit" });
process.exitCode = result.status ?? 1;
