import fc from "fast-check";
import { isIP } from "node:net";
import { describe, expect, test } from "vitest";
import { AddressList, clientAddress, loopbackRanges, normalizeAddress } from "../../src/platform/ip-address.js";

const loopbackOnly = new AddressList(loopbackRanges);
const withProxies = new AddressList([...loopbackRanges, "10.0.0.0/8", "2001:db8:1::/48"]);
const none = new AddressList([]);

describe("the client's address", () => {
  test.each<[string, string, string | undefined, AddressList, string]>([
    ["a stranger's is the socket's", "198.51.100.7", undefined, loopbackOnly, "198.51.100.7"],
    ["a stranger's header counts for nothing", "198.51.100.7", "34.12.35.243", loopbackOnly, "198.51.100.7"],
    ["nor when it names loopback", "198.51.100.7", "127.0.0.1", loopbackOnly, "198.51.100.7"],
    ["loopback without a header is itself", "127.0.0.1", undefined, loopbackOnly, "127.0.0.1"],
    ["a trusted proxy names it", "127.0.0.1", "34.12.35.243", loopbackOnly, "34.12.35.243"],
    [
      "only the last entry was written by the proxy",
      "127.0.0.1",
      "127.0.0.1, 34.12.35.243",
      loopbackOnly,
      "34.12.35.243",
    ],
    ["what stands left of it is hearsay", "127.0.0.1", "8.8.8.8, 34.12.35.243", loopbackOnly, "34.12.35.243"],
    ["without trust the header counts for nothing", "127.0.0.1", "34.12.35.243", none, "127.0.0.1"],
    [
      "a chain of trusted proxies is walked",
      "127.0.0.1",
      "198.51.100.7, 10.0.0.1, 10.0.0.2",
      withProxies,
      "198.51.100.7",
    ],
    ["a chain stops at the first stranger", "10.0.0.1", "8.8.8.8, 198.51.100.7, 10.0.0.2", withProxies, "198.51.100.7"],
    ["a chain of nothing but proxies ends at its first", "127.0.0.1", "10.0.0.9, 10.0.0.1", withProxies, "10.0.0.9"],
    ["trusted IPv6 proxies are walked", "::1", "198.51.100.7, 2001:db8:1::5", withProxies, "198.51.100.7"],
    ["an IPv6 client comes as it is", "127.0.0.1", "2001:DB8::1", loopbackOnly, "2001:db8::1"],
    ["an IPv4-mapped peer counts as its IPv4", "::ffff:198.51.100.7", undefined, loopbackOnly, "198.51.100.7"],
    ["an IPv4-mapped loopback is trusted", "::ffff:127.0.0.1", "34.12.35.243", loopbackOnly, "34.12.35.243"],
    ["an IPv4-mapped entry counts as its IPv4", "127.0.0.1", "::ffff:34.12.35.243", loopbackOnly, "34.12.35.243"],
    ["so does one in hex", "127.0.0.1", "::FFFF:220c:23f3", loopbackOnly, "34.12.35.243"],
    ["so does one written out", "127.0.0.1", "0:0:0:0:0:ffff:34.12.35.243", loopbackOnly, "34.12.35.243"],
    [
      "an IPv4-mapped proxy in the chain is walked over",
      "127.0.0.1",
      "198.51.100.7, ::ffff:10.0.0.1",
      withProxies,
      "198.51.100.7",
    ],
    ["a port is no part of it", "127.0.0.1", "34.12.35.243:55100", loopbackOnly, "34.12.35.243"],
    ["nor an IPv6 port, nor the brackets", "127.0.0.1", "[2001:db8::1]:443", loopbackOnly, "2001:db8::1"],
    ["brackets alone are taken off", "127.0.0.1", "[2001:db8::1]", loopbackOnly, "2001:db8::1"],
    [
      "an IPv4-mapped address in brackets with a port",
      "127.0.0.1",
      "[::ffff:34.12.35.243]:443",
      loopbackOnly,
      "34.12.35.243",
    ],
    ["a zone is no part of it", "fe80::1%eth0", undefined, loopbackOnly, "fe80::1"],
    ["spaces and tabs do not count", "127.0.0.1", " \t34.12.35.243 \t", loopbackOnly, "34.12.35.243"],
  ])("%s", (_what, peer, forwardedFor, trusted, address) => {
    expect(clientAddress(peer, forwardedFor, trusted)).toBe(address);
  });
});

test.each([
  "",
  "unknown",
  "_hidden",
  "localhost",
  "34.12.35.243, unknown",
  "34.12.35.243,",
  "34.12.35.243:",
  "34.12.35.243:port",
  "034.12.35.243",
  "34.12.35",
  "0x220c23f3",
  "34.12.35.243/32",
  "[34.12.35.243",
  "for=34.12.35.243",
  "２.2.2.2",
])("the entry %j ends the walk, and nothing left of it is believed", (forwardedFor) => {
  expect(clientAddress("127.0.0.1", forwardedFor, loopbackOnly)).toBe("unknown");
});

test("junk left of a stranger does not matter", () => {
  expect(clientAddress("127.0.0.1", "junk, , 34.12.35.243", loopbackOnly)).toBe("34.12.35.243");
});

test("no header makes it throw, nor give anything but an address or unknown", () => {
  const entry = fc.oneof(fc.string({ unit: "binary" }), fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const address = clientAddress("127.0.0.1", entries.join(","), loopbackOnly);
      expect(address === "unknown" || isIP(address) !== 0).toBe(true);
    }),
  );
});

test("whatever a client writes into the header, the entry that the proxy added decides", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.ipV4(), (forged, added) => {
      fc.pre(!added.startsWith("127."));
      expect(clientAddress("127.0.0.1", `${forged}, ${added}`, loopbackOnly)).toBe(added);
    }),
  );
});

test("an IPv4 address and its IPv4-mapped form are one", () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
      const hex = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
      for (const form of [address, `::ffff:${address}`, `::FFFF:${hex}`, `::ffff:${hex}%eth0`])
        expect(normalizeAddress(form)).toBe(address);
    }),
  );
});

describe("a list of addresses", () => {
  const list = new AddressList(["34.12.35.243", "192.0.2.0/24", "10.0.0.0/31", "2001:db8::/32", "::1"]);

  test.each(["34.12.35.243", "192.0.2.0", "192.0.2.255", "10.0.0.1", "2001:db8::", "2001:db8:ffff::1", "::1"])(
    "holds %s",
    (address) => {
      expect(list.has(address)).toBe(true);
    },
  );

  test.each([
    "34.12.35.242",
    "192.0.3.0",
    "192.0.1.255",
    "10.0.0.2",
    "2001:db9::",
    "::2",
    "unknown",
    "",
    "192.0.2.0/24",
  ])("does not hold %j", (address) => {
    expect(list.has(address)).toBe(false);
  });

  test("of none holds none, and of a prefix of 0 bits every one of its family", () => {
    expect(none.has("127.0.0.1")).toBe(false);
    expect(new AddressList(["0.0.0.0/0"]).has("198.51.100.7")).toBe(true);
  });

  test.each([
    "localhost",
    "1.2.3",
    "1.2.3.4/33",
    "::1/129",
    "1.2.3.4/",
    "1.2.3.4/-1",
    "1.2.3.4/8/8",
    "1.2.3.4/a",
    "",
    "*",
  ])("is not made with the entry %j", (entry) => {
    expect(() => new AddressList([entry])).toThrow(RangeError);
  });

  test("named in IPv4-mapped form holds the IPv4 address that a client comes from", () => {
    expect(new AddressList(["::ffff:34.12.35.243"]).has("34.12.35.243")).toBe(true);
  });
});
