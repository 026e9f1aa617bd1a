import { onTestFinished } from "vitest";
import type { Check } from "../../src/verify/check.js";
import { openStage, type OpenStage } from "../../src/verify/open-stage.js";
import type { Outcome } from "../../src/verify/outcome.js";
import { runChecks } from "../../src/verify/run.js";
import type { Stage } from "../../src/verify/stage.js";

/** A stage for the webhook at the address, with a secret of its own. */
export async function opened(url: string): Promise<OpenStage> {
  const open = await openStage({
    url: new URL(url),
    upstreamPort: 0,
    signal: new AbortController().signal,
    onWait: () => undefined,
  });
  onTestFinished(() => open.close());
  open.stage.tokenVault.secret = new Uint8Array(32);
  return open;
}

/** Runs each of them as a check. */
export function outcomesOf(open: OpenStage, ...runs: ((stage: Stage) => Promise<unknown>)[]): Promise<Outcome[]> {
  const checks = runs.map((run, index): Check => {
    const name = `hostile.${String(index)}`;
    return {
      name,
      level: "protocol",
      rule: "R6",
      proves: "It holds.",
      fix: "Mend it.",
      run: async (stage) => void (await run(stage)),
    };
  });
  const { signal } = new AbortController();
  const takeReplies = () => open.takeReplies();
  return runChecks(open.stage, checks, { readOnly: false, slow: false, signal, takeReplies, onStart: () => undefined });
}
