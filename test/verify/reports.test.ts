import { describe, expect, it } from "vitest";
import { selectChecks, type Check, type Level } from "../../src/verify/check.js";
import { Masking } from "../../src/verify/masking.js";
import { readVerifyOptions } from "../../src/verify/options.js";
import { latencyOf, requiredHold, type Outcome } from "../../src/verify/outcome.js";
import { Reply } from "../../src/verify/reply.js";
import { jsonReport } from "../../src/verify/report-json.js";
import { junitReport } from "../../src/verify/report-junit.js";
import { listReport, tableReport } from "../../src/verify/report-table.js";

function check(name: string, level: Level = "required"): Check {
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
  { check: check("proxy.hosts", "recommended"), status: "failed", reason: "no\u0000pe", latenciesMs: [] },
  { check: check("proxy.slow"), status: "skipped", reason: "it is slow", latenciesMs: [] },
];

describe("the table", () => {
  const text = tableReport(outcomes, new Masking("verify-"), false);

  it("counts each group and says how long its answers took", () => {
    expect(text).toMatch(/ticket +1 ok +1 FAILED +1\.0 \/ 3\.0 \/ 12 ms/);
    expect(text).toMatch(/proxy +0 ok +1 FAILED +1 skipped/);
  });

  it("shows of a failure what was sent, what came, and what to do, without a secret", () => {
    expect(text).toContain("FAILED  ticket.once  (required, llm.txt R24)");
    expect(text).toContain("Expected <401>, got 200.");
    expect(text).toContain("GET /v1/credential?ticket=[masked]&service=verify-1");
    expect(text).toContain('200 · application/json · {"token":"[masked]"}');
    expect(text).toContain("fix      Mend it.");
    expect(text).not.toContain("once> &");
  });

  it("counts the levels apart, and what was skipped not at all", () => {
    expect(text).toContain("Not conformant: required 1 of 2, recommended 0 of 1, informational 0 of 0.");
    expect(requiredHold(outcomes)).toBe(false);
    expect(requiredHold(outcomes.slice(1))).toBe(true);
    expect(tableReport(outcomes.slice(1), new Masking("verify-"), false)).toContain("All that is required");
  });

  it("has colours only for those who see them", () => {
    expect(text).not.toContain("\x1b[");
    expect(tableReport(outcomes, new Masking("verify-"), true)).toContain("\x1b[31m");
  });
});

describe("the report for programs", () => {
  it("says of each check what the table says", () => {
    const report = JSON.parse(jsonReport("http://127.0.0.1/", outcomes, new Masking("verify-"))) as {
      conformant: boolean;
      checks: Record<string, unknown>[];
      latencyMs: Record<string, unknown>;
    };
    expect(report.conformant).toBe(false);
    expect(report.checks[0]).toMatchObject({
      name: "ticket.once",
      group: "ticket",
      level: "required",
      status: "failed",
      fix: "Mend it.",
      latencyMs: { min: 12, median: 12, max: 12, colour: "green" },
    });
    expect(report.checks[3]).toMatchObject({ status: "skipped", reason: "it is slow" });
    expect(report.latencyMs["proxy"]).toBeNull();
  });

  it("as JUnit's XML is well-formed and counts a recommendation as no failure", () => {
    const xml = junitReport(outcomes, new Masking("verify-"));
    expect(xml).toContain('<testsuite name="ticket" tests="2" failures="1" errors="0" skipped="0">');
    expect(xml).toContain('<testsuite name="proxy" tests="2" failures="0" errors="0" skipped="2">');
    expect(xml).toContain('<failure message="Expected &lt;401&gt;, got 200." type="R24">');
    expect(xml).not.toContain("\u0000");
    expect(xml).not.toMatch(/&(?!(?:amp|lt|gt|quot|apos);)/);
    expect(xml.split("<testcase ")).toHaveLength(5);
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
  const checks = [check("a.one"), check("a.two"), check("b.one", "informational")];

  it("take groups and names", () => {
    expect(selectChecks(checks, undefined)).toEqual(checks);
    expect(selectChecks(checks, "b, a.two").map(({ name }) => name)).toEqual(["a.two", "b.one"]);
    expect(() => selectChecks(checks, "a,c")).toThrow("no check or group named c");
    expect(() => selectChecks(checks, "")).toThrow();
  });

  it("name every check with its level and rule", () => {
    expect(listReport(checks).trim().split("\n")).toEqual([
      "a.one  required       R24  a.one holds.",
      "a.two  required       R24  a.two holds.",
      "",
      "b.one  informational  R24  b.one holds.",
    ]);
  });
});

describe("the options", () => {
  const read = (...args: string[]): unknown => readVerifyOptions(args, () => "from stdin\n");

  it("have defaults", () => {
    expect(read("http://127.0.0.1:8080")).toMatchObject({ readOnly: false, slow: false, json: false, upstreamPort: 0 });
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
