import { createHmac, randomBytes } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";

export interface PreparedRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** ASCII. */
  readonly body: string;
}

/** Makes requests as Token Vault, an agent or a browser sends them, each with an id, a ticket or both of its own. */
export class RequestMaker {
  constructor(private readonly hmacSecret: Uint8Array) {}

  get(path: string): PreparedRequest {
    return { method: "GET", path, headers: {}, body: "" };
  }

  post(path: string, body: unknown): PreparedRequest {
    return { method: "POST", path, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  }

  signedPost(path: string, members: Readonly<Record<string, unknown>>): PreparedRequest {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const request = this.post(path, members);
    const signature = {
      "x-tokenvault-timestamp": timestamp,
      "x-tokenvault-request-id": `req_${randomBytes(16).toString("hex")}`,
      "x-tokenvault-signature": `sha256=${this.#mac(`${timestamp}.${request.body}`)}`,
    };
    return { ...request, headers: { ...request.headers, ...signature } };
  }

  ticket(service: string, purpose: string): string {
    const iat = Math.floor(Date.now() / 1000);
    const nonce = randomBytes(16).toString("hex");
    const claims = { sub: "user_1", aid: "agent_1", svc: service, pur: purpose, iat, exp: iat + 600, nonce };
    const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
    return `${payload}.${this.#mac(payload)}`;
  }

  #mac(text: string): string {
    return createHmac("sha256", this.hmacSecret).update(text).digest("hex");
  }
}

/** Writes a file for prepared-requests.lua. */
export function writeRequestFile(path: string, count: number, make: (index: number) => PreparedRequest): void {
  const file = openSync(path, "w");
  try {
    let piece = "";
    for (let index = 0; index < count; index++) {
      const request = print(make(index));
      piece += `${String(request.length)}\n${request}`;
      if (piece.length < 1 << 20 && index < count - 1) continue;
      writeSync(file, piece);
      piece = "";
    }
  } finally {
    closeSync(file);
  }
}

function print({ method, path, headers, body }: PreparedRequest): string {
  const length = method === "POST" ? { "content-length": String(body.length) } : {};
  const fields = Object.entries({ host: "localhost", ...headers, ...length }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `${method} ${path} HTTP/1.1\r\n${fields.join("\r\n")}\r\n\r\n${body}`;
}
