import { stringify } from "yaml";

type Node = Record<string, unknown>;

export const text = { type: "string" };
export const jsonOf = (schema: unknown): Node => ({ content: { "application/json": { schema } } });
export const ok: Node = { "200": { description: "Done.", ...jsonOf({ type: "object" }) } };

const schemes = ["signature", "ticket", "adminSecret", "ownerSession", "vaultKey"];

/** Enough for every rule that an operation of these contracts may have. */
const codes = {
  invalid_request: 400,
  auth_failed: 401,
  ticket_invalid: 401,
  ticket_expired: 401,
  setup_required: 403,
  forbidden: 403,
  payload_too_large: 413,
  rate_limited: 429,
  internal_error: 500,
};
const ofScheme: Record<string, (keyof typeof codes)[]> = {
  signature: ["auth_failed", "setup_required"],
  ticket: ["ticket_invalid", "ticket_expired", "setup_required"],
  vaultKey: ["auth_failed"],
};

/** The codes that an operation of these rules may answer. */
export function errorsOf({ security, requestBody, ...rules }: Node): (keyof typeof codes)[] {
  const schemes = ((security ?? []) as object[]).flatMap((alternative) => Object.keys(alternative));
  const wanted = new Set<string>([
    ...["invalid_request", "rate_limited", "internal_error"],
    ...schemes.flatMap((scheme) => ofScheme[scheme] ?? ["forbidden"]),
    ...(requestBody === undefined ? [] : ["payload_too_large"]),
    ...("x-kill-switch" in rules || "x-refuse-token-vault" in rules ? ["forbidden"] : []),
  ]);
  return (Object.keys(codes) as (keyof typeof codes)[]).filter((code) => wanted.has(code));
}

/** A contract of these paths, with the components that the generator needs. */
export function contractOf(paths: Node): string {
  return stringify({
    openapi: "3.1.0",
    info: { title: "Small", version: "1.0.0" },
    // Those that no operation lists are of no interest.
    "x-errors": Object.keys(codes),
    paths,
    components: {
      securitySchemes: Object.fromEntries(
        schemes.map((name) => [name, { type: "apiKey", in: "header", name: `x-${name.toLowerCase()}` }]),
      ),
      schemas: {
        ErrorCode: { type: "string", enum: Object.keys(codes), "x-status": codes },
        TicketPurpose: { type: "string", enum: ["store"] },
      },
    },
  });
}

/** One operation `tryIt`, public unless `operation` says otherwise. */
export function contractWith(operation: Node, { path = "/v1/try", method = "post" } = {}): string {
  return contractOf({
    [path]: {
      [method]: { operationId: "tryIt", security: [], "x-errors": errorsOf(operation), responses: ok, ...operation },
    },
  });
}

/** A JSON body with these properties, all of them required. */
export function bodyOf(properties: Node): Node {
  const schema = { type: "object", properties, required: Object.keys(properties) };
  return { required: true, "x-max-body-bytes": 1024, ...jsonOf(schema) };
}
