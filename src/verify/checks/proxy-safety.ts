import { createServer, type AddressInfo, type Server } from "node:net";
import type { Check } from "../check.js";
import { CheckSkipped } from "../check-errors.js";
import { expects, notServed, refused, same, succeeded, succeededCase } from "../expectation.js";
import { probeNeed } from "../needs.js";
import type { Reply } from "../reply.js";
import type { Stage } from "../stage.js";
import { sendJson, type UpstreamRoute } from "../upstream.js";

const needing = { rule: "R42", writes: true, capabilities: ["proxy", "store"] } as const;

export const proxySafetyChecks: readonly Check[] = [
  {
    ...needing,
    name: "proxy.schemes",
    level: "security",
    proves: "Addresses of other schemes, or with a user name or password, are not called.",
    fix: "Take https only (http for hosts that the owner allowed), without user name and password; else 403.",
    async run(stage) {
      const route = okRoute(stage);
      await callsNone(stage, unfitAddresses(stage, route));
      same("The number of calls upstream", route.calls.length, 0);
    },
  },
  {
    ...needing,
    name: "proxy.private",
    level: "security",
    proves: "No private address that the owner did not allow is called, however it is spelt.",
    fix: "Resolve the host, refuse every address that is not public with 403 forbidden, and connect to what was checked.",
    async run(stage) {
      const closed = await ClosedPort.open();
      try {
        await callsNone(stage, [
          ...privateAddresses(closed.port, plainHosts),
          ...privateAddresses(closed.port, oddHosts),
        ]);
        same("The number of connections to the private port", closed.connections, 0);
      } finally {
        await closed.close();
      }
    },
  },
  {
    ...needing,
    name: "proxy.own-origin",
    level: "security",
    proves: "The webhook does not call itself.",
    fix: "Refuse the webhook's own origin with 403 forbidden.",
    async run(stage) {
      // A failure of the connection shows that it was tried.
      await callsNone(stage, ownAddresses(stage), 499);
    },
  },
  {
    ...needing,
    name: "proxy.refusals",
    level: "strict",
    proves: "An address that must not be called is 403 forbidden, and the ticket stays usable.",
    fix: "Check the address before the ticket is used up, and answer 403 forbidden (400 for what is no URL).",
    async run(stage) {
      const closed = await ClosedPort.open();
      try {
        const odd = [...unfitAddresses(stage, okRoute(stage)), ...privateAddresses(closed.port, oddHosts)];
        const plain = [...privateAddresses(closed.port, plainHosts), ...ownAddresses(stage)];
        await refusesAll(stage, [...plain, ...odd], (address) => odd.includes(address));
      } finally {
        await closed.close();
      }
    },
  },
  {
    ...needing,
    name: "proxy.hosts",
    rule: "R51",
    level: "security",
    proves: "A credential goes to its hosts only: the listed ones, else the first that it was sent to.",
    fix: "Keep allowedHosts, or the first host of a proxied call, with the credential; another host is 403 forbidden.",
    needs: "upstream",
    async run(stage) {
      const route = okRoute(stage);
      const listed = await stage.stored({ accessToken: stage.secretText(), allowedHosts: ["host.invalid"] });
      notServed("a host that is not listed", await call(stage, listed, route.url));
      same("The number of calls to a host that is not listed", route.calls.length, 0);
      const other = okRoute(stage);
      const otherUrl = underOtherName(other.url);
      const isAllowed = (await call(stage, await secured(stage), otherUrl)).at("error") !== "forbidden";
      if (!isAllowed) {
        const { host } = new URL(otherUrl);
        throw new CheckSkipped(
          `the webhook may not call ${host}; allow it too (here: ALLOW_PRIVATE_HOSTS=${stage.upstream.host},${host})`,
        );
      }
      const before = other.calls.length;
      const service = await secured(stage);
      succeeded(await call(stage, service, route.url));
      notServed("a second host", await call(stage, service, otherUrl));
      same("The number of calls to the second host", other.calls.length, before);
      succeededCase("the first host again", await call(stage, service, route.url));
    },
  },
];

const plainHosts = ["127.0.0.1", "[::1]", "localhost"];
const oddHosts = ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0"];

/** The case of https counts too: a webhook might refuse http alone. */
function privateAddresses(port: number, hosts: readonly string[]): string[] {
  return ["http", "https"].flatMap((scheme) => hosts.map((host) => `${scheme}://${host}:${String(port)}/`));
}

/** The case of https counts too: a webhook at an http address may refuse nothing but the scheme. */
function ownAddresses({ url }: Stage): string[] {
  const own = `${url.origin}/v1/health`;
  return [...new Set([own, own.replace(/^http:/, "https:")])];
}

function unfitAddresses({ upstream }: Stage, route: UpstreamRoute): string[] {
  const named = new URL(route.url);
  named.username = "user";
  const full = new URL(named);
  full.password = "password";
  const schemes = ["data:text/plain,verify", "file:///etc/hostname", "javascript:0", "not an address"];
  return [...schemes, `ftp://${upstream.host}/`, `ws://${upstream.host}/`, named.href, full.href];
}

/** Opens a port of this machine that nobody allowed. */
class ClosedPort {
  connections = 0;
  readonly #servers: Server[] = [];
  port = 0;

  static async open(): Promise<ClosedPort> {
    const closed = new ClosedPort();
    await closed.#listen("127.0.0.1");
    // Some machines have no IPv6.
    await closed.#listen("::1").catch(() => undefined);
    return closed;
  }

  #listen(address: string): Promise<void> {
    const server = createServer((socket) => {
      this.connections += 1;
      socket.on("error", () => undefined);
      socket.destroy();
    });
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, address, () => {
        this.port = (server.address() as AddressInfo).port;
        this.#servers.push(server);
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

function okRoute({ upstream }: Stage): UpstreamRoute {
  return upstream.route((_call, response) => {
    sendJson(response, {});
  });
}

function secured(stage: Stage): Promise<string> {
  return stage.stored({ accessToken: stage.secretText() });
}

async function call(stage: Stage, service: string, url: string, ticket?: string): Promise<Reply> {
  const headerTemplates = { Authorization: "Bearer ${TOKEN}" };
  const request = { service, upstream: { url }, headerTemplates };
  return stage.tokenVault.proxy(ticket === undefined ? request : { ...request, ticket });
}

/** Each has a ticket of its own: what uses one up must not hide the next address. */
async function callsNone(stage: Stage, addresses: readonly string[], maxStatus = 599): Promise<void> {
  const service = await secured(stage);
  for (const address of addresses) {
    const reply = await call(stage, service, address);
    expects(
      reply.status >= 400 && reply.status <= maxStatus && reply.header("x-upstream-status") === undefined,
      `An address that must not be called was answered ${String(reply.status)}: ${shownAddress(address)}.`,
    );
  }
}

/** Ports and paths are of this run. */
function shownAddress(address: string): string {
  return /^[a-z]+:(?:\/\/[^/?]*)?/.exec(address)?.[0] ?? "not an address";
}

/**
 * One ticket serves all: a refusal that used it up would show in the next.
 * @param isOdd whether an address may also count as malformed
 */
async function refusesAll(
  stage: Stage,
  addresses: readonly string[],
  isOdd: (address: string) => boolean,
): Promise<void> {
  const service = await secured(stage);
  const ticket = await stage.tokenVault.ticket(service, "proxy");
  for (const address of addresses) {
    const reply = await call(stage, service, address, ticket);
    expects(reply.at("error") !== "ticket_invalid", "An address that was refused has used up the ticket.");
    if (isOdd(address)) refused(reply, "forbidden", "invalid_request");
    else refused(reply, "forbidden");
  }
  if ((await probeNeed(stage, "upstream")) === undefined)
    succeeded(await call(stage, service, okRoute(stage).url, ticket));
}

/** Returns the same port under loopback's other name. @throws CheckSkipped when the upstream is elsewhere */
function underOtherName(address: string): string {
  const url = new URL(address);
  if (url.hostname !== "127.0.0.1" && url.hostname !== "localhost")
    throw new CheckSkipped(
      "the upstream has one name only; run the kit on the webhook's machine without --upstream-url",
    );
  url.hostname = url.hostname === "localhost" ? "127.0.0.1" : "localhost";
  return url.href;
}
