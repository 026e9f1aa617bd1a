import { loopback, normalizeAddress } from "../platform/ip-address.js";

/** @param name as a URL has its host: an address of IPv6 in brackets */
export function isLoopbackHost(name: string): boolean {
  return name === "localhost" || loopback.has(addressOfHost(name));
}

/** One way to write each address; a name stays as it is. */
export function addressOfHost(name: string): string {
  return normalizeAddress(name.replace(/^\[(.*)\]$/, "$1"));
}
