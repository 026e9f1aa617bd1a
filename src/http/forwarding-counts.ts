/** What requests carried as X-Forwarded-For, by who sent it, since the server was started. */
export interface ForwardingCounts {
  /** From a trusted proxy, with the header. */
  readonly trustedWith: number;
  /** From a trusted proxy, without it: whoever stands behind it looks like the proxy itself. */
  readonly trustedWithout: number;
  /** With the header, from a peer that is not trusted, so that it did not count. */
  readonly untrustedWith: number;
  /** The last such peer. */
  readonly untrustedPeer?: string;
}

/** What is looked at of a request. */
export interface ForwardedRequest {
  readonly peer: string;
  /** The peer is a trusted proxy. */
  readonly isProxied: boolean;
  readonly hasForwardedFor: boolean;
}

/** Counts what the settings of trusted proxies made of real requests, for the owner's diagnosis. */
export class ForwardingSeen {
  #trustedWith = 0;
  #trustedWithout = 0;
  #untrustedWith = 0;
  #untrustedPeer: string | undefined;

  get counts(): ForwardingCounts {
    return {
      trustedWith: this.#trustedWith,
      trustedWithout: this.#trustedWithout,
      untrustedWith: this.#untrustedWith,
      ...(this.#untrustedPeer === undefined ? {} : { untrustedPeer: this.#untrustedPeer }),
    };
  }

  /** Called for every request, so that it makes nothing new. */
  note({ peer, isProxied, hasForwardedFor }: ForwardedRequest): void {
    if (isProxied && hasForwardedFor) this.#trustedWith += 1;
    else if (isProxied) this.#trustedWithout += 1;
    else if (hasForwardedFor) {
      this.#untrustedWith += 1;
      this.#untrustedPeer = peer;
    }
  }
}
