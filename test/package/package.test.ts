import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../support/test-server.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

interface Packed {
  readonly tarball: string;
  readonly paths: readonly string[];
}

/** Packs what was built, without building again under the feet of other tests. */
async function pack(folder: string): Promise<Packed> {
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: root,
  });
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  return { tarball: join(folder, filename), paths: files.map(({ path }) => path) };
}

describe("the package that npm pack makes", () => {
  it("holds the built files and what is to be read, and nothing that they are made of", async () => {
    const { paths } = await pack(await temporaryFolder());
    expect(paths).toEqual(expect.arrayContaining(["dist/tokenvault-webhook.mjs", "LICENSE", "README.md", "llm.txt"]));
    const others = paths.filter(
      (path) => !/^(?:[A-Za-z.]+\.(?:md|json|yaml|txt)|LICENSE|(?:deploy|docs)\/.+)$/.test(path),
    );
    expect(others.sort()).toEqual([
      "dist/tokenvault-webhook-kit.mjs",
      "dist/tokenvault-webhook-kit.mjs.map",
      "dist/tokenvault-webhook.mjs",
      "dist/tokenvault-webhook.mjs.map",
    ]);
    const { dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
      dependencies?: object;
    };
    expect(dependencies).toBeUndefined();
  });

  it("starts by npx in an empty folder, without a network, and stops in order", async () => {
    const folder = await temporaryFolder();
    const { tarball } = await pack(folder);
    const empty = join(folder, "empty");
    await mkdir(empty);
    await run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: empty });
    expect(await readdir(join(empty, "node_modules"))).toEqual([".bin", ".package-lock.json", "tokenvault-webhook"]);

    const { PATH, HOME } = process.env;
    // A group of its own, which gets the signal as a whole, as Ctrl-C on a terminal sends it.
    const child = spawn("npx", ["--offline", "tokenvault-webhook"], {
      cwd: empty,
      detached: true,
      env: { PATH, HOME, PORT: "0" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const end = (signal: NodeJS.Signals): void => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, signal);
    };
    onTestFinished(() => {
      end("SIGKILL");
    });
    const closed = once(child, "close");
    let output = "";
    const url = await new Promise<string>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk: Buffer) => {
          output += chunk.toString();
          const found = /listens on (http:\S+)/.exec(output)?.[1];
          if (found !== undefined) resolve(found);
        });
      }
      void closed.then(() => {
        reject(new Error(`npx did not start the server: ${output}`));
      });
    });
    const health = await fetch(`${url}/v1/health`);
    expect(await health.json()).toMatchObject({ status: "healthy" });

    end("SIGINT");
    await closed;
    const left = await readdir(join(empty, "data"));
    // The one is there while a server runs, the other once it has stopped in order.
    expect(left).not.toContain("lock");
    expect(left).toContain("record.head");
  });
});
