import type { Check } from "./check.js";
import { bindingChecks } from "./checks/binding.js";
import { callerChecks } from "./checks/caller.js";
import { contractChecks } from "./checks/contract.js";
import { corsChecks } from "./checks/cors.js";
import { credentialChecks } from "./checks/credential.js";
import { errorChecks } from "./checks/errors.js";
import { healthChecks } from "./checks/health.js";
import { limitChecks } from "./checks/limits.js";
import { pagingChecks } from "./checks/paging.js";
import { providerChecks } from "./checks/provider.js";
import { proxyAnswerChecks } from "./checks/proxy-answers.js";
import { proxyEchoChecks } from "./checks/proxy-echo.js";
import { proxyRequestChecks } from "./checks/proxy-requests.js";
import { proxyTicketChecks } from "./checks/proxy-tickets.js";
import { proxySafetyChecks } from "./checks/proxy-safety.js";
import { refreshChecks } from "./checks/refresh.js";
import { replayChecks } from "./checks/replay.js";
import { secrecyChecks } from "./checks/secrecy.js";
import { signatureChecks } from "./checks/signature.js";
import { storageChecks } from "./checks/storage.js";
import { storageListChecks } from "./checks/storage-lists.js";
import { storageTokenChecks } from "./checks/storage-tokens.js";
import { storeChecks } from "./checks/store.js";
import { ticketChecks } from "./checks/ticket.js";
import { ticketFormChecks } from "./checks/ticket-form.js";
import { totpChecks } from "./checks/totp.js";

/** Lists every check, in the order in which they run: the last ones judge the responses to all others. */
export const checks: readonly Check[] = [
  ...healthChecks,
  ...bindingChecks,
  ...errorChecks,
  ...signatureChecks,
  ...replayChecks,
  ...ticketFormChecks,
  ...ticketChecks,
  ...storageChecks,
  ...storageListChecks,
  ...storageTokenChecks,
  ...pagingChecks,
  ...storeChecks,
  ...credentialChecks,
  ...secrecyChecks,
  ...totpChecks,
  ...proxyRequestChecks,
  ...proxyTicketChecks,
  ...proxyAnswerChecks,
  ...proxyEchoChecks,
  ...proxySafetyChecks,
  ...refreshChecks,
  ...providerChecks,
  ...callerChecks,
  ...corsChecks,
  ...limitChecks,
  ...contractChecks,
];
