import { add } from "./commands/add.js";
import { allow } from "./commands/allow.js";
import { audit } from "./commands/audit.js";
import { backup } from "./commands/backup.js";
import { bind } from "./commands/bind.js";
import type { Command } from "./command.js";
import { completionOf } from "./commands/completion.js";
import { demo } from "./commands/demo.js";
import { doctor } from "./commands/doctor.js";
import { importFolder } from "./commands/import.js";
import { lock, unlock } from "./commands/lock.js";
import { remove } from "./commands/remove.js";
import { restore } from "./commands/restore.js";
import { rotateKey } from "./commands/rotate-key.js";
import { serve } from "./commands/serve.js";
import { services } from "./commands/services.js";
import { verify } from "./commands/verify.js";

/** Every command, in the order of --help. */
export const commands: readonly Command[] = [
  serve,
  bind,
  services,
  add,
  remove,
  allow,
  lock,
  unlock,
  audit,
  backup,
  restore,
  importFolder,
  rotateKey,
  doctor,
  verify,
  demo,
  completionOf(() => commands),
];
