import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { textOf } from "../../src/cli/standard-input.js";
import { StartError } from "../../src/platform/errors.js";
import { startTestServer } from "../support/test-server.js";
import { bundle, environmentOf, oneSentence } from "./run-program.js";

const bigEndian = (given: string): Buffer => Buffer.from(given, "utf16le").swap16();

describe("standard input", () => {
  it.each([
    ["UTF-8 with a mark", Buffer.from("\ufeffgeheim")],
    ["UTF-16, little-endian", Buffer.from("\ufeffgeheim", "utf16le")],
    ["UTF-16, big-endian", bigEndian("\ufeffgeheim")],
    ["UTF-8", Buffer.from("geheim")],
  ])("in %s was kept byte by byte", (_what, bytes) => {
    expect(textOf(bytes)).toBe("geheim");
  });

  it("that is no text is refused", () => {
    expect(() => textOf(Buffer.from([0x74, 0xff, 0x74]))).toThrow(StartError);
    expect(() => textOf(Buffer.from("no mark", "utf16le"))).toThrow(StartError);
  });

  it("without an end was read for ever", async () => {
    const server = await startTestServer();
    await server.stop();
    const child = spawn(process.execPath, [bundle, "add", "x"], { env: environmentOf(server.folder, {}) });
    child.stdin.on("error", () => undefined);
    const write = (): void => {
      while (child.stdin.write("y\n".repeat(32_768)));
    };
    child.stdin.on("drain", write);
    write();
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit") as Promise<[number]>]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(oneSentence) as string });
    expect(stderr).toContain("more than 1 MiB");
  });
});
