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

/** Counts what the settings of trusted proxies made of real requests, for the owner's diagnosis. */
export class ForwardingSeen {
  #counts: ForwardingCounts = { trustedWith: 0, trustedWithout: 0, untrustedWith: 0 };

  get counts(): ForwardingCounts {
    return this.#counts;
  }

  note(peer: string, isTrusted: boolean, hasHeader: boolean): void {
    const { trustedWith, trustedWithout, untrustedWith } = this.#counts;
    if (isTrusted && hasHeader) this.#counts = { ...this.#counts, trustedWith: trustedWith + 1 };
    else if (isTrusted) this.#counts = { ...this.#counts, trustedWithout: trustedWithout + 1 };
    else if (hasHeader) this.#counts = { ...this.#counts, untrustedWith: untrustedWith + 1, untrustedPeer: peer };
  }
}
