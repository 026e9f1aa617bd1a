import type { Check } from "../check.js";
import { CheckSkipped } from "../check-errors.js";
import { oneSucceeded, refused, refusedCase } from "../expectation.js";
import { adoptSecret } from "../bind-stage.js";

const noExchange = "no code was exchanged in this run; pass --code or --admin-secret";

/** A code is all that a stranger needs to take a webhook over. */
export const bindingCodeChecks: readonly Check[] = [
  {
    name: "binding.code-used",
    level: "security",
    rule: "R16",
    proves: "A code that was exchanged is 410 code_used.",
    fix: "Remember an exchanged code as used until it would have expired.",
    async run(stage) {
      const { code } = stage.binding;
      if (code === undefined) throw new CheckSkipped(noExchange);
      refused(await stage.post("/v1/exchange", { code }), "code_used");
    },
  },
  {
    name: "binding.code-unknown",
    level: "security",
    rule: "R16",
    proves: "A code that nobody made is 410 code_expired.",
    fix: "Answer 410 code_expired for every code that is not known, whatever it looks like.",
    async run(stage) {
      for (const code of [crypto.randomUUID(), "constructor", "__proto__"])
        refusedCase(`the code ${code}`, await stage.post("/v1/exchange", { code }), "code_expired");
    },
  },
  {
    name: "binding.parallel-exchanges",
    level: "security",
    rule: "R16",
    proves: "Of four exchanges of one code at once one succeeds.",
    fix: "Check the code and mark it as used in one step that nothing can come between.",
    run({ binding }) {
      if (!binding.exchanges) throw new CheckSkipped(noExchange);
      oneSucceeded(binding.exchanges, "code_used");
      return Promise.resolve();
    },
  },
  {
    name: "binding.earlier-code",
    level: "security",
    rule: "R16",
    proves: "A code that was made before the webhook was bound ends with the binding.",
    fix: "Let the first exchange void every other code: whoever was on the machine before may have one.",
    async run(stage) {
      const { earlierCode } = stage.binding;
      if (earlierCode === undefined) throw new CheckSkipped("the webhook was bound before the run began");
      const reply = await stage.post("/v1/exchange", { code: earlierCode });
      if (reply.status === 200) await adoptSecret(stage, reply);
      refused(reply, "code_expired", "code_used");
    },
  },
];
