import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Plays the servers around the demo on one loopback port: an API, an OAuth provider, and Token Vault's redirect. */
export interface OutsideWorld {
  readonly origin: string;
  /** host:port, for ALLOW_PRIVATE_HOSTS. */
  readonly host: string;
  /** The target to which an agent's request for a credential is redirected. */
  redirectTo: string;
  /** The same port under another name: another host that a credential could be sent to. */
  readonly otherHost: string;
  /** Lets a stream of events go on to its second and last one. */
  sendLastEvent: () => void;
  /** The Authorization that the API received in the last call. */
  lastAuthorization: string | undefined;
  close(): Promise<void>;
}

export const renewedAccessToken = "demo-access-token-from-the-provider";

export async function startOutsideWorld(): Promise<OutsideWorld> {
  const server = createServer((request, response) => {
    respond(world, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const world: OutsideWorld = {
    host,
    otherHost: host.replace("127.0.0.1", "localhost"),
    sendLastEvent: () => undefined,
    origin: `http://${host}`,
    redirectTo: "",
    lastAuthorization: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return world;
}

function respond(world: OutsideWorld, request: IncomingMessage, response: ServerResponse): void {
  switch (request.url ?? "/") {
    case "/agent/token":
      response.writeHead(307, { location: world.redirectTo }).end();
      return;
    case "/oauth/token":
      sendJson(response, { access_token: renewedAccessToken, token_type: "bearer", expires_in: 3600 });
      return;
    case "/events":
      response.writeHead(200, { "content-type": "text/event-stream" }).write("data: first\n\n");
      world.sendLastEvent = () => response.end("data: last\n\n");
      return;
    default:
      world.lastAuthorization = request.headers.authorization;
      // The API repeats the credential, as debugging ones do.
      sendJson(response, { you_sent: request.headers.authorization ?? null });
  }
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}
