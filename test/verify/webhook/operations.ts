import type { IncomingMessage, ServerResponse } from "node:http";
import { optionalText, serviceOf, text } from "./body.js";
import { exchange, health, register } from "./binding.js";
import { credentialOf, totpCodeOf } from "./credential.js";
import { proxied, proxyRequestOf } from "./proxy.js";
import { refresh, refreshNotify } from "./refresh.js";
import { invalid } from "./refusal.js";
import type { Members, State } from "./state.js";
import { useStorage } from "./storage.js";
import { storeCredential } from "./store.js";
import { verifyTicket, type Ticket } from "./tickets.js";

export interface Call {
  readonly state: State;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The body's members; of a GET the query's. */
  readonly members: Members;
  readonly requestId: string;
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly auth: "none" | "owner" | "signature" | "ticket";
  readonly cors?: true;
  /** Token Vault's own address is refused (R8). */
  readonly deniesTokenVault?: true;
  /** Of the body, in bytes; absent where no body is read. */
  readonly limit?: number;
  readonly mayBeEmpty?: true;
  /** Tells the requests whose signature serves once (R20). */
  readonly servesOnce?: (members: Members) => boolean;
  /** The JSON answer, or undefined where it answered itself. */
  readonly run: (call: Call) => Promise<Members | undefined>;
}

const mebibyte = 1_048_576;
const credentialPurposes = ["agent_credential", "user_reveal"];
const codePurposes = [...credentialPurposes, "totp_code"];

/** The ticket first, then the rest (R5). */
function ticketOf({ state, members }: Call, purposes: readonly string[]): Ticket {
  const { ticket, service } = members;
  if (typeof ticket !== "string" || ticket.length > 8192 || typeof service !== "string" || !state.secret)
    throw invalid("A ticket and a service are needed.");
  const checked = verifyTicket(state, state.secret, ticket, purposes, service);
  serviceOf(members, state);
  return checked;
}

const credential = {
  auth: "ticket",
  cors: true,
  deniesTokenVault: true,
  run: async (call: Call) =>
    credentialOf(call.state, String(call.members["service"]), ticketOf(call, credentialPurposes)),
} as const;
const totpCode = {
  ...credential,
  run: async (call: Call) => totpCodeOf(call.state, String(call.members["service"]), ticketOf(call, codePurposes)),
} as const;
const open = { path: "/v1/health", auth: "none", cors: true, run: async ({ state }: Call) => health(state) } as const;

export const operations: readonly Operation[] = [
  { ...open, method: "GET" },
  { ...open, method: "HEAD" },
  {
    ...open,
    method: "POST",
    auth: "signature",
    limit: mebibyte,
    mayBeEmpty: true,
    run: async ({ state, members }) => {
      optionalText(members, "requestId", 256);
      return health(state);
    },
  },
  {
    method: "GET",
    path: "/v1/register-url",
    auth: "owner",
    run: async ({ state, req, members }) => register(state, req, optionalText(members, "tv", 2048)),
  },
  { method: "GET", path: "/bind", auth: "owner", run: showBindPage },
  { method: "POST", path: "/bind", auth: "owner", limit: 8192, run: startBinding },
  {
    method: "POST",
    path: "/v1/exchange",
    auth: "none",
    limit: mebibyte,
    run: async ({ state, members }) => exchange(state, members),
  },
  {
    method: "POST",
    path: "/v1/storage",
    auth: "signature",
    limit: mebibyte,
    servesOnce: ({ operation }) => operation === "set" || operation === "delete",
    run: async ({ state, members, requestId }) => useStorage(state, members, requestId),
  },
  {
    ...credential,
    method: "POST",
    path: "/v1/store",
    limit: mebibyte,
    run: async (call) => {
      const ticket = ticketOf(call, ["store"]);
      return storeCredential(call.state, serviceOf(call.members), call.members["tokenData"], ticket);
    },
  },
  { ...credential, method: "GET", path: "/v1/credential" },
  { ...credential, method: "POST", path: "/v1/credential", limit: mebibyte },
  { ...totpCode, method: "GET", path: "/v1/totp-code" },
  { ...totpCode, method: "POST", path: "/v1/totp-code", limit: mebibyte },
  { method: "POST", path: "/v1/proxy", auth: "signature", limit: 10 * mebibyte, run: proxy },
  {
    method: "POST",
    path: "/v1/refresh-notify",
    auth: "signature",
    limit: mebibyte,
    servesOnce: () => true,
    run: async ({ state, members }) => refreshNotify(state, members),
  },
  {
    method: "POST",
    path: "/v1/refresh",
    auth: "signature",
    limit: mebibyte,
    servesOnce: ({ action }) => action === "update",
    run: async ({ state, members }) => refresh(state, members),
  },
];

/** Signature and body come before the ticket here (R23). */
async function proxy(call: Call): Promise<undefined> {
  const { state, members, res } = call;
  const service = serviceOf(members);
  text(members, "ticket", 0, 8192);
  optionalText(members, "requestId", 256);
  const request = proxyRequestOf(state, members);
  await proxied(state, request, service, ticketOf(call, ["proxy"]), res);
  return undefined;
}

async function showBindPage({ res }: Call): Promise<undefined> {
  res.setHeader("Content-Type", "text/html; charset=utf-8");
  res.end('<!doctype html><title>Bind</title><form method="post"><button>Bind</button></form>');
  return undefined;
}

async function startBinding({ state, req, res, members }: Call): Promise<undefined> {
  const { registrationUrl } = register(state, req, optionalText(members, "tv", 2048));
  res.writeHead(303, { Location: String(registrationUrl) }).end();
  return undefined;
}
