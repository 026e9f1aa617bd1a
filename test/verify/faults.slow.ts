import { afterAll, describe, expect, it } from "vitest";
import { faults } from "./webhook/faults.js";
import { startWebhook } from "./webhook/webhook.js";
import { freePort, kitReport, namesOf } from "./run-kit.js";

const adminSecret = "the admin secret of the faulty webhook";
const seen = new Set<string>();

async function verifyWebhook(fault: (typeof faults)[number]["name"] | undefined, only: readonly string[]) {
  const port = await freePort();
  const host = `127.0.0.1:${String(port)}`;
  const tokenUrl = `http://${host}/oauth/token`;
  const webhook = await startWebhook({
    adminSecret,
    allowedHosts: [host, `localhost:${String(port)}`],
    providers: { verify: { clientId: "kit-client", clientSecret: "kit-client-secret", tokenUrl } },
    ...(fault && { fault }),
  });
  try {
    const args = [webhook.url, "--level", "strict", "--admin-secret", adminSecret, "--upstream-port", String(port)];
    return await kitReport(only.length > 0 ? [...args, "--only", only.join(",")] : args);
  } finally {
    await webhook.close();
  }
}

describe("a webhook that shares no code with this server", () => {
  it("holds every check but the slow one", async () => {
    const report = await verifyWebhook(undefined, []);
    expect(report.checks.filter(({ status }) => status === "failed")).toEqual([]);
    expect(namesOf(report, "skipped")).toEqual(["proxy.slow"]);
    expect(report.code).toBe(0);
  });
});

describe("a single fault", () => {
  it.each(faults.filter(({ fails }) => fails.length > 0))("$name: $what", async ({ name, fails }) => {
    const report = await verifyWebhook(name, fails);
    expect(namesOf(report, "failed")).toEqual(expect.arrayContaining([...fails]));
    expect(report.code).toBe(1);
    seen.add(name);
  });

  it("makes its check fail for itself: without it the same checks hold", async () => {
    const named = [...new Set(faults.flatMap(({ fails }) => fails))];
    const report = await verifyWebhook(undefined, named);
    expect(namesOf(report, "passed")).toEqual(expect.arrayContaining(named));
  });

  it("of a webhook that is busy is none: it is waited for as it says", async () => {
    const report = await verifyWebhook("busy", ["health", "signature"]);
    expect(report.checks.length).toBeGreaterThan(15);
    expect(namesOf(report, "failed")).toEqual([]);
  });

  afterAll(() => {
    console.log(`${String(seen.size)} single faults were each found by a check`);
  });
});
