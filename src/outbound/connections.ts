import { Agent as HttpAgent, type ClientRequest, type RequestOptions } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Duplex } from "node:stream";
import { isNode } from "../platform/runtime.js";
import type { OutboundRequest, Target } from "./outbound-call.js";

/**
 * The server may close a kept connection in the very moment in which it is used again, which fails the call. Few close
 * one within 2 s without saying so; a server that says less is believed.
 */
const idleTimeoutMs = 1_500;
/** These change nothing, by their definition (RFC 9110, section 9.2.1). */
const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
/** Schemes that sign in a connection, and with it whatever else comes over it (RFC 4559, section 6). */
const schemeOfConnection = /^\s*(?:negotiate|ntlm)\b/i;

interface KeyedOptions extends RequestOptions {
  readonly connectionKey?: string;
}

/**
 * Keeps connections of calls that change nothing for the next ones: a new one costs more than all else that the proxy
 * does. Each serves only its own scheme, host and port, and only while the name resolves to the very addresses that
 * passed the rules when it was opened. No call is sent again, so one that may act upstream has a connection of its own.
 */
export class Connections {
  readonly #single = { "http:": new HttpAgent({ keepAlive: false }), "https:": new HttpsAgent({ keepAlive: false }) };
  readonly #kept = {
    "http:": keyed(new HttpAgent({ keepAlive: true, timeout: idleTimeoutMs })),
    "https:": keyed(new HttpsAgent({ keepAlive: true, timeout: idleTimeoutMs })),
  };

  /** The options that give a request its connection. */
  optionsFor({ url, addresses }: Target, request: OutboundRequest): KeyedOptions {
    const protocol = url.protocol === "https:" ? "https:" : "http:";
    // Other runtimes take no key for a connection.
    if (!isNode() || !mayShare(request)) return { agent: this.#single[protocol] };
    const connectionKey = `${url.origin} at ${[...addresses].sort().join(" ")}`;
    // Node would take the limit of an idle connection for that of a response.
    return { agent: this.#kept[protocol], connectionKey, timeout: 0 };
  }

  /** Ends every connection, idle or not. */
  close(): void {
    for (const { "http:": http, "https:": https } of [this.#single, this.#kept]) {
      http.destroy();
      https.destroy();
    }
  }
}

function mayShare({ method, headers, body }: OutboundRequest): boolean {
  if (!safeMethods.has(method) || (body !== undefined && body.length > 0)) return false;
  return !schemeOfConnection.test(headers["authorization"] ?? "");
}

function keyed<A extends HttpAgent>(agent: A): A {
  // Node's own asks for the server's Keep-Alive hint, and says whether there is time enough.
  const keep = agent.keepSocketAlive.bind(agent) as (socket: Duplex) => boolean;
  const reuse = agent.reuseSocket.bind(agent);
  agent.getName = (options?: KeyedOptions) => options?.connectionKey ?? "";
  agent.keepSocketAlive = (socket: Duplex): boolean => {
    socket.on("data", destroySelf);
    return keep(socket);
  };
  agent.reuseSocket = (socket: Duplex, request: ClientRequest) => {
    socket.off("data", destroySelf);
    reuse(socket, request);
  };
  return agent;
}

/** Ends an idle connection on which something comes: it would be taken for the response to the next request. */
function destroySelf(this: Duplex): void {
  this.destroy();
}
