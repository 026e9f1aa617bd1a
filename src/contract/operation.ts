import type { Readable } from "node:stream";
import type { operations as definitions } from "../../generated/operations.js";
import type { operations as Contract } from "../../generated/types.js";
import type { TicketClaims } from "../protocol/ticket.js";

export type OperationId = keyof Contract;

/*
 * An operation that the contract does not have any more is an error where its name stands, and in the table of handlers.
 * All that would be of its type is unchecked, so that no other error drowns these two.
 */
type Unchecked = ReturnType<typeof JSON.parse>;
type Parameters<Id extends OperationId> = Contract[Id]["parameters"];

type BodyIn<Content> = Content extends { "application/octet-stream": unknown } | { "*/*": unknown }
  ? Uint8Array
  : Content[keyof Content];
type BodyOf<RequestBody> = RequestBody extends { content: infer Content } ? BodyIn<Content> : undefined;
/** Header names are of lower case, whatever the contract writes. */
type LowerCase<Headers> = { [Name in keyof Headers as Lowercase<Name & string>]: Headers[Name] };

/**
 * The codes that an operation may answer. A handler's own refusals say `satisfies ErrorOf<"…">`, so that no other compiles;
 * what throws further inside is held against the same list by the pipeline.
 */
export type ErrorOf<Id extends OperationId> = (typeof definitions)[Id]["errors"][number];

/** A ticket that is good in everything but that it may have been used. */
export interface PresentedTicket {
  readonly claims: TicketClaims;
  /**
   * Uses the ticket up; a handler does so after everything that may leave the ticket usable, and before anything takes effect.
   * @throws WebhookError ticket_invalid when it was used before
   */
  spend(): Promise<void>;
}

/** A handler tells the audit log these of a call to another server. */
export interface UpstreamFacts {
  readonly upstreamHost?: string;
  readonly upstreamStatus?: number;
  /** The system's code for why there was no response, such as ECONNREFUSED. */
  readonly upstreamError?: string;
  /** Milliseconds to the first byte. */
  readonly upstreamMs?: number;
  /** The result of a refresh. */
  readonly refresh?: string;
}

/** The browser session of the owner, on the page. */
export interface PageSession {
  /** The browser that asks is signed in. */
  readonly isOwner: boolean;
  /** @throws WebhookError auth_failed */
  signIn(secret: string): Promise<void>;
  signOut(): void;
}

/** A handler's input: validated values, and nothing of HTTP. */
export interface OperationRequest<Id extends OperationId> {
  readonly body: BodyOf<Contract[Id]["requestBody"]>;
  readonly query: NonNullable<Parameters<Id>["query"]>;
  /** The path's parameters, each decoded once; one with `x-rest` as it came. */
  readonly params: NonNullable<Parameters<Id>["path"]>;
  readonly headers: LowerCase<NonNullable<Parameters<Id>["header"]>>;
  /** The signed request's id; empty where nothing is signed. */
  readonly requestId: string;
  /** Present where the contract asks for a ticket. */
  readonly ticket: PresentedTicket;
  /** This webhook's own origin as its client sees it. */
  readonly origin: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  readonly session: PageSession;
  /** True for whoever was admitted without the admin secret, since nothing was bound or stored. */
  readonly isFirstBinding: boolean;
  /** Puts into the audit log whom the handler called. */
  readonly note: (facts: UpstreamFacts) => void;
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

/** A reply with another status than 200. */
export class StatusReply<Status extends 201 | 202 | 204, Body> {
  constructor(
    readonly status: Status,
    readonly body: Body,
  ) {}
}

/**
 * An upstream's response, passed on as it comes, with its headers alone: `content-length` among them where the body's
 * length is known. A body that breaks off ends the connection.
 */
export interface UpstreamReply {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Readable | null;
}

type ContentReply<Response> = Response extends { content: { "application/json": infer Json } }
  ? Json
  : Response extends { content: { "text/html": unknown } }
    ? Page
    : Response extends { content: { "text/plain": unknown } | { "text/markdown": unknown } }
      ? PlainText
      : Response extends { content: { "*/*": unknown } }
        ? UpstreamReply
        : Response extends { content?: never }
          ? null
          : never;

type ReplyWith<Status, Response> = Status extends 200
  ? ContentReply<Response>
  : Status extends 303
    ? Redirect
    : Status extends 201 | 202 | 204
      ? StatusReply<Status, ContentReply<Response>>
      : never;

type RepliesOf<Responses> = { [Status in keyof Responses]: ReplyWith<Status, Responses[Status]> }[keyof Responses];

/** A handler's result: one of the contract's successes as a plain value. Another status does not compile. */
export type Reply<Id extends OperationId> = Id extends OperationId ? RepliesOf<Contract[Id]["responses"]> : Unchecked;

export type Handler<Id extends OperationId> = (
  request: Id extends OperationId ? OperationRequest<Id> : Unchecked,
) => Reply<Id> | Promise<Reply<Id>>;

/** One handler for each operation of the contract: a missing, extra or mistyped one does not compile. */
export type Handlers = { readonly [Id in OperationId]: Handler<Id> };
