import { cp } from "node:fs/promises";
import { basename, join } from "node:path";
import { startTestServer, temporaryFolder, type TestServer } from "../support/test-server.js";

/**
 * Another server on what the first one, which goes on running, has written so far: all that is left of it after a
 * `kill -9`. The lock stays behind, since its process is alive.
 */
export async function startAfterUncleanStop(
  first: TestServer,
  settings: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  const folder = join(await temporaryFolder(), "copy");
  await cp(first.folder, folder, { recursive: true, filter: (path) => !/^lock\b/.test(basename(path)) });
  const second = await startTestServer({ settings, folder, clock: first.clock });
  second.tokenVault.secret = first.tokenVault.secret;
  return second;
}
