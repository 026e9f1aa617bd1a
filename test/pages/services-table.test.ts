import { describe, expect, test } from "vitest";
import type { ServiceRow } from "../../src/pages/home-content.js";
import { homePage } from "../../src/pages/home-page.js";
import { github, homeContent, hoursAgo, nowMs, ownerContent } from "./home-content.js";
import { descendants, fieldsOf, forms, ParsedPage, textOf, type Element } from "./parsed-page.js";

const bare: ServiceRow = { service: "bare", tokenType: "", needsReconnect: false, hosts: {} };

function section(services: readonly ServiceRow[]): Element {
  return new ParsedPage(homePage(homeContent({ owner: ownerContent({ services }) })).html).section("Services");
}

/** The cells of the one service's row. */
function cells(row: ServiceRow): string[] {
  const inRow = descendants(section([row])).filter(({ tagName }) => tagName === "tbody");
  return inRow.flatMap((body) =>
    descendants(body)
      .filter(({ tagName }) => tagName === "th" || tagName === "td")
      .map(textOf),
  );
}

test("a service has its type, age, expiry and last use in words", () => {
  const [name, stored, expires, lastUse] = cells(github);
  expect(name).toBe("github oauth");
  expect(stored).toBe("2 months ago renewed 5 hours ago");
  expect(expires).toBe("in 3 hours");
  expect(lastUse).toBe("2 hours ago");
});

test("what is not known is said to be so", () => {
  expect(cells(bare).slice(0, 4)).toEqual(["bare Type not stated", "Not known", "Not stated", "Not used yet"]);
  expect(cells({ ...bare, createdAt: "yesterday", lastUsedAt: "5" })[1]).toBe("Not known");
});

test.each([
  [nowMs - 1, "Expired just now"],
  [nowMs - 49 * 3_600_000, "Expired 2 days ago"],
  [1e20, "in more than 1000 years"],
  [-1e20, "Expired more than 1000 years ago"],
  [8.64e15, "in more than 1000 years"],
])("an expiry of %d is said in words", (expiryTime, words) => {
  expect(cells({ ...bare, expiryTime })[2]).toBe(words);
});

test("a service that needs reconnecting says so in words, and no other does", () => {
  expect(cells({ ...github, needsReconnect: true })[0]).toContain("Needs reconnecting");
  expect(cells(github)[0]).not.toContain("reconnect");
});

describe("hosts", () => {
  test("each says how it came, and has a button that takes it back", () => {
    const words = cells(github)[4];
    expect(words).toMatch(/api\.github\.com pinned .*\*\.github\.test listed .*uploads\.github\.com allowed/);
    const sent = forms(section([github])).map(fieldsOf);
    expect(sent).toEqual([
      ...["api.github.com", "*.github.test", "uploads.github.com"].map((host) => ({
        action: "remove-host",
        service: "github",
        host,
      })),
      { action: "allow-host", service: "github", host: "" },
      { action: "remove-service", service: "github" },
    ]);
  });

  test("none yet is another thing than none at all", () => {
    expect(cells(bare)[4]).toMatch(/^None yet/);
    expect(cells({ ...bare, hosts: { listed: [] } })[4]).toMatch(/^Closed/);
    expect(cells({ ...bare, hosts: { listed: [], allowed: ["a.example"] } })[4]).toMatch(/^a\.example allowed/);
  });
});

test("a service is deleted only after its confirmation was opened", () => {
  const details = descendants(section([github])).filter(({ tagName }) => tagName === "details");
  const deletions = details.filter((element) =>
    forms(element).some((form) => fieldsOf(form)["action"] === "remove-service"),
  );
  expect(deletions).toHaveLength(1);
  expect(deletions.map(textOf).join()).toMatch(/^Delete github .*are deleted.* Delete github for good$/);
});

test("an empty vault says what to do", () => {
  expect(textOf(section([]))).toContain("Nothing is stored yet");
  expect(textOf(section([github]))).toContain("1 credential is stored here");
  expect(textOf(section([github, { ...bare, createdAt: hoursAgo(0) }]))).toContain("2 credentials are stored here");
});
