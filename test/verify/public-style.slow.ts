import { beforeAll, describe, expect, it } from "vitest";
import type { Alter, Answer, Members } from "./public-style/answer.js";
import { startPublicStyleWebhook } from "./public-style/webhook.js";
import { freePort, kitReport, namesOf, runKit, type KitReport } from "./run-kit.js";

async function verified(alter?: Alter, ...more: readonly string[]) {
  const port = await freePort();
  const { url, close } = await startPublicStyleWebhook(alter);
  try {
    return await kitReport([url, "--rebind", "--level", "strict", "--upstream-port", String(port), ...more]);
  } finally {
    await close();
  }
}

let whole: KitReport & { readonly code: number };
beforeAll(async () => {
  whole = await verified();
});

describe("a webhook in the style of Token Vault's public example", () => {
  it("works with Token Vault, in the version that it speaks", () => {
    const failed = whole.checks.filter(({ level, status }) => level === "protocol" && status === "failed");
    expect(failed).toEqual([]);
    expect(whole.version).toBe("2.0.0");
    expect(whole.verdicts[0]).toMatchObject({ level: "protocol", holds: true });
    expect(whole.verdicts[0]?.words).toMatch(/^Works with Token Vault: yes\. (\d+) of \1 hold/);
  });

  it("is not safe, for reasons that are named", () => {
    expect(whole.verdicts[1]?.words).toMatch(/^Safe: no, \d+ of \d+ do not hold/);
    const unsafe = whole.checks.filter(({ level, status }) => level === "security" && status === "failed");
    expect(unsafe.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "binding.closed",
        "binding.page-closed",
        "signature.headers",
        "replay.signature-set",
        "replay.forged-first",
        "ticket.claims",
        "ticket.lifetime",
        "storage.moved-value",
        "credential.no-store",
        "secrecy.nested",
        "secrecy.refresh-token",
        "proxy.private",
        "proxy.own-origin",
        "proxy.hosts",
        "refresh-notify.hint",
        "caller.token-vault",
        "limits.declared",
      ]),
    );
    expect(unsafe.filter(({ reason = "" }) => !/^\S.*[.…]$/s.test(reason))).toEqual([]);
    expect(whole.code).toBe(1);
  });

  it("is asked for nothing that it does not say that it has", () => {
    const notOffered = whole.checks.filter(({ notOffered: isNot }) => isNot).map(({ name }) => name);
    expect(notOffered).toEqual(
      expect.arrayContaining([
        "health.head",
        "health.version",
        "storage.batch",
        "paging.pages",
        "totp.code",
        "refresh.get",
      ]),
    );
  });

  it("is forgiven its own words, its members, its order and its form at rest by all but the strict level", () => {
    const strict = whole.checks.filter(({ level, status }) => level === "strict" && status === "failed");
    expect(strict.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "health.capability-order",
        "binding.exchange-form",
        "errors.unknown-path",
        "errors.wrong-method",
        "contract.unknown-members",
        "contract.error-bodies",
        "secrecy.at-rest-form",
        "cors.vary",
      ]),
    );
  });

  it("is not bound anew unless it is told to", async () => {
    const { url, close } = await startPublicStyleWebhook();
    const { code, stderr } = await runKit([url]);
    await close();
    expect(code).toBe(2);
    expect(stderr).toMatch(/not safe: .*--rebind/);
  });

  it("ends with 0 at the level of the protocol", async () => {
    const { url, close } = await startPublicStyleWebhook();
    const { code, stdout } = await runKit([url, "--rebind", "--level", "protocol", "--only", "health,binding,storage"]);
    await close();
    expect(stdout).toContain("it says that it speaks 2.0.0");
    expect(stdout.trimEnd().split("\n").at(-2)).toMatch(/^Works with Token Vault: yes\. /);
    expect(stdout).not.toContain("Safe:");
    expect(code).toBe(0);
  });
});

/** Alters the JSON of one operation's successes. */
function changed(path: string, change: (body: Members, asked: Members) => Members, method = "POST"): Alter {
  return (answer, asked) =>
    asked.path === path && asked.method === method && answer.status === 200
      ? { ...answer, body: change(answer.body as Members, asked.body) }
      : answer;
}

function without(name: string): (body: Members) => Members {
  return (body) => Object.fromEntries(Object.entries(body).filter(([one]) => one !== name));
}

const storage = (operation: string, change: (body: Members) => Members): Alter =>
  changed("/v1/storage", (body, asked) => (asked["operation"] === operation ? change(body) : body));
const each = (change: (item: Members) => Members) => (body: Members) => ({
  ...body,
  items: (body["items"] as Members[]).map(change),
});
const headless =
  (name: string): Alter =>
  (answer) => ({ ...answer, headers: without(name)(answer.headers) as Answer["headers"] });
const errors =
  (change: (body: Members) => Members): Alter =>
  (answer) =>
    answer.status === 401 ? { ...answer, body: change(answer.body as Members) } : answer;

/** Each with the check that notices, which holds without it. */
const faults: readonly (readonly [what: string, check: string, alter: Alter])[] = [
  ["health has no status", "health.get", changed("/v1/health", without("status"), "GET")],
  ["health has no capabilities", "health.capabilities", changed("/v1/health", without("capabilities"), "GET")],
  [
    "signed health has other capabilities",
    "health.capabilities",
    changed("/v1/health", (body) => ({ ...body, capabilities: ["storage"] })),
  ],
  ["health has no uptime", "contract.answers", changed("/v1/health", without("uptime"), "GET")],
  ["health shows the secret", "contract.shared-secret", secretInHealth()],
  ["the exchange has no webhookId", "binding.exchange", changed("/v1/exchange", without("webhookId"))],
  ["the exchange has no capabilities", "binding.exchange", changed("/v1/exchange", without("capabilities"))],
  [
    "a registration has no webhookUrl",
    "binding.registration",
    changed("/v1/register-url", without("webhookUrl"), "GET"),
  ],
  [
    "get of nothing has no data",
    "storage.absent",
    storage("get", (body) => (body["data"] === null ? without("data")(body) : body)),
  ],
  ["set has no status", "storage.round-trip", storage("set", without("status"))],
  ["delete says another status", "storage.absent", storage("delete", (body) => ({ ...body, status: "gone" }))],
  ["a list has no requestId", "storage.request-id", storage("list", without("requestId"))],
  [
    "an item has no serviceName",
    "storage.listing",
    storage(
      "list",
      each((item) => ({ ...item, meta: without("serviceName")(item["meta"] as Members) })),
    ),
  ],
  ["audit items have no data", "storage.listing", storage("list", each(without("data")))],
  [
    "audit is the oldest first",
    "paging.newest-first",
    storage("list", (body) => ({ ...body, items: (body["items"] as Members[]).toReversed() })),
  ],
  ["a store answers no service", "store.answer", changed("/v1/store", without("service"))],
  [
    "a store answers no tokenType",
    "store.answer",
    changed("/v1/store", (body) => ({ ...body, meta: without("tokenType")(body["meta"] as Members) })),
  ],
  [
    "a store shows no expiry",
    "store.expiry",
    changed("/v1/store", (body) => ({ ...body, meta: without("expiryTime")(body["meta"] as Members) })),
  ],
  [
    "a credential has no scope",
    "credential.fields",
    changed("/v1/credential", (body) => ({ token: without("scope")(body["token"] as Members) }), "GET"),
  ],
  ["a posted ticket gets no token", "credential.fields", changed("/v1/credential", () => ({}))],
  [
    "a missing credential is an empty one",
    "credential.absent",
    (answer) => (answer.status === 404 ? { ...answer, status: 200, body: { token: {} } } : answer),
  ],
  [
    "a notification has another status",
    "refresh-notify.statuses",
    changed("/v1/refresh-notify", (body) => ({
      ...body,
      status: body["status"] === "no_token" ? "acknowledged" : body["status"],
    })),
  ],
  ["errors have no message", "contract.errors", errors(without("message"))],
  ["errors have no code", "contract.errors", errors(without("error"))],
  ["a code has another's status", "contract.errors", errors((body) => ({ ...body, error: "code_used" }))],
  ["errors name a code of their own", "contract.error-codes", errors((body) => ({ ...body, error: "unauthorised" }))],
  [
    "errors hold a stack",
    "contract.messages",
    errors((body) => ({ ...body, message: "No at run (/srv/app/main.py:17)" })),
  ],
  [
    "pages may not read errors",
    "cors.answers",
    (answer) => (answer.status === 401 ? headless("access-control-allow-origin")(answer, asking) : answer),
  ],
  ["a preflight allows no header", "cors.preflight", headless("access-control-allow-headers")],
  ["the upstream's status is not repeated", "proxy.statuses", headless("x-upstream-status")],
  [
    "a proxied body is read as text",
    "proxy.binary",
    (answer) => (Buffer.isBuffer(answer.body) ? { ...answer, body: Buffer.from(answer.body.toString()) } : answer),
  ],
];

const asking = { method: "", path: "", body: {} };

function secretInHealth(): Alter {
  let secret: unknown;
  return (answer, { path }) => {
    if (path === "/v1/exchange") secret = (answer.body as Members)["hmacSecret"] ?? secret;
    return path === "/v1/health" ? { ...answer, body: { ...(answer.body as Members), secret } } : answer;
  };
}

describe("a fault of one that is not safe anyway", () => {
  it.each(faults)("is not hidden by the others: %s", async (_what, check, alter) => {
    expect(namesOf(whole, "passed")).toContain(check);
    const report = await verified(alter, "--only", check);
    expect(namesOf(report, "failed")).toContain(check);
  });
});
