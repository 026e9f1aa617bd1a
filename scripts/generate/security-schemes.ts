import { ContractError, type ContractOperation } from "./contract.js";

interface KnownScheme {
  /** The name for llm.txt; what the scheme is stands in the contract's components. */
  readonly text: string;
  /** The codes that it refuses with. */
  readonly errors: readonly string[];
  /** Decided by the request's head alone, so that it may stand beside others to choose from. */
  readonly isOfHead?: true;
  /** The owner's own: a page of another origin has no business there. */
  readonly isOwners?: true;
}

/**
 * Every way to authenticate that this project knows. A new one is a row here, an entry in the contract's
 * `securitySchemes` and an authenticator in src/http/authentication.ts; without the last the server does not compile.
 */
const knownSchemes = {
  signature: { text: "signature", errors: ["auth_failed", "setup_required"] },
  ticket: { text: "ticket", errors: ["ticket_invalid", "ticket_expired", "setup_required"] },
  exchangeCode: { text: "exchangeCode", errors: ["code_expired", "code_used"] },
  adminSecret: { text: "adminSecret", errors: ["forbidden"], isOfHead: true, isOwners: true },
  ownerSession: { text: "the owner's session", errors: ["forbidden"], isOfHead: true, isOwners: true },
  firstBinding: {
    text: "loopback until something is bound or stored",
    errors: ["forbidden"],
    isOfHead: true,
    isOwners: true,
  },
  ownPage: { text: "this webhook's own page", errors: ["forbidden", "auth_failed"], isOfHead: true, isOwners: true },
  vaultKey: { text: "vault key (Bearer)", errors: ["auth_failed"], isOfHead: true },
  jwt: { text: "JWT (Bearer)", errors: ["auth_failed"], isOfHead: true },
  sourceSignature: { text: "the source's own signature", errors: ["auth_failed"] },
} as const satisfies Record<string, KnownScheme>;

export type SchemeName = keyof typeof knownSchemes;

/** Alternatives, of which one must hold; of an alternative every scheme. None: public. */
export type Security = readonly (readonly SchemeName[])[];

/** The security of an operation. @throws ContractError */
export function readSecurity({ id, security }: ContractOperation, declared: ReadonlySet<string>): Security {
  const refuse = (problem: string): never => {
    throw new ContractError(`${id}: ${problem}`);
  };
  if (security === null) return refuse("security is missing; say [] for a public operation");
  const alternatives = security.map((alternative) => Object.keys(alternative));
  for (const scheme of alternatives.flat()) {
    if (!isKnown(scheme))
      return refuse(`security scheme ${scheme} is not among ${Object.keys(knownSchemes).join(", ")}`);
    if (!declared.has(scheme)) refuse(`security scheme ${scheme} is not in components.securitySchemes`);
  }
  const known = alternatives as SchemeName[][];
  if (known.some((schemes) => schemes.length === 0))
    refuse("security {} admits everybody beside the schemes; say [] for a public operation");
  const late = known.length > 1 ? known.flat().find((scheme) => !rowOf(scheme).isOfHead) : undefined;
  if (late) refuse(`security offers a choice with ${late}, which needs the body and cannot be one of several`);
  return known;
}

export function isOwners(security: Security): boolean {
  return security.flat().some((scheme) => rowOf(scheme).isOwners);
}

/** What llm.txt says of it. */
export function securityText(security: Security): string {
  if (security.length === 0) return "none";
  return security.map((schemes) => schemes.map((scheme) => rowOf(scheme).text).join(" + ")).join(", or ");
}

export function schemeErrors(scheme: SchemeName): readonly string[] {
  return rowOf(scheme).errors;
}

/** The codes that schemes alone answer; a handler has its own reasons to forbid something. */
export const errorsOfSchemes: ReadonlySet<string> = new Set(
  Object.values(knownSchemes)
    .flatMap(({ errors }): readonly string[] => errors)
    .filter((code) => code !== "forbidden"),
);

function isKnown(name: string): name is SchemeName {
  return Object.hasOwn(knownSchemes, name);
}

function rowOf(name: SchemeName): KnownScheme {
  return knownSchemes[name];
}
