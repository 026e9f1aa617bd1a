import { encode } from "uqr";
import { describe, expect, it } from "vitest";
import { startBoundServer, startTestServer, temporaryFolder } from "../../support/test-server.js";
import { hasTerminal, onTerminal, runOnTerminal } from "../run-on-terminal.js";
import { jsonOf, oneSentence, run } from "../run-program.js";

const settings = { WEBHOOK_EXTERNAL_URL: "https://hook.example.org" };
const link = /https:\/\/tokenvault\.uk\/vault\/webhook-bind\?[^\s]+/;

describe("bind", () => {
  it("prints the link of a new registration, which binds", async () => {
    for (const start of [startTestServer, startBoundServer]) {
      const server = await start({ settings });
      const { code, stdout, stderr } = await run(server.folder, ["bind"]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain(
        "Open this link within 300 seconds; it serves once, and binds https://hook.example.org:",
      );
      const { searchParams } = new URL(link.exec(stdout)?.[0] ?? "");
      expect(Buffer.from(searchParams.get("webhook_url") ?? "", "base64").toString()).toBe("https://hook.example.org");
      const exchanged = await server.tokenVault.unsigned("/v1/exchange", { code: searchParams.get("code") });
      expect(exchanged.status).toBe(200);
      expect(stdout).not.toMatch(/[█▀▄]|\p{Cc}(?<!\n)/u);
    }
  });

  it("says it as JSON", async () => {
    const { folder } = await startTestServer({ settings });
    expect(jsonOf(await run(folder, ["bind", "--json"]))).toMatchObject({
      registrationUrl: expect.stringMatching(link) as string,
      expiresIn: 300,
      webhookUrl: "https://hook.example.org",
    });
  });

  it("says that Token Vault cannot reach an address of this machine", async () => {
    const local = await startTestServer();
    expect((await run(local.folder, ["bind"])).stdout).toContain("set WEBHOOK_EXTERNAL_URL");
    const open = await startTestServer({ settings });
    expect((await run(open.folder, ["bind"])).stdout).not.toContain("set WEBHOOK_EXTERNAL_URL");
  });

  it("needs a server that runs, and the admin secret", async () => {
    const server = await startBoundServer({ settings: { TV_ADMIN_SECRET: "correct-horse-battery" } });
    const wrong = await run(server.folder, ["bind"], { TV_ADMIN_SECRET: "canary-wrong-secret" });
    await server.stop();
    const stopped = await run(server.folder, ["bind"]);
    const missing = await run(await temporaryFolder(), ["bind"]);
    for (const { code, stdout, stderr } of [wrong, stopped, missing]) {
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(oneSentence);
      expect(stderr).not.toContain("canary");
    }
  });
});

describe.skipIf(!hasTerminal)(`bind ${onTerminal}`, () => {
  /** Reads what the half blocks show, as the rows of the code: true is dark. */
  function picture(screen: string): boolean[][] {
    const rows = screen
      .split("\r\n")
      .filter((line) => line.startsWith("\u001b[97;40m") && line.endsWith("\u001b[0m"))
      .map((line) => [...line.slice("\u001b[97;40m".length, -"\u001b[0m".length)]);
    return rows.flatMap((row) => [row.map((half) => " ▄".includes(half)), row.map((half) => " ▀".includes(half))]);
  }

  it("shows the link as a QR code", async () => {
    const { folder } = await startTestServer({ settings });
    const { code, screen } = await runOnTerminal(folder, ["bind"]);
    expect(code).toBe(0);
    const expected = encode(link.exec(screen)?.[0] ?? "", { border: 3 }).data;
    expect(expected.length).toBeGreaterThan(30);
    expect(picture(screen).slice(0, expected.length)).toEqual(expected);
  });

  it("leaves it out where it would not fit, and with --json", async () => {
    const { folder } = await startTestServer({ settings });
    const narrow = await runOnTerminal(folder, ["bind"], { columns: 40 });
    expect(narrow.screen).toContain("A wider terminal");
    const json = await runOnTerminal(folder, ["bind", "--json"]);
    for (const { screen } of [narrow, json]) expect(picture(screen)).toEqual([]);
    expect(JSON.parse(json.screen)).toMatchObject({ expiresIn: 300 });
  });
});
