import { request, type RequestOptions } from "node:http";
import { describe, expect, test } from "vitest";
import { WebhookError } from "../../src/platform/errors.js";
import {
  GuardedFetch,
  OutboundUnreachableError,
  type GuardedFetchOptions,
  type OutboundRequest,
  type Target,
} from "../../src/outbound/guarded-fetch.js";

const publicAddress = "93.184.215.14";

describe("an address that may not be called", () => {
  test.each([
    ["loopback", "https://127.0.0.1/"],
    ["loopback with a port", "https://127.0.0.1:8443/"],
    ["loopback in two parts", "https://127.1/"],
    ["loopback in hex parts", "https://0x7f.1/"],
    ["loopback as one hex number", "https://0x7f000001/"],
    ["loopback as one number", "https://2130706433/"],
    ["loopback in octal", "https://0177.0.0.1/"],
    ["loopback as one octal number", "https://017700000001/"],
    ["loopback with a dot at the end", "https://127.0.0.1./"],
    ["loopback in full-width digits", "https://１２７.０.０.１/"],
    ["loopback with ideographic dots", "https://127。0。0。1/"],
    ["loopback in circled digits", "https://①②⑦.⓪.⓪.①/"],
    ["loopback percent-encoded", "https://%31%32%37.0.0.1/"],
    ["nothing but zero", "https://0/"],
    ["IPv6 loopback", "https://[::1]/"],
    ["IPv6 loopback written out", "https://[0:0:0:0:0:0:0:1]/"],
    ["IPv4-mapped loopback", "https://[::ffff:127.0.0.1]/"],
    ["IPv4-mapped loopback in hex", "https://[::ffff:7f00:1]/"],
    ["IPv4-compatible loopback", "https://[::7f00:1]/"],
    ["NAT64 of loopback", "https://[64:ff9b::7f00:1]/"],
    ["unspecified IPv6", "https://[::]/"],
    ["a cloud's metadata", "https://169.254.169.254/latest/meta-data/"],
    ["a cloud's metadata as one number", "https://2852039166/"],
    ["Azure's own service", "https://168.63.129.16/"],
    ["private use", "https://192.168.1.1/"],
    ["unique local IPv6", "https://[fd00:ec2::254]/"],
    ["http, even to the public", `http://${publicAddress}/`],
    ["http to a name", "http://example.org/"],
    ["a user name", `https://user@${publicAddress}/`],
    ["a user name and a password", `https://user:pass@${publicAddress}/`],
    ["a password alone", `https://:pass@${publicAddress}/`],
    ["a host hidden in a user name", "https://example.org@127.0.0.1/"],
    ["a file", "file:///etc/passwd"],
    ["data", "data:text/plain,hello"],
    ["a blob", "blob:https://example.org/1"],
    ["ftp", `ftp://${publicAddress}/`],
    ["a web socket", `wss://${publicAddress}/`],
    ["a script", "javascript:alert(1)"],
    ["gopher", `gopher://${publicAddress}/`],
    ["this webhook itself", "https://hook.example/v1/health"],
    ["this webhook itself in capitals", "https://HOOK.EXAMPLE:443/v1/health"],
    ["this webhook itself with a dot at the end", "https://hook.example./v1/health"],
  ])("is %s: %s", async (_what, url) => {
    const guarded = recorded({ ownOrigin: "https://hook.example" });
    expect(await refusal(guarded.fetch, url)).toBe("forbidden");
    expect(guarded.resolved).toEqual([]);
    expect(guarded.dialled).toEqual([]);
  });

  test.each(["", "not a url", "https://", "//example.org", "https://[::1", "https://256.1.1.1/", "https://a b/"])(
    "and what is no URL, %j, is an invalid request",
    async (url) => {
      const guarded = recorded();
      expect(await refusal(guarded.fetch, url)).toBe("invalid_request");
      expect(guarded.dialled).toEqual([]);
    },
  );
});

describe("what a name resolves to", () => {
  test.each([
    ["localhost", "https://localhost/"],
    ["localhost with a dot at the end", "https://localhost./"],
    ["localhost in capitals", "https://LOCALHOST/"],
    ["a name below localhost", "https://a.localhost/"],
    ["a name of one's own network", "https://router.lan/"],
    ["a public name that points home", "https://127.0.0.1.nip.io/"],
    ["a public name that points home with a dot at the end", "https://127.0.0.1.nip.io./"],
  ])("is refused when it is private: %s", async (_what, url) => {
    const guarded = recorded({ addresses: ["127.0.0.1"] });
    expect(await refusal(guarded.fetch, url)).toBe("forbidden");
    expect(guarded.dialled).toEqual([]);
  });

  test.each([
    ["first", ["10.0.0.1", publicAddress]],
    ["last", [publicAddress, "1.1.1.1", "::1"]],
    ["in the middle", [publicAddress, "169.254.169.254", "1.1.1.1"]],
    ["IPv4-mapped", [publicAddress, "::ffff:10.0.0.1"]],
    ["no address at all", [publicAddress, "rebind.example"]],
  ])("is refused when one private address is among public ones: %s", async (_where, addresses) => {
    const guarded = recorded({ addresses });
    expect(await refusal(guarded.fetch, "https://rebind.example/")).toBe("forbidden");
    expect(guarded.dialled).toEqual([]);
  });

  test("is asked once, so that a second answer cannot be another", async () => {
    const guarded = recorded({ addresses: [publicAddress] });
    const target = await guarded.fetch.target("https://rebind.example/path?q=1");
    expect(target.addresses).toEqual([publicAddress]);
    guarded.addresses = ["127.0.0.1"];
    await guarded.fetch.send(target, get).catch(() => undefined);
    expect(guarded.resolved).toEqual(["rebind.example"]);
    expect(guarded.dialled.map(({ addresses, url }) => [url.href, addresses])).toEqual([
      ["https://rebind.example/path?q=1", [publicAddress]],
    ]);
  });

  test("is nothing: the upstream is unreachable", async () => {
    await expect(recorded({ addresses: [] }).fetch.target("https://none.example/")).rejects.toThrow(
      OutboundUnreachableError,
    );
    const failing = new GuardedFetch({
      allowPrivateHosts: new Set(),
      resolve: () => Promise.reject(new Error("ENOTFOUND")),
    });
    await expect(failing.target("https://none.example/")).rejects.toThrow(OutboundUnreachableError);
  });

  test("does not matter for a public literal, which is used as it is", async () => {
    const guarded = recorded();
    expect((await guarded.fetch.target(`https://${publicAddress}:8443/`)).addresses).toEqual([publicAddress]);
    expect((await guarded.fetch.target("https://[2606:4700:4700::1111]/")).addresses).toEqual(["2606:4700:4700::1111"]);
    expect(guarded.resolved).toEqual([]);
  });
});

describe("ALLOW_PRIVATE_HOSTS", () => {
  const allowed = {
    allowPrivateHosts: new Set(["127.0.0.1:8080", "nas.lan:443", "[::1]:80"]),
    addresses: ["192.168.1.9"],
  };

  test.each([
    "http://127.0.0.1:8080/a",
    "https://127.0.0.1:8080/",
    "http://127.1:8080/",
    "https://nas.lan/",
    "https://NAS.lan:443/",
    "http://[::1]/",
  ])("lets %s through", async (url) => {
    expect((await recorded(allowed).fetch.target(url)).url.href).toBe(new URL(url).href);
  });

  test.each([
    "http://127.0.0.1:8081/",
    "http://127.0.0.1/",
    "http://127.0.0.2:8080/",
    "http://localhost:8080/",
    "http://nas.lan/",
    "https://nas.lan:8443/",
    "https://nas.lan.evil.example/",
    "http://[::1]:81/",
    "http://127.0.0.1:8080@127.0.0.1:9/",
    "http://user:pass@127.0.0.1:8080/",
    "ftp://127.0.0.1:8080/",
  ])("does not let %s through", async (url) => {
    const guarded = recorded(allowed);
    expect(await refusal(guarded.fetch, url)).toBe("forbidden");
    expect(guarded.dialled).toEqual([]);
  });
});

const get: OutboundRequest = { method: "GET", headers: {}, firstByteTimeoutMs: 60_000 };

interface Recorded {
  readonly fetch: GuardedFetch;
  readonly resolved: string[];
  readonly dialled: Target[];
  addresses: readonly string[];
}

/** Resolves every name to `addresses`, and connects to nothing. */
function recorded({
  addresses = [publicAddress],
  ...options
}: Partial<GuardedFetchOptions> & { addresses?: readonly string[] } = {}): Recorded {
  const resolved: string[] = [];
  const dialled: Target[] = [];
  const record: Recorded = {
    resolved,
    dialled,
    addresses,
    fetch: new GuardedFetch({
      allowPrivateHosts: new Set(),
      ...options,
      resolve: (hostname) => {
        resolved.push(hostname);
        return Promise.resolve(record.addresses);
      },
      dial: (target, settings) => {
        dialled.push(target);
        return refuseToConnect(settings);
      },
    }),
  };
  return record;
}

function refuseToConnect(options: RequestOptions): ReturnType<typeof request> {
  const createConnection = (): never => {
    throw new Error("a test of the rules connects to nothing");
  };
  return request({ ...options, createConnection });
}

async function refusal(fetch: GuardedFetch, url: string): Promise<string> {
  try {
    const target = await fetch.target(url);
    return `target ${target.url.href}`;
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    return error.code;
  }
}
