import type { Readable, Writable } from "node:stream";
import type { operations as Contract } from "../../generated/types.js";
import type { JsonText } from "../platform/json-text.js";
import type { TicketClaims } from "../protocol/ticket.js";

export type OperationId = keyof Contract;

type ContentOf<T> = T extends { content: infer C } ? C[keyof C] : undefined;
type BodyOf<Id extends OperationId> = Contract[Id] extends { requestBody?: infer B }
  ? ContentOf<NonNullable<B>>
  : undefined;
type QueryOf<Id extends OperationId> = NonNullable<Contract[Id]["parameters"]["query"]>;
type AnswersOf<Id extends OperationId> = Contract[Id]["responses"];

/** A ticket that is good in everything but that it may have been used. */
export interface PresentedTicket {
  readonly claims: TicketClaims;
  /**
   * Uses the ticket up; a handler does so after everything that may leave the ticket usable, and before anything takes effect.
   * @throws WebhookError ticket_invalid when it was used before
   */
  spend(): Promise<void>;
}

/** What a handler can tell the record of a call to somebody else's server. */
export interface UpstreamFacts {
  readonly upstreamHost?: string;
  readonly upstreamStatus?: number;
  /** Milliseconds to the first byte. */
  readonly upstreamMs?: number;
  /** What became of a refresh. */
  readonly refresh?: string;
}

/** The part of an AbortSignal that tells whether somebody still waits for the answer. */
export interface CallerSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What a handler is given: validated values, and nothing of HTTP. */
export interface OperationRequest<Id extends OperationId> {
  readonly body: BodyOf<Id>;
  readonly query: QueryOf<Id>;
  /** The signed request's id; empty where nothing is signed. */
  readonly requestId: string;
  /** Present where the contract asks for a ticket. */
  readonly ticket: PresentedTicket;
  /** This webhook's own origin as its caller sees it. */
  readonly origin: string;
  /** Aborted when the caller goes away. */
  readonly signal: CallerSignal;
  readonly session: PageSession;
  /** Puts into the record whom the handler called. */
  readonly note: (facts: UpstreamFacts) => void;
}

/** The browser session of the owner, on the page. */
export interface PageSession {
  /** Whether the browser that asks is signed in. */
  readonly isOwner: boolean;
  /** @throws WebhookError auth_failed */
  signIn(secret: string): Promise<void>;
  signOut(): void;
}

/** A page for a person. */
export class Page {
  constructor(
    readonly html: string,
    /** Origins beside our own that its form may lead to. */
    readonly formTargets: readonly string[] = [],
    /** The Link header's value (RFC 8288). */
    readonly link?: string,
  ) {}
}

/** Text for another program. */
export class PlainText {
  constructor(
    readonly text: string,
    readonly mediaType: "text/plain" | "text/markdown" = "text/plain",
  ) {}
}

export class Redirect {
  constructor(readonly location: string) {}
}

/** A body that comes from an upstream. It is taken once, in one of the three ways, or discarded. */
export interface UpstreamBody {
  /** All of it, where all has come already. */
  whole(): Uint8Array | undefined;
  /** As it comes; where it breaks off the stream is destroyed. */
  stream(): Readable;
  /** As it comes and not faster than it is taken; where it breaks off its taker is destroyed. */
  sendTo(taker: Writable): void;
  discard(): void;
}

/** An upstream's answer, passed on as it comes. */
export class UpstreamReply {
  constructor(
    readonly status: number,
    readonly headers: readonly (readonly [string, string])[],
    readonly body: UpstreamBody | null,
  ) {}
}

/** What a handler answers: the contract's answer as a plain value. */
export type Reply<Id extends OperationId> =
  AnswersOf<Id> extends { 303: unknown }
    ? Redirect
    : AnswersOf<Id> extends { 200: { content: { "application/json": infer J } } }
      ? J
      : AnswersOf<Id> extends { 200: { content: { "text/html": unknown } } }
        ? Page
        : AnswersOf<Id> extends { 200: { content: { "text/plain": unknown } | { "text/markdown": unknown } } }
          ? PlainText
          : AnswersOf<Id> extends { 200: { content: { "*/*": unknown } } }
            ? UpstreamReply
            : null;

/** A text in a reply's place is the reply's JSON, where that needs no value to be made from it first. */
export type Handler<Id extends OperationId> = (
  request: OperationRequest<Id>,
) => Reply<Id> | JsonText | Promise<Reply<Id> | JsonText>;

/** One handler for each operation of the contract: a missing, extra or mistyped one does not compile. */
export type Handlers = { readonly [Id in OperationId]: Handler<Id> };
