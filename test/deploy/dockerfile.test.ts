import { execFile } from "node:child_process";
import { describe, expect, it } from "vitest";
import { closedPort } from "../http/loopback-server.js";
import { startTestServer } from "../support/test-server.js";
import { deploymentFile, secretNames, settingNames } from "./deployment-files.js";

interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The instructions, with continued lines joined and comments left out. */
function parseDockerfile(text: string): Instruction[] {
  const lines = text.replace(/^\s*#.*\n/gm, "").replace(/\\\n/g, " ");
  return lines
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name = "", rest = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return { name, text: rest.trim().replace(/\s+/g, " ") };
    });
}

const instructions = parseDockerfile(deploymentFile("Dockerfile"));
const only = (name: string): string => {
  const found = instructions.filter((instruction) => instruction.name === name);
  expect(found, name).toHaveLength(1);
  return found[0]?.text ?? "";
};

describe("the image", () => {
  it("is made by instructions that Docker knows, in the order that it asks for", () => {
    const known = ["FROM", "RUN", "COPY", "ENV", "USER", "WORKDIR", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK"];
    for (const { name } of instructions) expect([...known, "ENTRYPOINT"]).toContain(name);
    expect(instructions[0]?.name).toBe("FROM");
  });

  it("is a slim Node that the bundle runs on, under a fixed major version", () => {
    const [, major] = /^node:(\d+)-\w+-slim$/.exec(only("FROM")) ?? [];
    expect(Number(major)).toBeGreaterThanOrEqual(20);
  });

  it("holds the built files and nothing else of this folder", () => {
    expect(only("COPY")).toBe("--chmod=0555 dist/tokenvault-webhook.mjs dist/tokenvault-webhook-kit.mjs /app/");
    const sent = deploymentFile("Dockerfile.dockerignore")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(sent).toEqual(["*", "!dist/tokenvault-webhook.mjs", "!dist/tokenvault-webhook-kit.mjs"]);
  });

  it("has settings that exist, and no secret in a layer", () => {
    const names = [...only("ENV").matchAll(/([A-Z_]+)=/g)].map(([, name = ""]) => name);
    expect(names).toContain("DATA_DIR");
    for (const name of names) expect([...settingNames, "NODE_ENV"]).toContain(name);
    for (const name of secretNames) expect(deploymentFile("Dockerfile")).not.toContain(name);
  });

  it("runs as a user without privileges, that owns the two volumes", () => {
    expect(only("USER")).toBe("1000:1000");
    expect(JSON.parse(only("VOLUME"))).toEqual(["/state", "/state/data-keys"]);
    expect(only("RUN")).toContain("install -d -m 0700 -o 1000 -g 1000 /state /state/data-keys");
    expect(only("ENV")).toContain("DATA_DIR=/state/data");
    const order = instructions.map(({ name }) => name);
    // A volume keeps what the folder was before it was declared.
    expect(order.indexOf("RUN")).toBeLessThan(order.indexOf("VOLUME"));
  });

  it("is told to stop as the program expects it, without a shell in between", () => {
    expect(only("STOPSIGNAL")).toBe("SIGTERM");
    expect(JSON.parse(only("ENTRYPOINT"))).toEqual(["node", "/app/tokenvault-webhook.mjs"]);
  });
});

describe("its health check", () => {
  const [, text = "[]"] = /CMD (\[.*\])$/.exec(only("HEALTHCHECK")) ?? [];
  const [program, ...args] = JSON.parse(text) as string[];

  function check(port: string): Promise<number> {
    return new Promise((resolve) => {
      const child = execFile(process.execPath, args, { env: { PORT: port } }, () => {
        resolve(child.exitCode ?? -1);
      });
    });
  }

  it("passes against a server that is ready", async () => {
    const server = await startTestServer();
    expect(program).toBe("node");
    expect(await check(new URL(server.url).port)).toBe(0);
  });

  it("fails where none listens", async () => {
    expect(await check((await closedPort()).split(":")[1] ?? "")).toBe(1);
  });
});
