import { lookup } from "node:dns/promises";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { BlockList, isIP } from "node:net";
import { isLoopback } from "./caller.js";
import { invalid, Refusal } from "./refusal.js";
import type { State } from "./state.js";

export interface Target {
  readonly url: URL;
  /** The address that was checked, to which the call connects. */
  readonly address: string;
}

const notPublic = new BlockList();
const ranges =
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 " +
  "192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 168.63.129.16/32";
for (const [address = "", bits] of ranges.split(" ").map((range) => range.split("/")))
  notPublic.addSubnet(address, Number(bits), "ipv4");
for (const [address = "", bits] of ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].map((it) => it.split("/")))
  notPublic.addSubnet(address, Number(bits), "ipv6");
const globalUnicast = new BlockList();
globalUnicast.addSubnet("2000::", 3, "ipv6");

function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !notPublic.check(address, "ipv4");
  return globalUnicast.check(address, "ipv6") && !notPublic.check(address, "ipv6");
}

const forbidden = (): Refusal => new Refusal("forbidden", "This address is not one that credentials are sent to.");
const unreachable = (): Refusal => new Refusal("upstream_error", "The upstream cannot be reached.");

/** Resolves the target of a call by the rules for outbound addresses (R42). */
export async function checkedTarget(state: State, text: string): Promise<Target> {
  if (!URL.canParse(text)) throw invalid("The upstream's address is no URL.");
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw forbidden();
  if ((url.username !== "" || url.password !== "") && !state.has("user-in-url-taken")) throw forbidden();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const isAllowed = state.allowedHosts.has(`${url.hostname}:${port}`) || state.has("private-addresses-called");
  if (url.protocol === "http:" && !isAllowed) throw forbidden();
  const literal = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const found = isIP(literal) ? [{ address: literal }] : await lookup(literal, { all: true }).catch(() => []);
  const [first] = found;
  if (!first) throw unreachable();
  const isOwn =
    found.some(({ address }) => isLoopback(address) || address === "0.0.0.0") && Number(port) === state.port;
  if (isOwn && !state.has("own-origin-called")) throw forbidden();
  if (!isAllowed && !isOwn && !found.every(({ address }) => isPublic(address))) throw forbidden();
  return { url, address: first.address };
}

/** One call, without redirects and retries. Fails with upstream_error or, without headers in time, upstream_timeout. */
export function call(
  { url, address }: Target,
  method: string,
  headers: readonly (readonly [string, string])[],
  body: Buffer | undefined,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  const family = isIP(address);
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? https : http).request(url, {
      method,
      agent: false,
      family,
      lookup: (_name, options, found) =>
        options.all ? found(null, [{ address, family }]) : found(null, address, family),
      ...(signal ? { signal } : {}),
    });
    const timer = setTimeout(() => {
      reject(new Refusal("upstream_timeout", "The upstream did not answer in time."));
      request.destroy();
    }, timeoutMs);
    request.on("response", (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    request.on("error", () => {
      clearTimeout(timer);
      reject(unreachable());
    });
    for (const [name, value] of headers) request.setHeader(name, value);
    if (body && body.length > 0) request.setHeader("Content-Length", body.length);
    request.end(body);
  });
}

/** A short answer's body. */
export async function textOf(response: IncomingMessage, timeoutMs: number): Promise<string> {
  const timer = setTimeout(() => response.destroy(new Error("too slow")), timeoutMs);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
  } finally {
    clearTimeout(timer);
  }
}
