import { createHash, createHmac, randomBytes, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { Refused, type Alter, type Answer, type Members, type Store } from "./answer.js";
import { opened, sealed, sensitive, storage, tokens } from "./documents.js";
import { call } from "./proxy.js";

const version = "2.0.0";
const capabilities = ["store", "credential", "proxy", "refresh", "storage"];
const credentialPurposes = ["agent_credential", "user_reveal"];

/**
 * A webhook in the style of Token Vault's public example of protocol 2.0.0, which works with Token Vault every day:
 * the secret is there from the start, anybody gets a registration, and answers have members of their own.
 * @param alter makes it a faulty one
 */
export async function startPublicStyleWebhook(
  alter: Alter = (answer) => answer,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const store: Store = {
    secret: randomBytes(32),
    key: randomBytes(32),
    codes: new Map(),
    seenIds: new Set(),
    seenNonces: new Set(),
    collections: Object.assign(Object.create(null) as Store["collections"], {
      tokens: {},
      proxy_configs: {},
      audit: {},
    }),
  };
  const webhookId = randomUUID();
  const server = createServer((req, res) => {
    respond(store, webhookId, req, alter).then(
      (answer) => {
        send(res, req, answer);
      },
      () => {
        // A framework's own words for what nobody thought of.
        send(res, req, { status: 500, body: "Internal Server Error", headers: { "content-type": "text/plain" } });
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function send(res: ServerResponse, req: IncomingMessage, { status, body, headers }: Answer): void {
  const isRaw = Buffer.isBuffer(body) || typeof body === "string";
  const bytes = body === undefined ? undefined : isRaw ? body : JSON.stringify(body);
  res.writeHead(status, isRaw || body === undefined ? headers : { "content-type": "application/json", ...headers });
  res.end(req.method === "HEAD" ? undefined : bytes);
}

async function respond(store: Store, webhookId: string, req: IncomingMessage, alter: Alter): Promise<Answer> {
  const url = new URL(req.url ?? "/", "http://webhook");
  const bytes = await buffer(req);
  const route = `${req.method ?? ""} ${url.pathname}`;
  const isPage = url.pathname === "/v1/store" || url.pathname === "/v1/credential";
  const headers = isPage ? corsHeaders(req.headers.origin) : {};
  const asked = { method: req.method ?? "", path: url.pathname, body: tried(bytes) };
  try {
    const answer = await routed(store, webhookId, route, url, req, bytes);
    return alter({ ...answer, headers: { ...headers, ...answer.headers } }, asked);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const body = { error: error.code, message: error.message, requestId: randomUUID(), timestamp: Date.now() };
    return alter({ status: error.status, body, headers }, asked);
  }
}

async function routed(
  store: Store,
  webhookId: string,
  route: string,
  url: URL,
  req: IncomingMessage,
  bytes: Buffer,
): Promise<Answer> {
  const ok = (body: Members): Answer => ({ status: 200, body, headers: {} });
  const query = Object.fromEntries(url.searchParams);
  const signed = (): Members => {
    requireSigned(store, req, bytes);
    return parsed(bytes);
  };
  switch (route) {
    case "GET /v1/health":
      return ok(health(store));
    case "POST /v1/health":
      requireSigned(store, req, bytes);
      return ok(health(store));
    case "GET /v1/register-url":
      return ok(registration(store, req));
    case "GET /bind":
      return {
        status: 200,
        body: `<a href="${String(registration(store, req)["registrationUrl"])}">Bind</a>`,
        headers: { "content-type": "text/html" },
      };
    case "POST /v1/exchange":
      return ok({ ...exchanged(store, parsed(bytes)), webhookId, version, capabilities, bound: true });
    case "POST /v1/storage":
      return ok({ ...storage(store, signed()), requestId: idOf(req, bytes) });
    case "OPTIONS /v1/store":
    case "OPTIONS /v1/credential":
      return { status: 204, body: undefined, headers: {} };
    case "POST /v1/store":
      return ok(stored(store, parsed(bytes)));
    case "GET /v1/credential":
      return ok(credential(store, query));
    case "POST /v1/credential":
      return ok(credential(store, parsed(bytes)));
    case "POST /v1/refresh-notify":
      return ok({ ...(await notified(store, signed())), requestId: idOf(req, bytes) });
    case "POST /v1/proxy": {
      const body = signed();
      const { service } = ticketed(store, body, ["proxy"]);
      const token = opened(store, service)?.["accessToken"];
      if (typeof token !== "string") throw new Refused(404, "token_not_found", `No accessToken for '${service}'`);
      return call(body, token);
    }
  }
  const isKnown = /^\/(?:bind|v1\/(?:health|register-url|exchange|storage|store|credential|refresh-notify|proxy))$/;
  const detail = isKnown.test(url.pathname) ? "Method Not Allowed" : "Not Found";
  return { status: detail === "Not Found" ? 404 : 405, body: { detail }, headers: {} };
}

function corsHeaders(origin = "*"): Record<string, string> {
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "POST, OPTIONS",
    "access-control-allow-headers": "Content-Type",
  };
}

function health({ collections }: Store): Members {
  const tokenCount = Object.keys(collections["tokens"] ?? {}).length;
  return { status: "healthy", version, keyConfigured: true, capabilities, uptime: 1, tokenCount, region: "example" };
}

function registration({ codes, secret }: Store, req: IncomingMessage): Members {
  const code = randomUUID();
  codes.set(code, false);
  const webhookUrl = `https://${req.headers.host ?? ""}`;
  const hash = createHash("sha256").update(secret).digest("hex");
  const link = `code=${code}&webhook_url=${Buffer.from(webhookUrl).toString("base64")}&hmac_hash=${hash}`;
  return { registrationUrl: `https://tokenvault.uk/vault/webhook-bind?${link}`, code, expiresIn: 300, webhookUrl };
}

function exchanged({ codes, secret }: Store, { code = "" }: Members): Members {
  if (typeof code !== "string" || code === "") throw new Refused(400, "invalid_request", "Missing 'code'");
  if (!codes.has(code)) throw new Refused(410, "code_expired", "Registration code expired or not found");
  if (codes.get(code)) throw new Refused(410, "code_used", "Registration code already used");
  codes.set(code, true);
  return { hmacSecret: secret.toString("base64") };
}

/** The id is used up before the signature is checked, and is not asked for. */
function requireSigned({ secret, seenIds }: Store, { headers }: IncomingMessage, bytes: Buffer): void {
  const failed = (message: string): Refused => new Refused(401, "auth_failed", message);
  const signature = String(headers["x-tokenvault-signature"] ?? "");
  const timestamp = String(headers["x-tokenvault-timestamp"] ?? "");
  const id = headers["x-tokenvault-request-id"];
  if (!signature.startsWith("sha256=") || !/^[+-]?\d+(?:_\d+)*$/.test(timestamp)) throw failed("Missing headers");
  if (Math.abs(Date.now() / 1000 - Number(timestamp.replaceAll("_", ""))) > 300) throw failed("Outside the window");
  if (typeof id === "string" && seenIds.has(id)) throw failed("Duplicate request ID");
  if (typeof id === "string") seenIds.add(id);
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  const mac = createHmac("sha256", secret).update(`${timestamp}.${text}`).digest("hex");
  if (mac !== signature.slice("sha256=".length)) throw failed("Invalid HMAC signature");
}

/** The nonce is used up before purpose and service are compared. */
function ticketed(store: Store, { ticket, service }: Members, purposes: readonly string[]): { service: string } {
  if (typeof ticket !== "string" || ticket === "") throw new Refused(400, "invalid_request", "Missing 'ticket'");
  if (typeof service !== "string" || service === "") throw new Refused(400, "invalid_request", "Missing 'service'");
  const [payload = "", mac = "", ...rest] = ticket.split(".");
  const isGenuine = mac === createHmac("sha256", store.secret).update(payload).digest("hex");
  if (rest.length > 0 || !isGenuine) throw new Refused(401, "ticket_invalid", "HMAC signature verification failed");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Members;
  if (typeof claims["exp"] !== "number" && claims["exp"] !== undefined) throw new TypeError("not a number");
  if ((claims["exp"] ?? 0) < Date.now() / 1000) throw new Refused(401, "ticket_expired", "Ticket has expired");
  const nonce = claims["nonce"];
  if (nonce !== undefined && nonce !== "" && store.seenNonces.has(JSON.stringify(nonce)))
    throw new Refused(401, "ticket_invalid", "Ticket nonce already used");
  store.seenNonces.add(JSON.stringify(nonce));
  if (!purposes.includes(String(claims["pur"])))
    throw new Refused(401, "ticket_invalid", `Invalid ticket purpose: '${String(claims["pur"])}'`);
  if (claims["svc"] !== service)
    throw new Refused(401, "ticket_invalid", `Ticket is for '${String(claims["svc"])}', not '${service}'`);
  return { service };
}

function stored(store: Store, body: Members): Members {
  const data = body["tokenData"];
  if (typeof data !== "object" || data === null) throw new Refused(400, "invalid_request", "Missing 'tokenData'");
  const { service } = ticketed(store, body, ["store"]);
  const given = Object.entries(data as Members).filter(([, value]) => value !== null && value !== undefined);
  const secrets = given.filter(([name]) => sensitive.includes(name));
  const meta: Members = {
    tokenType: "oauth",
    ...Object.fromEntries(given.filter(([name]) => !sensitive.includes(name))),
    serviceName: service,
    createdAt: `${new Date().toISOString().slice(0, 19)}Z`,
    hasRefreshToken: Boolean((data as Members)["refreshToken"]),
  };
  if (meta["expiryTime"] === undefined && typeof meta["expiresAt"] === "string")
    meta["expiryTime"] = Date.parse(meta["expiresAt"]);
  const fields = Object.fromEntries(secrets.map(([name, value]) => [name, sealed(store, String(value))]));
  tokens(store)[service] = { v: 1, alg: "AES-256-GCM", fields, meta };
  return { status: "stored", service, meta, storedBy: "example" };
}

/** All of it goes to whoever has a ticket, the refresh token too. */
function credential(store: Store, members: Members): Members {
  const { service } = ticketed(store, members, credentialPurposes);
  const token = opened(store, service);
  if (!token) throw new Refused(404, "token_not_found", `No token stored for service '${service}'`);
  return { token, servedBy: "example" };
}

/** The hint says where the refresh token goes. */
async function notified(store: Store, { service, refreshHint }: Members): Promise<Members> {
  if (typeof service !== "string" || service === "") throw new Refused(400, "invalid_request", "Missing 'service'");
  const token = opened(store, service);
  if (!token) return { status: "no_token", message: `No token stored for service '${service}'` };
  if (!token["refreshToken"]) return { status: "no_refresh_token", message: "No refreshToken found" };
  const { tokenUrl, clientId, clientSecret } = (refreshHint ?? {}) as Record<string, string | undefined>;
  if (!tokenUrl || !clientId || !clientSecret) return { status: "acknowledged", message: "No provider info" };
  await fetch(tokenUrl, {
    method: "POST",
    body: new URLSearchParams({ refresh_token: JSON.stringify(token["refreshToken"]) }),
  });
  return { status: "refreshed", newExpiresAt: new Date(Date.now() + 3_600_000).toISOString() };
}

function parsed(bytes: Buffer): Members {
  try {
    return JSON.parse(bytes.toString()) as Members;
  } catch {
    throw new Refused(400, "invalid_request", "Invalid JSON: Expecting value: line 1 column 1");
  }
}

function tried(bytes: Buffer): Members {
  try {
    return (JSON.parse(bytes.toString()) ?? {}) as Members;
  } catch {
    return {};
  }
}

function idOf({ headers }: IncomingMessage, bytes: Buffer): unknown {
  return tried(bytes)["requestId"] ?? headers["x-tokenvault-request-id"];
}
