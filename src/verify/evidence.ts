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
      request: joined([
        `${request.method} ${masking.text(maskTicket(request.target))}`,
        ...shownRequestHeaders
          .filter((name) => request.headers[name] !== undefined)
          .map((name) => `${name}: ${masking.text(request.headers[name] ?? "")}`),
        masking.request(request),
      ]),
    }),
    ...(reply && { answer: joined([String(reply.status), masking.answer(reply)]) }),
  };
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" · ");
}

/** A ticket in a query, whatever its form. */
function maskTicket(target: string): string {
  return target.replace(/([?&]ticket=)[^&]*/, "$1[masked]");
}
