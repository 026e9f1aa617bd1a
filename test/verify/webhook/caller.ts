import { BlockList, isIP } from "node:net";
import type { IncomingMessage } from "node:http";
import type { State } from "./state.js";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

export const tokenVaultAddress = "34.12.35.243";

export function isLoopback(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && loopback.check(address, version === 4 ? "ipv4" : "ipv6");
}

/** One spelling for each address; IPv4-mapped IPv6 as its IPv4. */
function canonical(address: string): string {
  const plain = address.replace(/%.*$/, "");
  if (isIP(plain) !== 6) return plain;
  const hex = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(hex) ?? [];
  if (high === undefined || low === undefined) return hex;
  return [high, low].flatMap((half) => [parseInt(half, 16) >> 8, parseInt(half, 16) & 255]).join(".");
}

/** The socket's peer, or who is behind a trusted proxy (R7); "" if that is unknown. */
export function clientAddress(state: State, req: IncomingMessage): string {
  let address = canonical(req.socket.remoteAddress ?? "");
  const header = req.headers["x-forwarded-for"];
  const entries = (Array.isArray(header) ? header.join(",") : (header ?? ""))
    .split(",")
    .filter((entry) => entry !== "");
  const hops = entries.map((entry) => {
    const bare = entry
      .trim()
      .replace(/^\[(.*)\](?::\d+)?$/, "$1")
      .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1");
    return state.has("mapped-addresses-missed") ? bare : canonical(bare);
  });
  if (state.has("forwarded-header-ignored")) return address;
  if (state.has("left-most-forwarded-address")) return hops[0] ?? address;
  while (isLoopback(address)) {
    const next = hops.pop();
    if (next === undefined) return address;
    if (isIP(next) === 0) return "";
    address = next;
  }
  return address;
}
