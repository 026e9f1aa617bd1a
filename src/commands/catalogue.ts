import { add } from "./add.js";
import { allow } from "./allow.js";
import { audit } from "./audit.js";
import { backup } from "./backup.js";
import { bind } from "./bind.js";
import type { Command } from "./command.js";
import { completionOf } from "./completion.js";
import { demo } from "./demo.js";
import { doctor } from "./doctor.js";
import { importFolder } from "./import.js";
import { lock, unlock } from "./lock.js";
import { remove } from "./remove.js";
import { restore } from "./restore.js";
import { rotateKey } from "./rotate-key.js";
import { serve } from "./serve.js";
import { services } from "./services.js";
import { verify } from "./verify.js";

const withoutCompletion: readonly Command[] = [
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
];

/** Every command, in the order of --help. */
export const commands: readonly Command[] = [...withoutCompletion, completionOf(withoutCompletion)];
