import { describe, expect, test } from "vitest";
import { bindPage } from "../../src/pages/bind-page.js";
import { errorPage } from "../../src/pages/error-page.js";
import type { HomeContent, OwnerContent } from "../../src/pages/home-content.js";
import { homePage } from "../../src/pages/home-page.js";
import { styleText } from "../../src/pages/layout.js";
import { style } from "../../src/pages/style.js";
import { everyPage } from "./every-page.js";
import { github, homeContent, lastDays, ownerContent } from "./home-content.js";
import { attribute, fieldsOf, ParsedPage } from "./parsed-page.js";

const hostile = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `' onmouseover='alert(1)`,
  `" autofocus onfocus="alert(1)`,
  `</td></tr></table></main></body><h1>Owned</h1>`,
  `</style><style>*{display:none}</style>`,
  `</title><base href="https://evil.example/">`,
  `<form action="https://evil.example/"><input name="secret">`,
  `javascript:alert(1)`,
  `&lt;b&gt; &amp; &#39;`,
  "${alert(1)} {{7*7}} <%= 1 %>",
  `<!-- --><![CDATA[<b>]]>`,
  "x".repeat(512),
];

describe.each(everyPage)("the page %s", (_name, html) => {
  test("runs, styles, loads and sends nothing but its own", () => expectHarmless(html));
});

describe.each(hostile)("%s", (text) => {
  test("is shown as it is, wherever it comes from", () => {
    const html = homePage(ownedBy(text)).html;
    expectHarmless(html);
    const page = new ParsedPage(html);
    expect(page.problems).toEqual([]);
    const clean = new ParsedPage(homePage(ownedBy("plain")).html);
    expect(page.elements.map(({ tagName }) => tagName)).toEqual(clean.elements.map(({ tagName }) => tagName));
    const shown = text.replace(/\s+/g, " ");
    const count = (whole: string, part: string): number => whole.split(part).length - 1;
    expect(count(page.text, shown)).toBe(count(clean.text, "plain"));
    expect(count(clean.text, "plain")).toBeGreaterThan(15);
  });

  test("comes back from a form as it was", () => {
    const page = new ParsedPage(homePage(ownedBy(text)).html);
    const removals = page
      .all("form")
      .map(fieldsOf)
      .filter(({ action }) => action === "remove-host");
    expect(removals).toEqual(Array.from({ length: 3 }, () => ({ action: "remove-host", service: text, host: text })));
  });

  test("is said of nothing that was done", () => {
    for (const owner of [undefined, ownerContent()]) {
      const page = homePage(homeContent({ flash: text, ...(owner ? { owner } : {}) }));
      expect(page.html).toEqual(homePage(homeContent(owner ? { owner } : {})).html);
    }
  });

  test("does no harm on the other pages", () => {
    const addresses = { webhookUrl: text, frontend: "https://a.example" };
    expectHarmless(bindPage({ ...addresses, isBound: true }).html);
    expectHarmless(homePage(homeContent({ isBound: false, ...addresses })).html);
    const { html } = errorPage({ code: "invalid_request", message: text });
    expectHarmless(html);
    expect(new ParsedPage(html).text).toContain(text.replace(/\s+/g, " "));
  });
});

test.each(["__proto__", "constructor", "toString"])("the name %s is a name like any other", (name) => {
  const page = new ParsedPage(homePage(ownedBy(name)).html);
  expect(page.text).not.toMatch(/function|native code|\[object/);
  expect(page.text).toContain(name);
});

/** Every text that somebody else chose is this one. */
function ownedBy(text: string): HomeContent {
  const owner: OwnerContent = {
    isAuditLogDamaged: false,
    webhookId: text,
    boundAt: text,
    boundTo: text,
    lockedAt: text,
    services: [
      {
        ...github,
        service: text,
        tokenType: text,
        createdAt: text,
        updatedAt: text,
        lastUsedAt: text,
        hosts: { pinned: text, listed: [text], allowed: [text] },
      },
    ],
    lines: [
      {
        time: text,
        op: text,
        outcome: text,
        client: text,
        service: text,
        sub: text,
        aid: text,
        pid: text,
        action: text,
        upstreamHost: text,
        refresh: text,
        upstreamStatus: text,
      },
    ],
    filter: { service: text, op: text, outcome: text },
    days: lastDays(() => ({ uses: 1, refusals: 1 })),
  };
  return homeContent({ owner, webhookUrl: text, protocolVersion: text });
}

function expectHarmless(html: string): void {
  const page = new ParsedPage(html);
  expect(page.all("script", "iframe", "object", "embed", "base", "link", "img", "video", "audio")).toEqual([]);
  expect(page.all("style")).toHaveLength(1);
  expect(styleText(String(html)).trim()).toBe(style.trim());
  for (const element of page.elements) {
    for (const { name, value } of element.attrs) {
      expect(name).not.toMatch(/^on|^style$|^src|^formaction$|^xlink:/);
      if (name === "href") expect(value).toMatch(/^(?:\/[a-z0-9./#]*|https:\/\/tokenvault\.uk)$/);
      if (name === "action") expect(["/", "/bind", "/#audit"]).toContain(value);
    }
    const target = attribute(element, "target");
    expect(target).toBeUndefined();
  }
  expect(style).not.toMatch(/url\((?!#)|@import|expression/);
}
