import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import { GuardedFetch, type Dialler } from "../../src/outbound/guarded-fetch.js";

/** What a token endpoint does with one call; its body is sent as JSON. */
export type Scripted = { readonly status?: number; readonly body: unknown } | "hang" | "broken";

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
            outgoing.emit("response", answer(scripted.status ?? 200, scripted.body));
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

function answer(statusCode: number, body: unknown): Readable {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const rawHeaders = ["Content-Type", "application/json"];
  return Object.assign(Readable.from([Buffer.from(text)]), { statusCode, rawHeaders });
}
