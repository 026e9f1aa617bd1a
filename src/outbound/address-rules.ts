import { BlockList, isIP } from "node:net";
import { normalizeAddress } from "../platform/ip-address.js";

/** IPv4 ranges that are not globally reachable (IANA special-purpose registry), and two clouds' own service addresses. */
const closedIpv4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "168.63.129.16/32",
];
/** Within 2000::/3, the part of IPv6 that is in global use: protocol assignments with Teredo, documentation, 6to4. */
const closedIpv6 = ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"];

const closed = new BlockList();
for (const [ranges, family] of [
  [closedIpv4, "ipv4"],
  [closedIpv6, "ipv6"],
] as const) {
  for (const range of ranges) {
    const [address = "", prefix] = range.split("/");
    closed.addSubnet(address, Number(prefix), family);
  }
}
const globalIpv6 = new BlockList();
globalIpv6.addSubnet("2000::", 3, "ipv6");
const nat64 = new BlockList();
nat64.addSubnet("64:ff9b::", 96, "ipv6");

/** Tells an address on the public Internet from all others, and from what is no address. */
export function isPublicAddress(address: string): boolean {
  const plain = normalizeAddress(address);
  if (isIP(plain) === 4) return !closed.check(plain, "ipv4");
  if (isIP(plain) !== 6) return false;
  if (nat64.check(plain, "ipv6")) return isPublicAddress(lastFourBytes(plain));
  return globalIpv6.check(plain, "ipv6") && !closed.check(plain, "ipv6");
}

/** The IPv4 address in the last 32 bits (RFC 6052). */
function lastFourBytes(ipv6: string): string {
  const canonical = new URL(`http://[${ipv6}]/`).hostname.slice(1, -1);
  const groups = canonical.split("::").map((half) => half.split(":").filter((group) => group !== ""));
  const tail = groups.at(-1) ?? [];
  const [high = "0", low = "0"] = [tail.at(-2), tail.at(-1)];
  const bits = [parseInt(high, 16), parseInt(low, 16)].flatMap((group) => [group >>> 8, group & 255]);
  return bits.join(".");
}
