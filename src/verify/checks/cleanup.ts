import { collectionValues, type Collection } from "../../../generated/operations.js";
import type { Check } from "../check.js";
import { CheckFailure, CheckSkipped } from "../check-errors.js";
import { holds } from "../expectation.js";
import { ownProperty, textOf, type Reply } from "../reply.js";
import type { Stage } from "../stage.js";
import type { WrittenDocument } from "../written-documents.js";

const workers = 32;
/** The cleanup goes on as long as documents go away. */
const maxStandstillMs = 15_000;
/** Bounds how far the clock behind an audit event may be slow. */
const auditMarginMs = 3_600_000;

/** Removes the documents that the run wrote. It comes last, and after an interruption too. */
export const cleanup: Check = {
  name: "cleanup.removed",
  level: "protocol",
  rule: "R29",
  proves: "What the run wrote is removed by storage delete, and is gone.",
  fix: "Let `delete` remove a document of any collection before it answers, and answer ok for one that is not there.",
  async run(stage) {
    const queue = [...stage.written];
    const left: WrittenDocument[] = [];
    let progressMs = performance.now();
    const worker = async (): Promise<void> => {
      for (let document = queue.pop(); document !== undefined; document = queue.pop()) {
        if (await isRemoved(stage, document)) progressMs = performance.now();
        else left.push(document);
        if (performance.now() - progressMs > maxStandstillMs) left.push(...queue.splice(0));
      }
    };
    await Promise.all(Array.from({ length: workers }, worker));
    const names = left.slice(0, 5).map(({ collection, key }) => `${collection}/${key}`);
    holds(left.length === 0, `${String(left.length)} documents are left: ${names.join(", ")}.`);
    const used = collectionValues.filter((one) => stage.written.some(({ collection }) => collection === one));
    for (const collection of used) {
      const listed = (await listedItems(stage, collection)).at("items");
      const ours = (Array.isArray(listed) ? listed : []).filter((item: unknown) =>
        textOf(ownProperty(item, "key")).startsWith(stage.prefix),
      );
      holds(ours.length === 0, `${String(ours.length)} deleted documents of ${collection} are still listed.`);
    }
  },
};

async function isRemoved({ tokenVault }: Stage, document: WrittenDocument): Promise<boolean> {
  try {
    return (await tokenVault.storage({ operation: "delete", ...document })).status === 200;
  } catch (error) {
    if (error instanceof CheckFailure || error instanceof CheckSkipped) return false;
    throw error;
  }
}

/** Lists from the run's own keys on: the owner may have more documents than a response holds. */
function listedItems({ tokenVault, prefix }: Stage, collection: Collection): Promise<Reply> {
  const since = collection === "audit" ? new Date(Date.now() - auditMarginMs).toISOString() : prefix;
  return tokenVault.storage({ operation: "list", collection, options: { since, limit: 500 } });
}
