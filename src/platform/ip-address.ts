import { BlockList, isIP, isIPv6 } from "node:net";

const maxKnownAddresses = 1_000;

/** Addresses and CIDR ranges, IPv4 and IPv6 alike. */
export class AddressList {
  readonly #list = new BlockList();
  /** Clients are few and come again, and asking the list makes a native object each time. */
  readonly #known = new Map<string, boolean>();

  /** @throws RangeError for an entry that is neither an address nor a range */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const [address = "", prefix, ...rest] = entry.split("/");
      const version = isIP(address);
      const family = version === 4 ? "ipv4" : "ipv6";
      const bits = prefix === undefined ? (version === 4 ? 32 : 128) : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
      if (version === 0 || rest.length > 0 || !(bits <= (version === 4 ? 32 : 128)))
        throw new RangeError("not an address");
      this.#list.addSubnet(address, bits, family);
    }
  }

  has(address: string): boolean {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const version = isIP(address);
    const isListed = version !== 0 && this.#list.check(address, version === 4 ? "ipv4" : "ipv6");
    if (this.#known.size >= maxKnownAddresses) this.#known.clear();
    this.#known.set(address, isListed);
    return isListed;
  }
}

export const loopbackRanges = ["127.0.0.0/8", "::1"] as const;
export const loopback = new AddressList(loopbackRanges);

/** One way to write each address: IPv4-mapped IPv6 as its IPv4, other IPv6 compressed, without a zone. */
export function normalizeAddress(address: string): string {
  const plain = address.replace(/%.*$/, "");
  if (isIP(plain) !== 6) return plain;
  const compressed = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(compressed);
  if (!mapped) return compressed;
  const bits = (parseInt(mapped[1] ?? "", 16) << 16) | parseInt(mapped[2] ?? "", 16);
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join(".");
}

/**
 * The socket's peer, unless that is a trusted proxy: then the right-most X-Forwarded-For entry that is not trusted
 * itself (llm.txt, R7). An entry that is no address ends the walk: what stands left of it is hearsay.
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, trustedProxies: AddressList): string {
  let address = normalizeAddress(peer);
  const hops = forwardedFor?.split(",").reverse() ?? [];
  for (const hop of hops) {
    if (!trustedProxies.has(address)) return address;
    const next = normalizeAddress(
      hop
        .trim()
        .replace(/^\[(.*)\](?::\d+)?$/, "$1")
        .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1"),
    );
    if (isIP(next) === 0) return "unknown";
    address = next;
  }
  return address;
}

/** Names the networks of an IPv6 address, with the zeros that `::` leaves out; any other address is its own. */
export function networksOf(address: string, bits: readonly number[]): readonly string[] {
  if (!isIPv6(address)) return [address];
  const [before = [], after] = address.split("::").map((half) => half.split(":").filter((group) => group !== ""));
  const zeros = after ? Array.from({ length: 8 - before.length - after.length }, () => "0") : [];
  const hex = [...before, ...zeros, ...(after ?? [])].map((group) => group.padStart(4, "0")).join("");
  return bits.map((count) => `${hex.slice(0, count / 4)}/${String(count)}`);
}
