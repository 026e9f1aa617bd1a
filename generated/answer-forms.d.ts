// Generated from openapi.yaml by `npm run generate`; do not edit.
import type { operations } from "./types.js";
import type { Validator } from "./validators.js";

export interface AnswerForm {
  /** Empty when it has no body. */
  readonly types: readonly string[];
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, { readonly required: boolean; readonly validate: Validator }>>;
}

/** The documented answers, by operation and by status as the contract writes it ("200", "4XX"). */
export const answerForms: { readonly [Id in keyof operations]: Readonly<Record<string, AnswerForm>> };
