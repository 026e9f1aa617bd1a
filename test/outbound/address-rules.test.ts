import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPublicAddress } from "../../src/outbound/address-rules.js";

describe("a public address", () => {
  test.each([
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:800::200e",
    "2001:4860:4860::8888",
    "2001:200::1",
    "::ffff:8.8.8.8",
    "::ffff:808:808",
    "64:ff9b::8.8.8.8",
    "64:ff9b::808:808",
  ])("%s is one", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe("an address that is not public", () => {
  test.each([
    ["this network", "0.0.0.0"],
    ["this network's end", "0.255.255.255"],
    ["private use", "10.0.0.1"],
    ["private use's end", "10.255.255.255"],
    ["a carrier's own", "100.64.0.1"],
    ["a carrier's own end", "100.127.255.255"],
    ["loopback", "127.0.0.1"],
    ["any other loopback", "127.255.255.254"],
    ["a cloud's metadata", "169.254.169.254"],
    ["a container's metadata", "169.254.170.2"],
    ["private use of 172.16", "172.16.0.1"],
    ["private use of 172.31", "172.31.255.255"],
    ["protocol assignments", "192.0.0.8"],
    ["documentation 1", "192.0.2.1"],
    ["documentation 2", "198.51.100.1"],
    ["documentation 3", "203.0.113.1"],
    ["6to4 relays", "192.88.99.1"],
    ["private use of 192.168", "192.168.1.1"],
    ["benchmarks", "198.18.0.1"],
    ["benchmarks' end", "198.19.255.255"],
    ["multicast", "224.0.0.1"],
    ["multicast's end", "239.255.255.255"],
    ["reserved", "240.0.0.1"],
    ["broadcast", "255.255.255.255"],
    ["Azure's own service", "168.63.129.16"],
    ["unspecified IPv6", "::"],
    ["IPv6 loopback", "::1"],
    ["IPv6 loopback written out", "0:0:0:0:0:0:0:1"],
    ["IPv6 loopback with a zone", "::1%lo"],
    ["IPv4-compatible loopback", "::7f00:1"],
    ["IPv4-compatible public", "::8.8.8.8"],
    ["IPv4-mapped loopback", "::ffff:127.0.0.1"],
    ["IPv4-mapped loopback in hex", "::ffff:7f00:1"],
    ["IPv4-mapped loopback in upper case", "::FFFF:7F00:1"],
    ["IPv4-mapped loopback written out", "0:0:0:0:0:ffff:127.0.0.1"],
    ["IPv4-mapped metadata", "::ffff:169.254.169.254"],
    ["IPv4-translated loopback", "::ffff:0:127.0.0.1"],
    ["loopback behind NAT64", "64:ff9b::127.0.0.1"],
    ["private use behind NAT64", "64:ff9b::a00:1"],
    ["metadata behind NAT64, written out", "64:ff9b:0:0:0:0:a9fe:a9fe"],
    ["loopback behind NAT64 with zeros", "64:ff9b::7f00:0001"],
    ["zero behind NAT64", "64:ff9b::"],
    ["NAT64 of one's own", "64:ff9b:1::1"],
    ["discard only", "100::1"],
    ["discard only, second prefix", "100:0:0:1::1"],
    ["Teredo", "2001::1"],
    ["benchmarks of IPv6", "2001:2::1"],
    ["ORCHID", "2001:20::1"],
    ["documentation of IPv6", "2001:db8::1"],
    ["6to4 of loopback", "2002:7f00:1::"],
    ["6to4 of a public address", "2002:808:808::1"],
    ["documentation of IPv6, second", "3fff::1"],
    ["segment routing", "5f00::1"],
    ["unique local", "fc00::1"],
    ["unique local's other half", "fdff:ffff::1"],
    ["a cloud's metadata over IPv6", "fd00:ec2::254"],
    ["link local", "fe80::1"],
    ["link local with a zone", "fe80::1%eth0"],
    ["site local", "fec0::1"],
    ["multicast of IPv6", "ff02::1"],
    ["not assigned", "4000::1"],
  ])("is %s: %s", (_what, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

test.each([
  "",
  "localhost",
  "example.org",
  "127.1",
  "0x7f.1",
  "2130706433",
  "017700000001",
  "8.8.8.8.",
  "8.8.8",
  " 8.8.8.8",
  "8.8.8.8:80",
  "[2606:4700:4700::1111]",
  "２.2.2.2",
])("%j is no address, and so not public", (text) => {
  expect(isPublicAddress(text)).toBe(false);
});

test("an IPv4 address, its mapped form and its NAT64 form are public together or not at all", () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
      const hex = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
      const forms = [
        `::ffff:${address}`,
        `::FFFF:${hex}`,
        `64:ff9b::${address}`,
        `64:ff9b::${hex}`,
        `64:ff9b:0:0:0:0:${hex}`,
      ];
      for (const form of forms) expect([form, isPublicAddress(form)]).toEqual([form, isPublicAddress(address)]);
    }),
  );
});

test("outside 2000::/3 and NAT64 no IPv6 address is public", () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const first = parseInt(new URL(`http://[${address}]/`).hostname.slice(1).split(":")[0] || "0", 16);
      fc.pre(first >> 13 !== 1 && !address.startsWith("64:") && !/ffff:[0-9.]+$/i.test(address));
      expect(isPublicAddress(address)).toBe(false);
    }),
  );
});
