import { describe, expect, test } from "vitest";
import { errorStatus, operations } from "../../generated/operations.js";
import type { OwnerContent } from "../../src/pages/home-content.js";
import { homePage } from "../../src/pages/home-page.js";
import { operationWords, outcomeWords } from "../../src/pages/audit-words.js";
import { homeContent, hoursAgo, ownerContent } from "./home-content.js";
import { attribute, descendants, ParsedPage, textOf, type Element } from "./parsed-page.js";

function section(more: Partial<OwnerContent>): Element {
  return new ParsedPage(homePage(homeContent({ owner: ownerContent(more) })).html).section("Record");
}

function rows(lines: OwnerContent["lines"]): string[][] {
  const [body] = descendants(section({ lines })).filter(({ tagName }) => tagName === "tbody");
  if (!body) throw new Error("there is no table");
  return descendants(body)
    .filter(({ tagName }) => tagName === "tr")
    .map((row) =>
      descendants(row)
        .filter(({ tagName }) => tagName === "td")
        .map(textOf),
    );
}

function chosen(root: Element): (string | undefined)[] {
  return descendants(root)
    .filter((element) => element.tagName === "option" && attribute(element, "selected") !== undefined)
    .map((option) => attribute(option, "value"));
}

describe("a line", () => {
  test("says what was asked for, how it ended and by whom, in plain words", () => {
    expect(rows(ownerContent().lines)).toEqual([
      [
        "2026-03-31 10:00:00",
        "Send a request with a credential to api.github.com",
        "github",
        "Done upstream answered 201",
        "agent agent_7 user user_1 proxy proxy_3 from 198.51.100.7",
      ],
      ["2026-03-31 09:00:00", "Fetch a credential", "none", "Refused: ticket too old", "from 203.0.113.9"],
    ]);
  });

  test.each([
    ["refreshed", "Renewed"],
    ["refresh_failed", "Failed: the provider gave no new token"],
    ["provider_timeout", "Failed: provider too slow"],
  ])("of a refresh ahead of time that was %s has its result and no client", (refresh, words) => {
    const line = { time: hoursAgo(1), op: "refreshAhead", service: "github", refresh, upstreamHost: "github.com" };
    expect(rows([line])[0]?.slice(1)).toEqual([
      "Renew a token ahead of time to github.com",
      "github",
      words,
      "This webhook itself",
    ]);
  });

  test.each([
    ["lock", "lock"],
    ["allow-host", "allow a host"],
    ["sing-a-song", "sing-a-song"],
  ])("of a button says which: %s", (action, words) => {
    const line = { time: hoursAgo(1), op: "actOnHome", action, outcome: "ok", client: "127.0.0.1" };
    expect(rows([line])[0]?.[1]).toBe(`Press a button of this page ${words}`);
  });

  test("shows neither the chain's hash nor a request's id", () => {
    expect(textOf(section({ lines: [{ ...ownerContent().lines[0], requestId: "req_1" }] }))).not.toMatch(/0{64}|req_1/);
  });

  test("of a newer version is shown by its own words", () => {
    expect(rows([{ time: "then", op: "sing", outcome: "flat" }])).toEqual([
      ["Not known", "sing", "none", "flat", "This webhook itself"],
    ]);
  });
});

describe("the filter", () => {
  test("is a form that is sent as the page's address, and keeps what was chosen", () => {
    const root = section({ filter: { service: "github", op: "proxyRequest", outcome: "forbidden" } });
    const [form] = descendants(root).filter(({ tagName }) => tagName === "form");
    expect(form && [attribute(form, "method"), attribute(form, "action")]).toEqual(["get", "/#audit"]);
    expect(chosen(root)).toEqual(["proxyRequest", "forbidden"]);
    const service = descendants(root).find((element) => attribute(element, "name") === "service");
    expect(service && attribute(service, "value")).toBe("github");
    expect(textOf(root)).toContain("Show all");
  });

  test("offers every service, every operation of the audit log, and every outcome", () => {
    const options = descendants(section({})).filter(({ tagName }) => tagName === "option");
    const values = options.map((option) => attribute(option, "value"));
    expect(values).toEqual(["github", "", ...Object.keys(operationWords), "", ...Object.keys(outcomeWords)]);
    expect(chosen(section({}))).toEqual([]);
    expect(textOf(section({}))).not.toContain("Show all");
  });

  test("shows as chosen what it does not know", () => {
    expect(chosen(section({ filter: { op: "sing", outcome: "flat" } }))).toEqual(["sing", "flat"]);
  });

  test("that nothing fits says so", () => {
    expect(textOf(section({ lines: [], filter: { op: "backUp" } }))).toContain("No line fits.");
    expect(textOf(section({ lines: [] }))).toContain("Nothing has happened yet.");
  });
});

describe("words", () => {
  test("are there for each operation that is recorded, and for no other", () => {
    const recorded = Object.values(operations)
      .filter(({ security }) => security.length > 0)
      .map(({ id }) => id);
    expect(Object.keys(operationWords).sort()).toEqual([...recorded, "refreshAhead"].sort());
  });

  test("are there for each outcome, each another", () => {
    expect(Object.keys(outcomeWords).sort()).toEqual(["ok", ...Object.keys(errorStatus)].sort());
    for (const words of [operationWords, outcomeWords]) {
      expect(new Set(Object.values(words)).size).toBe(Object.keys(words).length);
    }
  });
});
