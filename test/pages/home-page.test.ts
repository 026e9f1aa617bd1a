import { describe, expect, test } from "vitest";
import type { HomeContent } from "../../src/pages/home-content.js";
import { homePage } from "../../src/pages/home-page.js";
import { homeContent, hoursAgo, ownerContent } from "./home-content.js";
import { attribute, descendants, fieldsOf, forms, ParsedPage, textOf } from "./parsed-page.js";

const llmLink = '</llm.txt>; rel="alternate"; type="text/markdown"';

function shown(more: Partial<HomeContent> = {}): ParsedPage {
  return new ParsedPage(homePage(homeContent(more)).html);
}

/** Lists what each form of a page does, in order. */
function actions(page: ParsedPage): (string | undefined)[] {
  return forms(page.one("body")).map((form) => fieldsOf(form)["action"] ?? attribute(form, "action"));
}

test("links to the text for programs in each state", () => {
  for (const content of [homeContent(), homeContent({ isBound: false }), homeContent({ owner: ownerContent() })]) {
    expect(homePage(content).link).toBe(llmLink);
  }
});

describe("before binding", () => {
  const page = shown({ isBound: false });

  test("it says what this is, three steps and both addresses, and has one button", () => {
    expect(page.text).toContain("hands them out only as Token Vault allows");
    expect(page.text).toContain("is not bound yet");
    expect(page.all("li")).toHaveLength(3);
    expect(page.all("dd").map(textOf)).toEqual(["https://hook.example.org", "https://vault.example.org"]);
    const [bind] = forms(page.section("Bind it to Token Vault"));
    if (!bind) throw new Error("there is no form");
    expect([attribute(bind, "method"), attribute(bind, "action")]).toEqual(["post", "/bind"]);
    expect(fieldsOf(bind)).toEqual({ tv: "https://vault.example.org" });
    expect(textOf(bind)).toBe("Bind to vault.example.org");
  });

  test("its form may lead to the frontend, and only before binding", () => {
    expect(homePage(homeContent({ isBound: false })).formTargets).toEqual(["https://vault.example.org"]);
    expect(homePage(homeContent()).formTargets).toEqual([]);
    expect(homePage(homeContent({ owner: ownerContent() })).formTargets).toEqual([]);
  });

  test("it warns of an address that Token Vault cannot reach", () => {
    expect(page.text).not.toContain("WEBHOOK_EXTERNAL_URL");
    expect(shown({ isBound: false, webhookUrl: "http://localhost:8080" }).text).toContain("WEBHOOK_EXTERNAL_URL");
  });

  test("it lets the owner sign in from another machine, who then is shown the same button", () => {
    expect(actions(page)).toEqual(["/bind", "sign-in"]);
    const signedIn = shown({ isBound: false, owner: ownerContent({ services: [] }) });
    expect(actions(signedIn)).toEqual(["lock", "/bind", "/#audit", "sign-out"]);
    expect(textOf(signedIn.section("How it stands"))).toContain("Bound Not yet");
  });
});

describe("signed out", () => {
  test("it says that it is bound, and asks for the secret in one field", () => {
    const page = shown();
    expect(page.text).toMatch(/It speaks protocol 2\.2\.0 and is bound\./);
    expect(actions(page)).toEqual(["sign-in"]);
    const form = page.one("form");
    expect([attribute(form, "method"), attribute(form, "action")]).toEqual(["post", "/"]);
    expect(fieldsOf(form)).toEqual({ action: "sign-in", secret: "" });
    const field = page.one("input", { name: "secret" });
    expect(attribute(field, "type")).toBe("password");
    expect(attribute(field, "autocomplete")).toBe("current-password");
  });

  test("it says when it is locked, and only then", () => {
    expect(shown({ isLocked: true }).text).toContain("Its owner has locked it");
    expect(shown().text).not.toContain("locked");
  });
});

describe("signed in", () => {
  test("the kill switch comes first, and says what it does", () => {
    const page = shown({ owner: ownerContent() });
    expect(textOf(page.all("h2")[0] ?? page.one("h2"))).toBe("Kill switch");
    expect(textOf(page.all("button")[0] ?? page.one("button"))).toBe("Lock this webhook");
    expect(actions(page)[0]).toBe("lock");
    expect(textOf(page.section("Kill switch"))).toContain("nothing is stored, given out, sent or renewed");
    expect(actions(page)).not.toContain("unlock");
  });

  test("a locked webhook says so, since when, and has the button that unlocks", () => {
    const page = shown({ isLocked: true, owner: ownerContent({ lockedAt: hoursAgo(3) }) });
    expect(textOf(page.section("This webhook is locked"))).toContain("You locked it 3 hours ago.");
    expect(textOf(page.one("title"))).toMatch(/^Locked/);
    expect(actions(page)[0]).toBe("unlock");
    expect(actions(page)).not.toContain("lock");
  });

  test("it says to whom it is bound and since when, as far as is known", () => {
    const facts = (more: Parameters<typeof ownerContent>[0]): string =>
      textOf(shown({ owner: ownerContent(more) }).section("How it stands"));
    expect(facts({})).toContain("Bound 10 days ago 2026-03-21 12:00:00 UTC To https://vault.example.org");
    expect(facts({})).toContain("wh_00112233445566778899aabbccddeeff");
    const { boundAt: _at, boundTo: _to, ...older } = ownerContent();
    const page = shown({ owner: older });
    expect(textOf(page.section("How it stands"))).toContain("Bound Yes; since when is not known To Not known");
  });

  test("it can be left", () => {
    expect(actions(shown({ owner: ownerContent() })).at(-1)).toBe("sign-out");
  });
});

describe("what was just done", () => {
  const owner = ownerContent();
  const statusOf = (more: Partial<HomeContent>): string[] =>
    shown(more)
      .all("p")
      .filter((element) => attribute(element, "role") === "status")
      .map(textOf);

  test.each([
    ["sign-in", { owner }, "You are signed in."],
    ["sign-out", {}, "You are signed out."],
    ["lock", { owner, isLocked: true }, "Locked. No credential leaves this webhook now."],
    ["unlock", { owner }, "Unlocked. This webhook serves again."],
    ["allow-host", { owner }, "The host is allowed."],
    ["remove-host", { owner }, "The host is removed."],
    ["remove-service", { owner }, "The credential is removed, and its hosts with it."],
  ])("%s is said once, as a status, in focus", (flash, more, sentence) => {
    expect(statusOf({ ...more, flash })).toEqual([sentence]);
    const status = shown({ ...more, flash })
      .all("p")
      .find((element) => attribute(element, "role") === "status");
    expect(status && attribute(status, "autofocus")).toBe("");
  });

  test.each([
    ["lock", { owner, isLocked: false }],
    ["unlock", { owner, isLocked: true }],
    ["sign-in", {}],
    ["sign-out", { owner }],
    ["remove-service", {}],
    ["unheard-of", { owner }],
    ["__proto__", { owner }],
    ["", { owner }],
  ])("%s is not said where it does not fit", (flash, more) => {
    expect(statusOf({ ...more, flash })).toEqual([]);
  });
});

test("nothing of a signed-out page depends on what is stored", () => {
  const page = shown();
  expect(descendants(page.one("body")).some(({ tagName }) => tagName === "table")).toBe(false);
  expect(page.text).not.toMatch(/github|wh_/);
});
