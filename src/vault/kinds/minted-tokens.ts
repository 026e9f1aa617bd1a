import { createHash } from "node:crypto";
import type { Clock } from "../../platform/clock.js";
import type { GuardedFetch } from "../../outbound/guarded-fetch.js";
import { Secret } from "../../platform/secret.js";
import { mintToken, type MintedToken, type ServiceAccount } from "./google-account.js";

interface Kept {
  readonly accessToken: Secret;
  readonly minted: Omit<MintedToken, "accessToken">;
}

const maxKept = 100;
/** A token is not handed out with less time left than this. */
const marginMs = 300_000;

/**
 * Tokens minted for Google service accounts, kept while they last. They are known by the key that they were minted with
 * and by their scope, so that another key never gets them; callers of the same time share one call.
 */
export class MintedTokens {
  readonly #kept = new Map<string, Promise<Kept>>();

  constructor(
    private readonly fetch: GuardedFetch,
    private readonly clock: Clock,
  ) {}

  /** @throws WebhookError gcp_mint_failed, forbidden */
  async get(account: ServiceAccount, scope: string): Promise<MintedToken> {
    const name = fingerprint(account, scope);
    const held = this.#kept.get(name);
    const known = await held?.catch(() => undefined);
    if (known && Date.parse(known.minted.expiresAt) - this.clock.nowMs() > marginMs) return reveal(known);
    // Another caller may have begun anew by now: then its call is this one's too.
    if (held && this.#kept.get(name) === held) this.#kept.delete(name);
    let minting = this.#kept.get(name);
    if (!minting) {
      const [oldest] = this.#kept.keys();
      if (this.#kept.size >= maxKept && oldest !== undefined) this.#kept.delete(oldest);
      minting = this.#mint(account, scope);
      this.#kept.set(name, minting);
      minting.catch(() => this.#kept.delete(name));
    }
    return reveal(await minting);
  }

  async #mint(account: ServiceAccount, scope: string): Promise<Kept> {
    const { accessToken, ...minted } = await mintToken(this.fetch, account, scope, this.clock);
    return { accessToken: new Secret(accessToken), minted };
  }
}

function reveal({ accessToken, minted }: Kept): MintedToken {
  return { accessToken: accessToken.reveal(), ...minted };
}

function fingerprint({ clientEmail, privateKey, tokenUri }: ServiceAccount, scope: string): string {
  return createHash("sha256")
    .update(JSON.stringify([clientEmail, privateKey, tokenUri, scope]))
    .digest("hex");
}
