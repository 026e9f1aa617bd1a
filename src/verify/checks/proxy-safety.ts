import { createServer, type AddressInfo, type Server } from "node:net";
import type { Check } from "../check.js";
import { CheckSkipped } from "../check-errors.js";
import { holds, refused, same, succeeded } from "../expectation.js";
import { probeNeed } from "../needs.js";
import type { Reply } from "../reply.js";
import type { Stage } from "../stage.js";
import { sendJson, type UpstreamRoute } from "../upstream.js";

const needing = { level: "required", rule: "R42", writes: true, capabilities: ["proxy", "store"] } as const;

export const proxySafetyChecks: readonly Check[] = [
  {
    ...needing,
    name: "proxy.schemes",
    proves: "Addresses of other schemes, or with a user name or password, are refused; the ticket stays usable.",
    fix: "Take https only (http for hosts that the owner allowed), without user name and password; else 403.",
    async run(stage) {
      const route = okRoute(stage);
      const named = new URL(route.url);
      named.username = "user";
      const full = new URL(named);
      full.password = "password";
      const addresses = ["data:text/plain,verify", "file:///etc/hostname", `ftp://${stage.upstream.host}/`];
      addresses.push(`ws://${stage.upstream.host}/`, "javascript:0", "not an address", named.href, full.href);
      await refusesAll(stage, addresses, () => true);
      same("The number of calls upstream", route.calls.length, 0);
    },
  },
  {
    ...needing,
    name: "proxy.private",
    proves: "No private address that the owner did not allow is called, however it is spelt; the ticket stays usable.",
    fix: "Resolve the host, refuse every address that is not public with 403 forbidden, and connect to what was checked.",
    async run(stage) {
      const closed = await ClosedPort.open();
      try {
        const plain = ["127.0.0.1", "[::1]", "localhost"];
        const odd = ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0"];
        const hosts = [...plain, ...odd];
        // The case of https counts too: a webhook might refuse http alone.
        const addresses = ["http", "https"].flatMap((scheme) =>
          hosts.map((host) => `${scheme}://${host}:${String(closed.port)}/`),
        );
        await refusesAll(stage, addresses, (address) => odd.some((host) => address.includes(`//${host}:`)));
        same("The number of connections to the private port", closed.connections, 0);
      } finally {
        await closed.close();
      }
    },
  },
  {
    ...needing,
    name: "proxy.own-origin",
    proves: "The webhook does not call itself.",
    fix: "Refuse the webhook's own origin with 403 forbidden.",
    async run(stage) {
      const own = `${stage.url.origin}/v1/health`;
      // The case of https counts too: a webhook at an http address may refuse nothing but the scheme.
      await refusesAll(stage, [...new Set([own, own.replace(/^http:/, "https:")])], () => false);
    },
  },
  {
    ...needing,
    level: "recommended",
    name: "proxy.hosts",
    proves: "A credential goes to its hosts only: the listed ones, else the first that it was sent to.",
    fix: "Keep allowedHosts, or the first host of a proxied call, with the credential; another host is 403 forbidden.",
    needs: "upstream",
    async run(stage) {
      const route = okRoute(stage);
      const listed = await stage.stored({ accessToken: stage.secretText(), allowedHosts: ["host.invalid"] });
      refused(await call(stage, listed, route.url), "forbidden");
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
      const ticket = await stage.tokenVault.ticket(service, "proxy");
      refused(await call(stage, service, otherUrl, ticket), "forbidden");
      same("The number of calls to the second host", other.calls.length, before);
      succeeded(await call(stage, service, route.url, ticket));
    },
  },
];

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
    holds(reply.at("error") !== "ticket_invalid", "An address that was refused has used up the ticket.");
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
