import { credentialFaults } from "./credential-faults.js";
import { outboundFaults } from "./outbound-faults.js";
import { requestFaults } from "./request-faults.js";

/** By name: what goes wrong, and the checks that must notice. */
export type FaultRows = Readonly<Record<string, readonly [what: string, ...fails: string[]]>>;

const rows = { ...requestFaults, ...credentialFaults, ...outboundFaults };

export type FaultName = keyof typeof rows;

interface Fault {
  readonly name: FaultName;
  /** One sentence. */
  readonly what: string;
  /** Names of checks; none for a fault that every check must live with. */
  readonly fails: readonly string[];
}

export const faults: readonly Fault[] = Object.entries<FaultRows[string]>(rows).map(([name, [what, ...fails]]) => ({
  name: name as FaultName,
  what,
  fails,
}));
