// Generated from openapi.yaml by `npm run generate`; do not edit.
import type { operations } from "./types.js";

export interface ValidationError {
  /** JSON pointer into the validated value; holds names that the sender chose. */
  instancePath: string;
  /** JSON pointer into the schema; holds names from the contract only. */
  schemaPath: string;
  keyword: string;
  params: Record<string, unknown>;
  message?: string;
}

/** Leaves the errors of its last call on itself: read them before anything else runs. */
export type Validator = ((value: unknown) => boolean) & { errors?: ValidationError[] | null };

/** Validators of the documented JSON answers, by operation and by status as the contract writes it ("200", "4XX"). */
export const answers: { readonly [Id in keyof operations]: Readonly<Record<string, Validator>> };
