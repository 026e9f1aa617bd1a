import type { IncomingMessage } from "node:http";
import { pipeline, type Readable, type Transform, type Writable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { WebhookError } from "../platform/errors.js";
import type { OutboundAnswer } from "./outbound-call.js";
import { PieceRedactor, redactStream, redactWhole, type EchoForms } from "./redaction.js";

/** One over another is unusual already; each costs memory. */
const maxEncodings = 2;
/** How much may wait for its taker before the upstream has to: a little, so that neither stops for each piece. */
const maxWaitingBytes = 128 * 1024;

/** An upstream's body, decoded and without the token. It is taken once, in one of the three ways, or discarded. */
export class PassedBody {
  readonly #source: IncomingMessage;
  readonly #decoders: readonly Transform[];
  readonly #echoes: EchoForms;

  /** @throws WebhookError upstream_error when it is encoded in a way that cannot be decoded */
  constructor({ headers, body }: OutboundAnswer, echoes: EchoForms) {
    const decoders = decodersFor(headers);
    if (!decoders) {
      body.destroy();
      throw new WebhookError("upstream_error", "The upstream compressed its answer in a way that cannot be read.");
    }
    this.#source = body;
    this.#decoders = decoders;
    this.#echoes = echoes;
  }

  /** All of it, where all has come already: what is small has, mostly. */
  whole(): Buffer | undefined {
    const source = this.#source;
    if (!source.complete || source.destroyed || this.#decoders.length > 0) return undefined;
    return redactWhole((source.read() as Buffer | null) ?? Buffer.alloc(0), this.#echoes);
  }

  /** As it comes. */
  stream(): Readable {
    return this.#through(redactStream(this.#echoes));
  }

  /**
   * As it comes, and not faster than it is taken. Where it breaks off its taker is destroyed, so that nobody takes for
   * whole what is not.
   */
  sendTo(taker: Writable): void {
    const source = this.#through();
    const redactor = new PieceRedactor(this.#echoes);
    let isHeldUp = false;
    source.on("data", (piece: Buffer) => {
      const bytes = redactor.next(piece);
      if (bytes.length > 0 && !taker.write(bytes) && taker.writableLength > maxWaitingBytes) {
        isHeldUp = true;
        source.pause();
      }
    });
    taker.on("drain", () => {
      if (isHeldUp) source.resume();
      isHeldUp = false;
    });
    source.on("end", () => {
      taker.end(redactor.last());
    });
    source.on("error", () => undefined);
    source.on("close", () => {
      if (!source.readableEnded) taker.destroy();
    });
    taker.on("close", () => {
      if (!source.readableEnded) source.destroy();
    });
    if (source.destroyed) taker.destroy();
  }

  #through(...last: readonly Transform[]): Readable {
    const steps = [...this.#decoders, ...last];
    // A broken stream breaks those behind it; there is nobody else to tell.
    if (steps.length > 0) pipeline([this.#source, ...steps], () => undefined);
    return steps.at(-1) ?? this.#source;
  }

  discard(): void {
    this.#source.destroy();
  }
}

function decodersFor(headers: OutboundAnswer["headers"]): Transform[] | undefined {
  const encodings = headers
    .filter(([name]) => name.length === "content-encoding".length && name.toLowerCase() === "content-encoding")
    .flatMap(([, value]) => value.toLowerCase().split(","))
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== "" && encoding !== "identity");
  if (encodings.length > maxEncodings) return undefined;
  const decoders = encodings.reverse().map(decoderFor);
  return decoders.every((decoder) => decoder !== undefined) ? decoders : undefined;
}

function decoderFor(encoding: string): Transform | undefined {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      return undefined;
  }
}
