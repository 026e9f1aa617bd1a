import type { Check } from "./check.js";
import { bindingChecks } from "./checks/binding.js";
import { bindingCodeChecks } from "./checks/binding-codes.js";
import { callerChecks } from "./checks/caller.js";
import { contractChecks } from "./checks/contract.js";
import { corsChecks } from "./checks/cors.js";
import { credentialChecks } from "./checks/credential.js";
import { errorChecks } from "./checks/errors.js";
import { googleChecks } from "./checks/google.js";
import { healthChecks } from "./checks/health.js";
import { httpChecks } from "./checks/http-rules.js";
import { limitChecks } from "./checks/limits.js";
import { memoryChecks } from "./checks/memory.js";
import { pagingChecks } from "./checks/paging.js";
import { providerChecks } from "./checks/provider.js";
import { proxyAnswerChecks } from "./checks/proxy-answers.js";
import { proxyEchoChecks } from "./checks/proxy-echo.js";
import { proxyEncodingChecks } from "./checks/proxy-encodings.js";
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
import { storeMemberChecks } from "./checks/store-members.js";
import { ticketChecks } from "./checks/ticket.js";
import { ticketFormChecks } from "./checks/ticket-form.js";
import { totpChecks } from "./checks/totp.js";

/** Lists every check, in the order in which they run: the last ones judge the responses to all others. */
export const checks: readonly Check[] = [
  ...healthChecks,
  ...bindingChecks,
  ...bindingCodeChecks,
  ...errorChecks,
  ...httpChecks,
  ...signatureChecks,
  ...replayChecks,
  ...ticketFormChecks,
  ...ticketChecks,
  ...storageChecks,
  ...storageListChecks,
  ...storageTokenChecks,
  ...pagingChecks,
  ...storeChecks,
  ...storeMemberChecks,
  ...credentialChecks,
  ...googleChecks,
  ...secrecyChecks,
  ...totpChecks,
  ...proxyRequestChecks,
  ...proxyTicketChecks,
  ...proxyAnswerChecks,
  ...proxyEchoChecks,
  ...proxyEncodingChecks,
  ...proxySafetyChecks,
  ...refreshChecks,
  ...providerChecks,
  ...callerChecks,
  ...corsChecks,
  ...limitChecks,
  ...memoryChecks,
  ...contractChecks,
];
