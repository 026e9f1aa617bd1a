import { expect } from "vitest";
import type { ErrorCode } from "../../generated/operations.js";
import { TestClock } from "../support/test-server.js";

/** The body of a good answer. */
export async function answerOf(response: Response): Promise<Record<string, unknown>> {
  const body = (await response.json()) as Record<string, unknown>;
  expect(response.status, JSON.stringify(body)).toBe(200);
  return body;
}

/** The `token` of a credential answer. */
export async function tokenOf(response: Response): Promise<Record<string, unknown>> {
  return (await answerOf(response))["token"] as Record<string, unknown>;
}

/** The `items` of a list answer. */
export async function itemsOf(response: Response): Promise<ListedItem[]> {
  return (await answerOf(response))["items"] as ListedItem[];
}

export interface ListedItem {
  readonly key: string;
  readonly meta: Record<string, unknown>;
  readonly data?: Record<string, unknown>;
}

/** The status was held against the code when the answer came. */
export async function expectError(response: Response, code: ErrorCode): Promise<void> {
  expect(await response.json()).toMatchObject({ error: code });
}

/** Stands still, so that what depends on the time can be compared. */
export class StoppedClock extends TestClock {
  constructor(iso: string | number) {
    super();
    this.offsetMs = new Date(iso).getTime();
  }

  override nowMs(): number {
    return this.offsetMs;
  }
}
