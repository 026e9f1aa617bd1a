import { holds } from "./expectation.js";
import type { Reply } from "./reply.js";
import type { Stage } from "./stage.js";
import type { UpstreamCall, UpstreamHandler } from "./upstream.js";

/** Answers with the token that came. */
export type Echo = (token: string, response: Parameters<UpstreamHandler>[1]) => void;

/** Resolves to the response when the upstream repeats the token that it was sent. */
export async function echoed(stage: Stage, secret: string, echo: Echo): Promise<Reply> {
  const service = await stage.stored({ accessToken: secret });
  const { url, calls } = stage.upstream.route((call, response) => {
    echo(tokenOf(call), response);
  });
  const headerTemplates = { Authorization: "Bearer ${TOKEN}" };
  const reply = await stage.tokenVault.proxy({ service, upstream: { url }, headerTemplates });
  const [call] = calls;
  // A call without the token would have no echo.
  holds(call !== undefined && tokenOf(call) === secret, "The upstream did not get the token.");
  return reply;
}

function tokenOf({ headers }: UpstreamCall): string {
  return (headers.authorization ?? "").replace("Bearer ", "");
}
