import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { isIPv6, type Socket } from "node:net";
import { WebhookError, type ErrorCode } from "../platform/errors.js";
import { normalizeAddress, type AddressList } from "../platform/ip-address.js";

interface Bucket {
  tokens: number;
  updatedMs: number;
}

/** More addresses than call a person's webhook; beyond it, strangers share one bucket. */
const maxAddresses = 10_000;
const overflow = "*";
/** The refusals of someone who does not have what they claim to have. */
const failedAuthentication: ReadonlySet<ErrorCode> = new Set([
  "auth_failed",
  "ticket_invalid",
  "code_expired",
  "code_used",
]);
/** Failed authentications an address may have, of its requests. */
const failureShare = 10;

/** A refused body counts as one more request for so many bytes. */
const bytesOfRequest = 16 * 1024;
/** Whoever has one address of IPv6 has its network of 64 bits; who guesses may well have all of 48. */
const oneCustomerBits = [64];
const widestBits = [48];
const anyCustomerBits = [64, 56, 48];
/** Connections, or bodies on their way, that one address may have at a time. */
const maxOpenPerAddress = 256;
/** Connections that all together may have. */
const maxConnections = 4096;
/** From so many connections on, whoever has the most of them makes room. */
const manyConnections = (maxConnections * 3) / 4;

/** Requests of one connection that have no whole response yet: Node reads thousands while the client reads none. */
const maxPipelined = 32;

/** Limits the requests, and the failed authentications, of one address in a minute, and its bodies at a time. */
export class RequestLimits {
  readonly bodies = new OpenLimit(maxOpenPerAddress);
  readonly #requests: RateLimiter;
  readonly #failures: RateLimiter;

  /** @param perMinute requests; 0 turns the limits of a minute off */
  constructor(perMinute: number) {
    this.#requests = new RateLimiter(perMinute);
    this.#failures = new RateLimiter(Math.ceil(perMinute / failureShare), anyCustomerBits);
  }

  /** Counts a request; gives the refusal when there are too many. */
  admit(address: string, nowMs: number): WebhookError | undefined {
    const retryAfterSeconds = this.#failures.wait(address, nowMs) ?? this.#requests.take(address, nowMs);
    if (retryAfterSeconds === undefined) return undefined;
    return new WebhookError("rate_limited", "Too many requests came from this address.", { retryAfterSeconds });
  }

  /** @param isForOwner `forbidden` is about who asks; elsewhere it is about a place */
  countRefusal(address: string, code: ErrorCode, isForOwner: boolean, nowMs: number): void {
    if (failedAuthentication.has(code) || (isForOwner && code === "forbidden")) this.#failures.take(address, nowMs);
  }

  /** Counts a body that brought nothing, since a large one costs more than a request. */
  countRefusedBytes(address: string, bytes: number, nowMs: number): void {
    this.#requests.charge(address, Math.floor(bytes / bytesOfRequest), nowMs);
  }
}

/**
 * So many a minute from one address, all at once or evenly (token bucket). An address of IPv6 counts for each of its
 * networks that are named. Memory is bounded. No I/O.
 */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  /** @param perMinute 0 is no limit */
  constructor(
    private readonly perMinute: number,
    private readonly networkBits: readonly number[] = oneCustomerBits,
  ) {}

  /** Takes one; when there is none, the seconds until there is. */
  take(address: string, nowMs: number): number | undefined {
    const wait = this.wait(address, nowMs);
    if (wait === undefined && this.perMinute > 0)
      for (const name of networksOf(address, this.networkBits)) this.#bucket(name, nowMs).tokens -= 1;
    return wait;
  }

  /** Takes as many as were used beyond the one that was taken; what is not there is owed, up to a minute's worth. */
  charge(address: string, count: number, nowMs: number): void {
    if (count === 0 || this.perMinute === 0) return;
    for (const name of networksOf(address, this.networkBits)) {
      const bucket = this.#bucket(name, nowMs);
      bucket.tokens = Math.max(-this.perMinute, bucket.tokens - count);
    }
  }

  /** The seconds until there is one to take; undefined when there is. */
  wait(address: string, nowMs: number): number | undefined {
    if (this.perMinute === 0) return undefined;
    let tokens = Infinity;
    for (const name of networksOf(address, this.networkBits))
      tokens = Math.min(tokens, this.#bucket(name, nowMs).tokens);
    return tokens >= 1 ? undefined : Math.max(1, Math.ceil(((1 - tokens) * 60) / this.perMinute));
  }

  #bucket(name: string, nowMs: number): Bucket {
    const known = this.#buckets.get(name);
    if (known) return this.#refill(known, nowMs);
    if (this.#buckets.size >= maxAddresses) this.#forgetFull(nowMs);
    const isFull = this.#buckets.size >= maxAddresses;
    if (isFull && name !== overflow) return this.#bucket(overflow, nowMs);
    const bucket = { tokens: this.perMinute, updatedMs: nowMs };
    this.#buckets.set(name, bucket);
    return bucket;
  }

  #refill(bucket: Bucket, nowMs: number): Bucket {
    const elapsedMs = Math.max(0, nowMs - bucket.updatedMs);
    bucket.tokens = Math.min(this.perMinute, bucket.tokens + (elapsedMs * this.perMinute) / 60_000);
    bucket.updatedMs = nowMs;
    return bucket;
  }

  /** A full bucket says no more than none. */
  #forgetFull(nowMs: number): void {
    for (const [name, bucket] of this.#buckets) {
      if (this.#refill(bucket, nowMs).tokens >= this.perMinute) this.#buckets.delete(name);
    }
  }
}

/** So much of one address, or of the widest network that one customer may have, at a time. */
export class OpenLimit {
  readonly #open = new Map<string, number>();

  constructor(private readonly max: number) {}

  /** Begins one; false when there are too many already. */
  begin(address: string): boolean {
    const network = networkOf(address);
    const open = this.#open.get(network) ?? 0;
    if (open >= this.max) return false;
    this.#open.set(network, open + 1);
    return true;
  }

  /** Ends one that was begun. */
  end(address: string): void {
    const network = networkOf(address);
    const left = (this.#open.get(network) ?? 0) - 1;
    if (left > 0) this.#open.set(network, left);
    else this.#open.delete(network);
  }
}

/**
 * Tracks the open connections, and the requests that each has. When an address, or all together, have many, those that
 * wait for their client make room, of whoever has the most: nobody is kept out, or cut off, by what others hold.
 */
export class Connections {
  readonly #all = new Map<Socket, Connection>();
  readonly #byNetwork = new Map<string, Map<Socket, Connection>>();

  constructor(
    server: Server,
    private readonly trustedProxies: AddressList,
  ) {
    server.maxConnections = maxConnections;
    server.on("connection", (socket: Socket) => {
      this.#add(socket);
    });
    server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#beginRequest(request, response);
    });
  }

  /** Node itself does not count one as idle that has not sent a whole request. */
  endIdle(): void {
    for (const [socket, { openRequests }] of this.#all) if (openRequests === 0) socket.destroy();
  }

  /** A trusted proxy has the connections of all of its clients. */
  #add(socket: Socket): void {
    const address = normalizeAddress(socket.remoteAddress ?? "");
    const network = networkOf(address);
    const others = this.#byNetwork.get(network) ?? new Map<Socket, Connection>();
    if (others.size >= maxOpenPerAddress && !this.trustedProxies.has(address) && !endWaiting(others)) {
      socket.destroy();
      return;
    }
    if (this.#all.size >= manyConnections) endWaiting(this.#most());
    const connection = new Connection();
    this.#all.set(socket, connection);
    this.#byNetwork.set(network, others.set(socket, connection));
    socket.on("close", () => {
      this.#all.delete(socket);
      others.delete(socket);
      if (others.size === 0) this.#byNetwork.delete(network);
    });
  }

  #most(): ReadonlyMap<Socket, Connection> {
    let most: ReadonlyMap<Socket, Connection> = new Map();
    for (const sockets of this.#byNetwork.values()) if (sockets.size > most.size) most = sockets;
    return most;
  }

  /** Ends a connection that sends many requests without waiting for responses. */
  #beginRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const connection = this.#all.get(socket);
    if (!connection || socket.destroyed) return;
    connection.lastRequest = request;
    connection.openRequests += 1;
    if (connection.openRequests > maxPipelined) {
      socket.destroy();
      this.#takeTurns();
    } else response.on("close", connection.endRequest);
  }

  /**
   * Reads from no connection until the next turn of the loop: what one that was just ended has sent is free only then,
   * and many that do the same would fill the memory in one turn.
   */
  #takeTurns(): void {
    const held = new Set<Socket>();
    for (const socket of this.#all.keys()) {
      if (socket.isPaused()) continue;
      held.add(socket.pause());
      // Whoever has it read again may pause it again.
      socket.once("resume", () => held.delete(socket));
    }
    setImmediate(() => {
      // One that was ended meanwhile is refused, and read no more.
      for (const socket of held) if (!socket.writableEnded) socket.resume();
    });
  }
}

class Connection {
  openRequests = 0;
  hasResponded = false;
  lastRequest: IncomingMessage | undefined;

  /** No response is due, since the client has not sent a whole request. */
  get waits(): boolean {
    return this.openRequests === 0 || (this.openRequests === 1 && this.lastRequest?.complete === false);
  }

  readonly endRequest = (): void => {
    this.openRequests -= 1;
    this.hasResponded = true;
    if (this.openRequests === 0) this.lastRequest = undefined;
  };
}

/** Ends the oldest that waits for its client, first among those that never had a response; false when none waits. */
function endWaiting(connections: ReadonlyMap<Socket, Connection>): boolean {
  let oldest: Socket | undefined;
  for (const [socket, connection] of connections) {
    if (socket.destroyed || !connection.waits) continue;
    oldest ??= socket;
    if (connection.hasResponded) continue;
    oldest = socket;
    break;
  }
  oldest?.destroy();
  return oldest !== undefined;
}

/** Names the networks of an IPv6 address, with the zeros that `::` leaves out; any other address is its own. */
function networksOf(address: string, bits: readonly number[]): readonly string[] {
  if (!isIPv6(address)) return [address];
  const [before = [], after] = address.split("::").map((half) => half.split(":").filter((group) => group !== ""));
  const zeros = after ? Array.from({ length: 8 - before.length - after.length }, () => "0") : [];
  const hex = [...before, ...zeros, ...(after ?? [])].map((group) => group.padStart(4, "0")).join("");
  return bits.map((count) => `${hex.slice(0, count / 4)}/${String(count)}`);
}

/** The widest one that is surely one customer's. */
function networkOf(address: string): string {
  return networksOf(address, widestBits)[0] ?? "";
}
