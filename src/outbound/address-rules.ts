import { isIP } from "node:net";
import { AddressList, normalizeAddress } from "../platform/ip-address.js";

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

const closed = new AddressList([...closedIpv4, ...closedIpv6]);
const globalIpv6 = new AddressList(["2000::/3"]);
const nat64 = new AddressList(["64:ff9b::/96"]);

/** Tells an address on the public Internet from all others, and from what is no address. */
export function isPublicAddress(address: string): boolean {
  const plain = normalizeAddress(address);
  if (nat64.has(plain)) return isPublicAddress(embeddedIpv4(plain));
  return (isIP(plain) === 4 || globalIpv6.has(plain)) && !closed.has(plain);
}

/** Gives the last 32 bits, which hold an IPv4 address (RFC 6052), as one that is mapped into IPv6. */
function embeddedIpv4(ipv6: string): string {
  const [low, high] = ipv6.slice("64:ff9b::".length).split(":").reverse();
  return `::ffff:${high ?? "0"}:${low || "0"}`;
}
