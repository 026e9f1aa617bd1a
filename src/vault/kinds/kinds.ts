import type { Credential } from "../credential.js";
import { google } from "./google.js";
import type { Kind } from "./kind.js";
import { oauth } from "./oauth.js";
import { staticKind } from "./static.js";
import { totp } from "./totp.js";

/** The first that matches counts; the last takes what none before it does. */
const kinds: readonly Kind[] = [totp, google, oauth];

export function kindOf(credential: Credential): Kind {
  return kinds.find((kind) => kind.matches(credential)) ?? staticKind;
}
