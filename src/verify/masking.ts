import { parsed, type Reply, type SentRequest } from "./reply.js";
import { mask, shownForeign, shownRequest, type IsOwn } from "./shown-value.js";

const ticketForm = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{8,}\.[0-9a-f]{64}/gi;
const hexForm = /(?:sha256=)?(?<![0-9a-f])[0-9a-f]{32,}/gi;
/** These move a terminal's cursor, turn text round or end a line: C0, C1, bidi, separators, halves of pairs. */
const unprintable = /\p{Cc}|[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;
const mediaTypeForm = /^[\w.+-]{1,40}\/[\w.+-]{1,60}(?=$|[;\s])/;
const shownRequestHeaders = ["origin", "x-forwarded-for", "x-tokenvault-timestamp", "x-tokenvault-request-id"];
const maxShownLength = 600;
/** A shorter encoding of a secret may occur by chance. */
const minVariantLength = 6;

/** The request and the response of an outcome, fit to be shown to anybody. */
export interface Evidence {
  readonly request?: string;
  readonly answer?: string;
}

/** Removes secrets from everything that is shown: ours, and those that a faulty webhook gives away. */
export class Masking {
  readonly #variants = new Set<string>();
  #longestFirst: readonly string[] | undefined;
  readonly #isOwn: IsOwn;

  /** @param ownPrefix documents whose key begins otherwise are the owner's, and not shown */
  constructor(ownPrefix: string) {
    this.#isOwn = (text) => text.includes(ownPrefix);
  }

  add(secret: string): void {
    if (secret === "") return;
    for (const variant of [secret, ...variantsOf(secret)]) this.#variants.add(variant);
    this.#longestFirst = undefined;
  }

  text(text: string): string {
    this.#longestFirst ??= [...this.#variants].sort((a, b) => b.length - a.length);
    let masked = text;
    for (const secret of this.#longestFirst) masked = masked.replaceAll(secret, mask);
    return masked.replace(ticketForm, mask).replace(hexForm, mask).replace(unprintable, "·");
  }

  /** Masks the reason that a check gives, and cuts it to what can be read at a glance. */
  sentence(text: string): string {
    return cut(this.text(text));
  }

  /** Masks a request's body, and cuts it to what can be read at a glance. */
  request({ body, bodyLength = body.length }: Pick<SentRequest, "body" | "bodyLength">): string {
    const text = new TextDecoder().decode(body);
    const value = parsed(text);
    // A secret that the end cuts off would not be recognised.
    if (body.length < bodyLength) return lengthOf(bodyLength);
    const shown = value === undefined ? text : JSON.stringify(shownRequest(value, this.#isOwn));
    return this.#cutBody(shown, bodyLength);
  }

  /** Shows a response's type and body; of a body that is no JSON only the length. */
  answer({ json, body, bodyLength, rawHeaders }: Reply): string {
    const index = rawHeaders.findIndex((name, at) => at % 2 === 0 && name.toLowerCase() === "content-type");
    const type = mediaTypeForm.exec(rawHeaders[index + 1] ?? "")?.[0] ?? "";
    const isKnown = json !== undefined && body.length === bodyLength;
    const shown = isKnown
      ? this.#cutBody(JSON.stringify(shownForeign(json, this.#isOwn)), bodyLength)
      : bodyLength > 0
        ? lengthOf(bodyLength)
        : "";
    return [index >= 0 ? this.text(type) : "", shown].filter((part) => part !== "").join(" · ");
  }

  #cutBody(shown: string, length: number): string {
    const masked = this.text(shown);
    return masked.length > maxShownLength ? `${cut(masked)} (${String(length)} bytes)` : masked;
  }
}

/** Masks an outcome's request and response, and cuts both to what can be read at a glance. */
export function evidenceOf(
  { request, reply }: { readonly request?: SentRequest; readonly reply?: Reply },
  masking: Masking,
): Evidence {
  return {
    ...(request && {
      request: joined([
        `${request.method} ${masking.text(maskTicket(request.target))}`,
        ...shownRequestHeaders
          .filter((name) => request.headers[name] !== undefined)
          .map((name) => `${name}: ${masking.text(request.headers[name] ?? "")}`),
        masking.request(request),
      ]),
    }),
    ...(reply && { answer: joined([String(reply.status), masking.answer(reply)]) }),
  };
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" · ");
}

/** Masks a ticket in a query, also a malformed one. */
function maskTicket(target: string): string {
  return target.replace(/([?&]ticket=)[^&]*/, "$1[masked]");
}

/** Lists the other spellings in which a secret may come back. */
function variantsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString("hex");
  const unpadded = secret.replace(/=+$/, "");
  return [
    unpadded,
    unpadded.replaceAll("+", "-").replaceAll("/", "_"),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    hex,
    hex.toUpperCase(),
    percentEncoded(secret),
    JSON.stringify(secret).slice(1, -1),
    // A secret that is bytes in base64 may come back in hex.
    ...(/^[A-Za-z0-9+/]{43}=$/.test(secret) ? hexOf(Buffer.from(secret, "base64")) : []),
  ].filter((variant) => variant.length >= minVariantLength);
}

function hexOf(bytes: Buffer): string[] {
  return [bytes.toString("hex"), bytes.toString("hex").toUpperCase()];
}

function percentEncoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));
}

function lengthOf(bytes: number): string {
  return `[${String(bytes)} bytes]`;
}

function cut(text: string): string {
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text;
}
