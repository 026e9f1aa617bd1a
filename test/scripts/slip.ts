import { expect } from "vitest";
import { contractText } from "./generated.js";

/** A slip: the text of openapi.yaml at its first place, what it becomes, and what says so. */
export type Slip = readonly [title: string, text: string | RegExp, becomes: string, says: string];

/** The copy of openapi.yaml with the slip. */
export function slipped(text: string | RegExp, becomes: string): string {
  const copy = contractText.replace(text, becomes);
  expect(copy, String(text)).not.toBe(contractText);
  return copy;
}

/** The first `text` behind the line that names the operation or the schema. */
export function after(place: string, text: string): RegExp {
  const escaped = text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<=${place}\\n(?:.*\\n){0,60}?.*)${escaped}`);
}
export const at = (id: string): string => `operationId: ${id}`;
