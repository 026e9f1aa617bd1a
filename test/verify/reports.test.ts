import { describe, expect, it } from "vitest";
import { selectChecks, type Check, type Level } from "../../src/verify/check.js";
import { Masking } from "../../src/verify/masking.js";
import { readVerifyOptions } from "../../src/verify/options.js";
import { allHold, latencyOf, notOfferedReason, type Outcome } from "../../src/verify/outcome.js";
import { Reply } from "../../src/verify/reply.js";
import { jsonReport } from "../../src/verify/report-json.js";
import { junitReport } from "../../src/verify/report-junit.js";
import { listReport, tableReport } from "../../src/verify/report-table.js";

function check(name: string, level: Level = "protocol"): Check {
  return { name, level, rule: "R24", proves: `${name} holds.`, fix: "Mend it.", run: () => Promise.resolve() };
}

const ticket = `eyJzdWIiOiJ1c2VyIn0.${"a1".repeat(32)}`;
const request = {
  method: "GET",
  target: `/v1/credential?ticket=${ticket}&service=verify-1`,
  headers: {},
  body: new Uint8Array(),
};
const answer = Buffer.from(JSON.stringify({ token: { accessToken: "shown <once> & never", note: "plain" } }));
const reply = new Reply(request, 200, ["content-type", "application/json"], answer, 12);

const outcomes: readonly Outcome[] = [
  {
    check: check("ticket.once"),
    status: "failed",
    reason: "Expected <401>, got 200.",
    request,
    reply,
    latenciesMs: [12],
  },
  { check: check("ticket.shapes"), status: "passed", latenciesMs: [1, 3] },
  { check: check("proxy.hosts", "security"), status: "failed", reason: "no\u0000pe", latenciesMs: [] },
  { check: check("proxy.slow"), status: "skipped", reason: "it is slow", latenciesMs: [] },
  { check: check("totp.code"), status: "skipped", reason: notOfferedReason("no totp"), latenciesMs: [] },
  { check: check("proxy.echo", "strict"), status: "passed", latenciesMs: [2] },
];

describe("the table", () => {
  const text = tableReport(outcomes, "strict", new Masking("verify-"), false);

  it("counts each group and says how long its answers took", () => {
    expect(text).toMatch(/ticket +1 ok +1 FAILED +1\.0 \/ 3\.0 \/ 12 ms/);
    expect(text).toMatch(/proxy +1 ok +1 FAILED +1 skipped/);
  });

  it("shows of a failure what was sent, what came, and what to do, without a secret", () => {
    expect(text).toContain("FAILED  ticket.once  (protocol, llm.txt R24)");
    expect(text).toContain("Expected <401>, got 200.");
    expect(text).toContain("GET /v1/credential?ticket=[masked]&service=verify-1");
    expect(text).toContain('200 · application/json · {"token":"[masked]"}');
    expect(text).toContain("fix      Mend it.");
    expect(text).not.toContain("once> &");
  });

  it("answers the question of each level in words, and what was skipped does not count", () => {
    expect(text.trimEnd().split("\n").slice(-3)).toEqual([
      "Works with Token Vault: no, 1 of 2 do not hold (1 not offered, 1 not seen): ticket.once.",
      "Safe: no, 1 of 1 do not hold: proxy.hosts.",
      "Keeps all that llm.txt promises: yes. 1 of 1 hold.",
    ]);
    expect(allHold(outcomes)).toBe(false);
    expect(allHold(outcomes.filter(({ status }) => status !== "failed"))).toBe(true);
    const protocol = tableReport(outcomes.slice(1, 2), "protocol", new Masking("verify-"), false);
    expect(protocol.trimEnd().split("\n").at(-1)).toBe("Works with Token Vault: yes. 1 of 1 hold.");
  });

  it("answers no question of which nothing was seen", () => {
    expect(tableReport(outcomes.slice(3, 4), "protocol", new Masking("verify-"), false)).toContain(
      "Works with Token Vault: not seen (1 not seen).",
    );
  });

  it("has colours only for those who see them", () => {
    expect(text).not.toContain("\x1b[");
    expect(tableReport(outcomes, "strict", new Masking("verify-"), true)).toContain("\x1b[31m");
  });
});

describe("the report for programs", () => {
  it("says of each check what the table says", () => {
    const verified = { url: "http://127.0.0.1/", level: "strict", version: "2.0.0" } as const;
    const report = JSON.parse(jsonReport(verified, outcomes, new Masking("verify-"))) as {
      version: string;
      level: string;
      conformant: boolean;
      verdicts: Record<string, unknown>[];
      checks: Record<string, unknown>[];
      latencyMs: Record<string, unknown>;
    };
    expect([report.version, report.level, report.conformant]).toEqual(["2.0.0", "strict", false]);
    expect(report.verdicts).toMatchObject([
      { level: "protocol", holds: false, seen: 2, failed: 1, notOffered: 1 },
      { level: "security", holds: false, seen: 1, failed: 1 },
      { level: "strict", holds: true, seen: 1, failed: 0 },
    ]);
    expect(report.checks[0]).toMatchObject({
      name: "ticket.once",
      group: "ticket",
      level: "protocol",
      status: "failed",
      fix: "Mend it.",
      latencyMs: { min: 12, median: 12, max: 12, colour: "green" },
    });
    expect(report.checks[3]).toMatchObject({ status: "skipped", reason: "it is slow" });
    expect(report.checks[4]).toMatchObject({ status: "skipped", notOffered: true });
    expect(report.latencyMs["totp"]).toBeNull();
  });

  it("as JUnit's XML is well-formed and has the level of each check", () => {
    const xml = junitReport(outcomes, new Masking("verify-"));
    expect(xml).toContain('<testsuite name="ticket" tests="2" failures="1" errors="0" skipped="0">');
    expect(xml).toContain('<testsuite name="proxy" tests="3" failures="1" errors="0" skipped="1">');
    expect(xml).toContain('<failure message="Expected &lt;401&gt;, got 200." type="R24">');
    expect(xml).not.toContain("\u0000");
    expect(xml).not.toMatch(/&(?!(?:amp|lt|gt|quot|apos);)/);
    expect(xml.split("<testcase ")).toHaveLength(7);
    const level = (name: string): unknown =>
      new RegExp(`name="${name}"[^>]*>\\s*<properties>(.*?)</properties>`).exec(xml)?.[1];
    expect(level("proxy.hosts")).toBe('<property name="level" value="security"/>');
    expect(level("proxy.slow")).toBe('<property name="level" value="protocol"/>');
    expect(level("proxy.echo")).toBe('<property name="level" value="strict"/>');
  });
});

describe("latency", () => {
  it.each([
    [[1, 2, 199], { min: 1, median: 2, max: 199, colour: "green" }],
    [[900, 200, 200], { min: 200, median: 200, max: 900, colour: "yellow" }],
    [[500], { min: 500, median: 500, max: 500, colour: "red" }],
    [[], undefined],
  ])("of %j", (times, latency) => {
    expect(latencyOf(times)).toEqual(latency);
  });
});

describe("--only and --list", () => {
  const checks = [check("a.one"), check("a.two", "security"), check("b.one", "strict")];
  const selected = (level: Level, names?: string): string[] =>
    selectChecks(checks, level, names).map(({ name }) => name);

  it("take groups and names", () => {
    expect(selected("strict")).toEqual(["a.one", "a.two", "b.one"]);
    expect(selected("strict", "b, a.two")).toEqual(["a.two", "b.one"]);
    expect(() => selected("strict", "a,c")).toThrow("no check or group named c");
    expect(() => selected("strict", "")).toThrow();
  });

  it("take the checks of the level and below, and one above it when it is named itself", () => {
    expect(selected("protocol")).toEqual(["a.one"]);
    expect(selected("security")).toEqual(["a.one", "a.two"]);
    expect(selected("security", "a,b")).toEqual(["a.one", "a.two"]);
    expect(selected("protocol", "a,b.one")).toEqual(["a.one", "b.one"]);
  });

  it("name every check with its level and rule", () => {
    expect(listReport(checks).trim().split("\n")).toEqual([
      "a.one  protocol  R24  a.one holds.",
      "a.two  security  R24  a.two holds.",
      "",
      "b.one  strict    R24  b.one holds.",
    ]);
  });
});

describe("the options", () => {
  const read = (...args: string[]): unknown => readVerifyOptions(args, () => "from stdin\n");

  it("have defaults", () => {
    expect(read("http://127.0.0.1:8080")).toMatchObject({
      level: "security",
      rebind: false,
      readOnly: false,
      slow: false,
      json: false,
      upstreamPort: 0,
    });
    expect(read("--list")).toBe("list");
    expect(read("x", "--help")).toBe("help");
  });

  it("read a secret from standard input", () => {
    expect(read("http://h.example", "--secret", "-")).toMatchObject({ secret: "from stdin" });
    expect(read("http://h.example", "--admin-secret=-")).toMatchObject({ adminSecret: "from stdin" });
  });

  it.each([
    [[], "takes one address"],
    [["http://a.example", "http://b.example"], "takes one address"],
    [["ftp://a.example"], "must be an http or https URL"],
    [["http://a:b@a.example"], "must be an http or https URL"],
    [["http://a.example", "--frobnicate"], "does not know one of these options"],
    [["http://a.example", "--level", "high"], "--level must be protocol, security or strict."],
    [["http://a.example", "--secret"], "does not know one of these options"],
    [["http://a.example", "--upstream-port", "65536"], "must be a port number"],
    [["http://a.example", "--upstream-port", "1e3"], "must be a port number"],
    [["http://a.example", "--secret", "a", "--code", "b"], "Pass one of"],
    [["http://a.example", "--read-only"], "--read-only needs --secret"],
  ])("%j are refused with a sentence", (args, sentence) => {
    expect(() => read(...args)).toThrow(sentence);
  });

  it("are not repeated in an error, since they may be secrets", () => {
    for (const args of [
      ["hunter2"],
      ["http://a.example", "--hunter2"],
      ["http://a.example", "--code", "hunter2", "--secret", "hunter2"],
    ]) {
      try {
        read(...args);
        expect.unreachable();
      } catch (error) {
        expect(String(error)).not.toContain("hunter2");
      }
    }
  });
});
