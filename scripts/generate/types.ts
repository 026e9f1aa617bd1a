import openapiTS, { astToString } from "openapi-typescript";
import type { Contract } from "./contract.js";

export async function generateTypes(contract: Contract): Promise<string> {
  // A member with a default may be left out of a request, so that it stays optional.
  const nodes = await openapiTS(contract.text, { defaultNonNullable: false, silent: true });
  return astToString(nodes);
}
