import type { Masking } from "./masking.js";
import type { Outcome } from "./run.js";

/** What was sent and what came back, fit to be shown to anybody. */
export interface Evidence {
  readonly request?: string;
  readonly answer?: string;
}

const shownRequestHeaders = ["origin", "x-forwarded-for", "x-tokenvault-timestamp", "x-tokenvault-request-id"];

/** Masked, and cut to what can be read at a glance. */
export function evidenceOf({ request, reply }: Outcome, masking: Masking): Evidence {
  return {
    ...(request && {
      request: [
        `${request.method} ${masking.text(maskTicket(request.target))}`,
        ...shownRequestHeaders
          .filter((name) => request.headers[name] !== undefined)
          .map((name) => `${name}: ${masking.text(request.headers[name] ?? "")}`),
        masking.body(request.body),
      ]
        .filter((line) => line !== "")
        .join(" · "),
    }),
    ...(reply && {
      answer: [String(reply.status), masking.text(reply.header("content-type") ?? ""), masking.body(reply.body)]
        .filter((line) => line !== "")
        .join(" · "),
    }),
  };
}

/** A ticket in a query, whatever its form. */
function maskTicket(target: string): string {
  return target.replace(/([?&]ticket=)[^&]*/, "$1[masked]");
}
