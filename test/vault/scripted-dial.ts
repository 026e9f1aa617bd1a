import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import { GuardedFetch, type Dialler } from "../../src/outbound/guarded-fetch.js";

interface ScriptedAnswer {
  readonly status?: number;
  /** Sent as JSON unless it is a text or bytes. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a token endpoint does with one call. */
export type Scripted = ScriptedAnswer | "hang" | "broken";

export type Script = (form: URLSearchParams, host: string) => Scripted | Promise<Scripted>;

export interface ScriptedEndpoint {
  readonly fetch: GuardedFetch;
  /** The forms that came, in order. */
  readonly calls: URLSearchParams[];
  /** What the next calls get. */
  script: Script;
}

/** A token endpoint without a socket: what is not answered has run out of time at once. */
export function scriptedEndpoint(script: Script): ScriptedEndpoint {
  const dial: Dialler = ({ url }) => {
    const outgoing = Object.assign(new EventEmitter(), {
      setTimeout: () => undefined,
      setHeader: () => undefined,
      destroy: (error: Error) => {
        outgoing.emit("error", error);
        outgoing.emit("close");
      },
      end: (body: Uint8Array) => {
        const form = new URLSearchParams(Buffer.from(body).toString());
        endpoint.calls.push(form);
        void Promise.resolve(endpoint.script(form, url.host)).then((scripted) => {
          if (scripted === "hang") outgoing.emit("timeout");
          else if (scripted === "broken") outgoing.destroy(new Error("ECONNRESET"));
          else {
            outgoing.emit("response", answer(scripted));
            outgoing.emit("close");
          }
        });
      },
    });
    return outgoing as unknown as ReturnType<Dialler>;
  };
  const resolve = (): Promise<readonly string[]> => Promise.resolve(["93.184.215.14"]);
  const fetch = new GuardedFetch({ allowPrivateHosts: new Set(), resolve, dial });
  const endpoint: ScriptedEndpoint = { fetch, calls: [], script };
  return endpoint;
}

function answer({ status: statusCode = 200, body, headers = {} }: ScriptedAnswer): Readable {
  const bytes = Buffer.from(body instanceof Uint8Array || typeof body === "string" ? body : JSON.stringify(body));
  const rawHeaders = Object.entries({ "Content-Type": "application/json", ...headers }).flat();
  return Object.assign(Readable.from([bytes]), { statusCode, rawHeaders });
}
