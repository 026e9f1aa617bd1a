import { Agent as HttpAgent, type ClientRequest, type RequestOptions } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Duplex } from "node:stream";
import { isNode } from "../platform/runtime.js";

/** What is common to a target's connections: they may serve whoever asks for the same, and nobody else. */
export interface Place {
  readonly url: URL;
  readonly addresses: readonly string[];
}

interface PooledOptions extends RequestOptions {
  readonly poolName?: string;
}

/**
 * A server that closes a connection just as it is used again fails the call, which is not repeated. Few close one within
 * 2 s without saying so; one that says less is believed.
 */
const idleTimeoutMs = 1_500;
/** Of either kind. */
const maxIdleConnections = 128;

/**
 * Keeps connections for later requests. One serves the same scheme, host and port only, and only while its name resolves
 * to the very addresses that passed the rules when it was opened: what changed hands meanwhile is connected to anew.
 * Nothing of a request stays with a connection: headers are not among its options, which Node keeps.
 */
export class ConnectionPool {
  readonly #kept: Agents | undefined;
  /** They close their connection after one request. */
  readonly #single: Agents = {
    http: new HttpAgent({ keepAlive: false }),
    https: new HttpsAgent({ keepAlive: false }),
  };
  #isClosed = false;

  constructor() {
    // Other runtimes ask none of the questions below before they use a connection again: there none is kept.
    if (!isNode()) return;
    const settings = { keepAlive: true, timeout: idleTimeoutMs };
    this.#kept = { http: this.#keeping(new HttpAgent(settings)), https: this.#keeping(new HttpsAgent(settings)) };
  }

  /** What makes a request take a connection that fits, or a new one. */
  reusing(place: Place): PooledOptions {
    if (!this.#kept) return this.single(place);
    const { url, addresses } = place;
    return {
      agent: isTls(url) ? this.#kept.https : this.#kept.http,
      // Node would take the limit of an idle connection for that of an answer.
      timeout: 0,
      poolName: `${url.origin} at ${[...addresses].sort().join(" ")}`,
    };
  }

  /** What makes a request open a connection for itself. */
  single({ url }: Place): RequestOptions {
    return { agent: isTls(url) ? this.#single.https : this.#single.http };
  }

  /** Ends every connection, idle or not, and keeps none from now on. */
  close(): void {
    this.#isClosed = true;
    for (const agents of [this.#kept, this.#single]) {
      agents?.http.destroy();
      agents?.https.destroy();
    }
  }

  #keeping<A extends HttpAgent>(agent: A): A {
    // Node's own asks for the server's Keep-Alive hint, and answers whether there is time enough.
    const keep = agent.keepSocketAlive.bind(agent) as (socket: Duplex) => boolean;
    const reuse = agent.reuseSocket.bind(agent);
    agent.getName = (options?: PooledOptions) => options?.poolName ?? "";
    agent.keepSocketAlive = (socket: Duplex): boolean => {
      if (this.#isClosed || idleCount(agent) >= maxIdleConnections || !keep(socket)) return false;
      socket.on("data", destroySelf);
      return true;
    };
    agent.reuseSocket = (socket: Duplex, request: ClientRequest) => {
      socket.off("data", destroySelf);
      reuse(socket, request);
    };
    return agent;
  }
}

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

function isTls({ protocol }: URL): boolean {
  return protocol === "https:";
}

function idleCount({ freeSockets }: HttpAgent): number {
  let count = 0;
  for (const name in freeSockets) count += freeSockets[name]?.length ?? 0;
  return count;
}

/** An answer that nobody asked for would be taken for that to the next request. */
function destroySelf(this: Duplex): void {
  this.destroy();
}
