import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { end, startProgram } from "../../crash/child-server.js";
import { freePort } from "../../verify/run-kit.js";
import { ownersSettings, startBoundServer, startTestServer, temporaryFolder } from "../../support/test-server.js";
import { oneSentence, run } from "../run-program.js";

describe("verify", () => {
  it("prints a table and ends with 0 where all of the level holds", async () => {
    const server = await startTestServer();
    const folder = await temporaryFolder();
    const { code, stdout, stderr } = await run(folder, ["verify", server.url, "--only", "health,signature"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Verified http:\/\/127\.0\.0\.1:\d+\/ against Token Vault webhook protocol 2\./);
    expect(stdout).toMatch(/\n {2}health +\d+ ok .* ms\n/);
    expect(stdout).toMatch(/\n {2}cleanup +1 ok/);
    expect(stdout).toContain("Works with Token Vault: yes.");
    expect(stdout).toContain("bind it to Token Vault again");
    expect(await readdir(folder)).toEqual([]);
  });

  it("ends with 1 where it does not, and says what failed and what to do", async () => {
    const webhook = createServer((request, response) => {
      const body = JSON.stringify({ status: "healthy", capabilities: [] });
      response.writeHead(200, { "content-type": "application/json" }).end(request.method === "HEAD" ? undefined : body);
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void webhook.close());
    await once(webhook, "listening");
    const url = `http://127.0.0.1:${String((webhook.address() as AddressInfo).port)}`;
    const secret = Buffer.alloc(32, 7).toString("base64");
    const folder = await temporaryFolder();
    const args = ["verify", url, "--secret", secret, "--only", "health,contract", "--junit", join(folder, "junit.xml")];
    const { code, stdout, stderr } = await run(folder, args);
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toContain("FAILED  health.unsigned  (security, llm.txt R19)");
    expect(stdout).toMatch(/\n {2}fix +Check the signature of POST/);
    expect(stdout).toContain("Safe: no, ");
    expect(await readFile(join(folder, "junit.xml"), "utf8")).toMatch(
      /<failure message="Expected 401 auth_failed, got 200/,
    );
    const json = await run(folder, [...args.slice(0, -2), "--json"]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ conformant: false });
  });

  it("--list names every check", async () => {
    const { code, stdout } = await run(await temporaryFolder(), ["verify", "--list"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ticket\.once +security +R24 {2}\S/m);
    expect(stdout).toMatch(/^proxy\.hosts +security +R51 {2}\S/m);
  });

  it("--help names every option", async () => {
    const { code, stdout } = await run(await temporaryFolder(), ["verify", "--help"]);
    expect(code).toBe(0);
    for (const option of [
      "--secret",
      "--code",
      "--admin-secret",
      "--read-only",
      "--only",
      "--list",
      "--json",
      "--junit",
    ])
      expect(stdout).toContain(option);
  });
});

describe("verify ends with 2 and a sentence", () => {
  const refused = async (args: readonly string[], sentence: string | RegExp): Promise<void> => {
    const { code, stdout, stderr } = await run(await temporaryFolder(), ["verify", ...args]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(oneSentence);
    expect(stderr).toMatch(sentence);
  };

  it("where nothing listens", async () => {
    await refused([`http://127.0.0.1:${String(await freePort())}`], /Nothing listens there/);
  });

  it("where no address is given", () => refused([], /takes one address/));

  it("where it is bound and no secret is given", async () => {
    const server = await startBoundServer();
    await refused([server.url], /Pass --secret, --code or --admin-secret/);
  });

  it("where it is not bound and a secret is given", async () => {
    const server = await startTestServer();
    await refused([server.url, "--secret", Buffer.alloc(32).toString("base64")], /not bound yet/);
  });

  it("where the secret, the code or the admin secret is wrong, which are not repeated", async () => {
    const server = await startBoundServer({ settings: ownersSettings });
    const wrong = Buffer.alloc(32, 9).toString("base64");
    await refused([server.url, "--secret", wrong], /^(?!.*CQkJ).*not the one that it shares/);
    await refused([server.url, "--secret", "hunter2"], /^(?!.*hunter2).*32 bytes in standard base64/);
    await refused([server.url, "--admin-secret", "hunter2"], /^(?!.*hunter2).*refuses the admin secret/);
    await refused([server.url, "--code", crypto.randomUUID()], /does not take the code/);
  });

  it("where what answers is no webhook", async () => {
    const other = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<h1>Welcome</h1>");
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await once(other, "listening");
    await refused([`http://127.0.0.1:${String((other.address() as AddressInfo).port)}`], /register-url answered 200/);
  });
});

describe("verify that is interrupted", () => {
  it("removes what it wrote and ends with 2", async () => {
    const server = await startBoundServer();
    const secret = Buffer.from(server.tokenVault.secret).toString("base64");
    const child = startProgram(await temporaryFolder(), ["verify", server.url, "--secret", secret], {});
    onTestFinished(() => end(child, "SIGKILL"));
    const exited = once(child, "exit") as Promise<[number | null]>;
    const keys = async (): Promise<string[]> => {
      const list = { operation: "list_batch", collections: ["tokens", "proxy_configs", "audit", "vault_config"] };
      const { results } = (await (await server.tokenVault.storage(list)).json()) as {
        results: Record<string, { items: { key: string }[] }>;
      };
      return Object.values(results).flatMap(({ items }) => items.map(({ key }) => key));
    };
    while ((await keys()).length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGINT");
    expect((await exited)[0]).toBe(2);
    expect(await keys()).toEqual([]);
  });
});
