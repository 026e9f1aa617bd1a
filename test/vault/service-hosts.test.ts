import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WebhookError } from "../../src/platform/errors.js";
import { JsonStore } from "../../src/store/json/json-store.js";
import { listedHosts, resetHosts, ServiceHosts } from "../../src/vault/service-hosts.js";
import { FaultyDisk, powerCuts } from "../support/faulty-disk.js";

const first = "api.example.org";
const other = "other.example.org";

function open(disk: FaultyDisk): Promise<JsonStore> {
  return JsonStore.open({ disk, folder: "/data", warn: () => undefined });
}

async function hostsOf(rule: "pin" | "listed" | "any" = "pin"): Promise<{ store: JsonStore; hosts: ServiceHosts }> {
  const store = await open(new FaultyDisk());
  return { store, hosts: new ServiceHosts(store, rule) };
}

/** As the proxy does: a look before the ticket is spent, and the pin before anything is sent. */
async function call(hosts: ServiceHosts, host: string, service = "github"): Promise<string> {
  try {
    await hosts.check(service, host);
    await hosts.use(service, host);
    return "sent";
  } catch (error) {
    return error instanceof WebhookError ? error.code : String(error);
  }
}

/** As a browser's store does. */
async function storeAnew(store: JsonStore, allowedHosts?: unknown, service = "github"): Promise<void> {
  const listed = listedHosts(allowedHosts);
  await store.transact((transaction) => resetHosts(transaction, service, listed));
}

describe("pin", () => {
  it("pins the first host that is used, and no other is allowed beside it", async () => {
    const { hosts } = await hostsOf();
    expect(await call(hosts, first)).toBe("sent");
    expect(await call(hosts, other)).toBe("forbidden");
    expect(await call(hosts, first)).toBe("sent");
    expect(await hosts.get("github")).toEqual({ pinned: first });
  });

  it("is not made by a look alone", async () => {
    const { hosts } = await hostsOf();
    await hosts.check("github", first);
    expect(await hosts.get("github")).toEqual({});
    expect(await call(hosts, other)).toBe("sent");
  });

  it("is each service's own, whatever its name", async () => {
    const { hosts } = await hostsOf();
    for (const service of ["github", "gitlab", "__proto__", "constructor", "*.github"]) {
      const own = `${service.replace(/[^a-z]/g, "")}.example.org`;
      expect(await call(hosts, own, service), service).toBe("sent");
      expect(await call(hosts, other, service), service).toBe("forbidden");
    }
  });

  it("goes to one of many first hosts that are used at once, and the others are refused", async () => {
    const { hosts } = await hostsOf();
    const names = Array.from({ length: 10 }, (_, index) => `h${String(index)}.example.org`);
    const outcomes = await Promise.all(names.map((name) => call(hosts, name)));
    expect(outcomes.toSorted()).toEqual([...names.slice(1).map(() => "forbidden"), "sent"]);
    expect(await hosts.get("github")).toEqual({ pinned: names[outcomes.indexOf("sent")] });
  });

  it.each(["kill", ...powerCuts])("is still there after a crash (%s)", async (crash) => {
    const disk = new FaultyDisk();
    const hosts = new ServiceHosts(await open(disk), "pin");
    expect(await call(hosts, first)).toBe("sent");
    const left = crash === "kill" ? disk.afterKill() : disk.afterPowerCut(crash as (typeof powerCuts)[number]);
    const after = new ServiceHosts(await open(left), "pin");
    expect(await call(after, other)).toBe("forbidden");
    expect(await call(after, first)).toBe("sent");
  });

  it("that the disk does not take lets nothing be sent, and binds nobody", async () => {
    const disk = new FaultyDisk();
    const hosts = new ServiceHosts(await open(disk), "pin");
    disk.before = ({ kind }) => (kind === "write" ? "ENOSPC" : undefined);
    expect(await call(hosts, first)).toBe("internal_error");
    expect(await hosts.get("github")).toEqual({});
    disk.before = () => undefined;
    expect(await call(hosts, other)).toBe("sent");
  });

  it("is blind to letter case and to a dot at the end", async () => {
    const { hosts } = await hostsOf();
    expect(await call(hosts, "API.Example.org.")).toBe("sent");
    for (const same of ["api.example.org", "API.EXAMPLE.ORG", "api.example.org."])
      expect(await call(hosts, same), same).toBe("sent");
    for (const not of ["api.example.org..", "xapi.example.org", "api.example.orgx", "a.api.example.org", ""])
      expect(await call(hosts, not), not).toBe("forbidden");
  });

  it("an owner's host that was used first left the pin open to whichever other host came next", async () => {
    const { hosts } = await hostsOf();
    await hosts.allow("github", first);
    expect(await call(hosts, first)).toBe("sent");
    expect(await call(hosts, other)).toBe("forbidden");
  });
});

describe("what the owner allows", () => {
  it("may be used beside the pin, which stays", async () => {
    const { hosts } = await hostsOf();
    await call(hosts, first);
    expect(await hosts.allow("github", ` ${other.toUpperCase()}. `)).toEqual({ pinned: first, allowed: [other] });
    for (const host of [first, other]) expect(await call(hosts, host)).toBe("sent");
    expect(await call(hosts, "third.example.org")).toBe("forbidden");
    expect(await hosts.get("github")).toEqual({ pinned: first, allowed: [other] });
  });

  it("is for one service", async () => {
    const { hosts } = await hostsOf();
    await call(hosts, first, "gitlab");
    await hosts.allow("github", other);
    expect(await call(hosts, other, "gitlab")).toBe("forbidden");
  });

  it("is kept once, however often it is allowed, and a hundred hosts at most", async () => {
    const { hosts } = await hostsOf();
    for (let index = 0; index < 100; index++) await hosts.allow("github", `h${String(index)}.example.org`);
    expect((await hosts.allow("github", "H5.example.org.")).allowed).toHaveLength(100);
    await expect(hosts.allow("github", other)).rejects.toMatchObject({ code: "invalid_request" });
    expect((await hosts.get("github")).allowed).toHaveLength(100);
  });
});

describe("listed", () => {
  it("allows only what came with the credential and what the owner added", async () => {
    const { store, hosts } = await hostsOf("listed");
    expect(await call(hosts, first)).toBe("forbidden");
    await storeAnew(store, [first]);
    await hosts.allow("github", other);
    for (const host of [first, other]) expect(await call(hosts, host)).toBe("sent");
    expect(await call(hosts, "third.example.org")).toBe("forbidden");
    expect(await hosts.get("github")).toEqual({ listed: [first], allowed: [other] });
  });

  it("a host that was pinned before the rule was changed to listed was still allowed", async () => {
    const { store, hosts } = await hostsOf("pin");
    expect(await call(hosts, first)).toBe("sent");
    expect(await call(new ServiceHosts(store, "listed"), first)).toBe("forbidden");
  });
});

it("any allows every host and pins none", async () => {
  const { store, hosts } = await hostsOf("any");
  await storeAnew(store, [first]);
  for (const host of [first, other]) expect(await call(hosts, host)).toBe("sent");
  expect(await hosts.get("github")).toEqual({ listed: [first] });
});

describe("a list that comes with the credential", () => {
  it("takes the place of the pin: nothing else is allowed and nothing is pinned", async () => {
    const { store, hosts } = await hostsOf();
    await storeAnew(store, [first]);
    expect(await call(hosts, other)).toBe("forbidden");
    expect(await call(hosts, first)).toBe("sent");
    expect(await hosts.get("github")).toEqual({ listed: [first] });
  });

  it("allows nothing when it is empty", async () => {
    const { store, hosts } = await hostsOf();
    await storeAnew(store, []);
    expect(await call(hosts, first)).toBe("forbidden");
  });

  it.each([
    ["*.example.org", "a.example.org", "sent"],
    ["*.example.org", "a.b.EXAMPLE.org.", "sent"],
    ["*.Example.org.", "a.example.org", "sent"],
    ["*.example.org", "example.org", "forbidden"],
    ["*.example.org", ".example.org", "forbidden"],
    ["*.example.org", "badexample.org", "forbidden"],
    ["*.example.org", "a.example.org.evil.example", "forbidden"],
    ["*.example.org", "a-example.org", "forbidden"],
    ["example.org", "a.example.org", "forbidden"],
    ["example.org", "EXAMPLE.ORG.", "sent"],
    ["127.0.0.1", "127.0.0.1", "sent"],
    ["127.0.0.1", "127.0.0.2", "forbidden"],
    ["[2001:DB8::7]", "[2001:db8::7]", "sent"],
  ])("with %s: %s is %s", async (entry, host, outcome) => {
    const { store, hosts } = await hostsOf();
    await storeAnew(store, [entry]);
    expect(await call(hosts, host)).toBe(outcome);
  });

  it("with a wildcard allows what ends in a dot and its name, and nothing else", async () => {
    const { store, hosts } = await hostsOf();
    await storeAnew(store, ["*.example.org"]);
    const part = fc.stringMatching(/^[a-z.-]{0,8}$/);
    const host = fc
      .tuple(part, fc.constantFrom("example.org", ".example.org", "xample.org"), part)
      .map((all) => all.join(""));
    await fc.assert(
      fc.asyncProperty(host, async (name) => {
        const isSubdomain = /^.+\.example\.org$/.test(name.replace(/\.$/, ""));
        expect(await call(hosts, name)).toBe(isSubdomain ? "sent" : "forbidden");
      }),
    );
  });

  const bad: readonly (readonly [string, unknown])[] = [
    ["a text", first],
    ["an object", { 0: first, length: 1 }],
    ["a number", 5],
    ["an entry that is no text", [first, 5]],
    ["an empty entry", [""]],
    ["a star alone", ["*"]],
    ["a star and a dot", ["*."]],
    ["a star in the middle", ["api.*.org"]],
    ["a star without a dot", ["*example.org"]],
    ["two stars", ["*.*.org"]],
    ["a star before an address", ["*.0.0.1"]],
    ["a URL", ["https://api.example.org"]],
    ["a path", ["api.example.org/x"]],
    ["a port", ["api.example.org:443"]],
    ["a user", ["user@api.example.org"]],
    ["two dots", ["api..org"]],
    ["a dot in front", [".example.org"]],
    ["a line break", ["api.example.org\nevil.example"]],
    ["too many", Array.from({ length: 101 }, (_, index) => `h${String(index)}.org`)],
  ];
  it.each(bad)("is refused when it is or holds %s", (_what, value) => {
    expect(() => listedHosts(value)).toThrow(expect.objectContaining({ code: "invalid_request" }));
  });

  it.each([undefined, null])("is none when it is %s", (value) => {
    expect(listedHosts(value)).toBeUndefined();
  });
});

describe("storing again", () => {
  it("takes the pin away and keeps what the owner allowed", async () => {
    const { store, hosts } = await hostsOf();
    await call(hosts, first);
    await hosts.allow("github", "owner.example.org");
    await storeAnew(store);
    expect(await hosts.get("github")).toEqual({ allowed: ["owner.example.org"] });
    expect(await call(hosts, other)).toBe("sent");
    expect(await call(hosts, first)).toBe("forbidden");
  });

  it("puts the list that came with it in the place of the older list", async () => {
    const { store, hosts } = await hostsOf();
    await storeAnew(store, [first]);
    await storeAnew(store, [other]);
    expect(await hosts.get("github")).toEqual({ listed: [other] });
    await storeAnew(store);
    expect(await hosts.get("github")).toEqual({});
  });

  it("leaves the other services' pins alone", async () => {
    const { store, hosts } = await hostsOf();
    await call(hosts, first, "gitlab");
    await call(hosts, first);
    await storeAnew(store);
    expect(await hosts.get("gitlab")).toEqual({ pinned: first });
    expect(await store.count("service_hosts")).toBe(1);
  });
});
