import { CheckFailure, type Check } from "./check.js";
import { holds, same, succeeded } from "./expectation.js";
import type { Stage } from "./stage.js";

/** Removes what the run wrote. Comes last, and when the run was interrupted too. */
export const cleanup: Check = {
  name: "cleanup.removed",
  level: "required",
  rule: "R29",
  proves: "What the run wrote is removed by storage delete, and is gone.",
  fix: "Let `delete` remove a document of any collection before it answers, and answer ok for one that is not there.",
  writes: true,
  async run(stage) {
    const failures: string[] = [];
    const queue = [...stage.written];
    const worker = async (): Promise<void> => {
      for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
        try {
          same("status", succeeded(await remove(stage, place)).at("status"), "ok");
        } catch (error) {
          if (!(error instanceof CheckFailure)) throw error;
          failures.push(`${place.collection}/${place.key}`);
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    holds(failures.length === 0, `${String(failures.length)} documents are left: ${failures.slice(0, 5).join(", ")}.`);
    for (const collection of ["tokens", "proxy_configs", "audit", "vault_config"] as const) {
      const items = (await stage.tokenVault.storage({ operation: "list", collection })).at("items");
      const left = (Array.isArray(items) ? items : []).filter((item: unknown) => isOurs(item, stage.prefix));
      holds(left.length === 0, `${String(left.length)} deleted documents of ${collection} are still listed.`);
    }
  },
};

function remove({ tokenVault }: Stage, place: Stage["written"][number]): ReturnType<Stage["send"]> {
  return tokenVault.storage({ operation: "delete", ...place });
}

function isOurs(item: unknown, prefix: string): boolean {
  return typeof item === "object" && item !== null && "key" in item && String(item.key).startsWith(prefix);
}
