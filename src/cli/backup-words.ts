import type { BackupSummary } from "../backup/backup-check.js";
import { counted } from "./terminal-text.js";

/** "2 credentials among 5 documents". */
export function holdings({ credentials, documents }: BackupSummary): string {
  return `${counted(credentials, "credential")} among ${counted(documents, "document")}`;
}

/** "bound, locked". */
export function standing({ bound, locked }: BackupSummary): string {
  return `${bound ? "bound" : "not bound"}${locked ? ", locked" : ""}`;
}
