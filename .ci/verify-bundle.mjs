// Starts the built bundle on an empty folder and lets `verify` loose on it, the slow check included.
// Arguments: the command that runs the bundle; node when there is none.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const bundle = resolve("dist/tokenvault-webhook.mjs");
const [command = process.execPath, ...args] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "tokenvault-webhook-verify-"));
const [port, upstreamPort] = [await freePort(), await freePort()];
const tokenUrl = `http://127.0.0.1:${upstreamPort}/oauth/token`;
const adminSecret = "the admin secret of this check";
const server = spawn(command, [...args, bundle], {
  cwd: folder,
  env: {
    PATH: process.env.PATH,
    HOME: folder,
    PORT: String(port),
    DATA_DIR: join(folder, "data"),
    TV_ADMIN_SECRET: adminSecret,
    ALLOW_PRIVATE_HOSTS: `127.0.0.1:${upstreamPort},localhost:${upstreamPort}`,
    OAUTH_PROVIDERS_JSON: JSON.stringify({
      verify: { clientId: "verify", clientSecret: "verify-client-secret", tokenUrl },
    }),
    LOG_LEVEL: "error",
  },
  stdio: ["ignore", "inherit", "inherit"],
});
const exited = once(server, "exit");
try {
  const url = `http://127.0.0.1:${port}`;
  await untilReady(`${url}/v1/health`);
  const options = ["--level", "strict", "--admin-secret", "-", "--upstream-port", String(upstreamPort), "--slow"];
  const { status } = spawnSync(process.execPath, [bundle, "verify", url, ...options], {
    input: adminSecret,
    stdio: ["pipe", "inherit", "inherit"],
  });
  process.exitCode = status ?? 1;
} finally {
  server.kill("SIGTERM");
  const [code] = await exited;
  if (code !== 0) process.exitCode = 1;
  console.log(`the server ended with ${code}`);
  rmSync(folder, { recursive: true, force: true });
}

async function untilReady(address) {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (
      await fetch(address).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("the server did not answer within 60 s");
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
