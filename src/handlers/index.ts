import type { Handlers } from "../contract/operation.js";
import { showAlive, showLlmText, showReady } from "./about/about.js";
import { showBindPage, startBinding } from "./binding/bind.js";
import { getCredential } from "./credentials/credential.js";
import { exchangeCode } from "./binding/exchange.js";
import { getHealth } from "./health/health.js";
import {
  addService,
  allowHost,
  backUp,
  listServices,
  lockWebhook,
  removeHost,
  removeService,
  showAudit,
  showDiagnosis,
  showMetrics,
  showOwnerState,
  unlockWebhook,
} from "./owner/owner.js";
import { actOnHome, showHome } from "./about/home.js";
import { proxyRequest } from "./proxy/proxy.js";
import { refreshTokens } from "./refresh/refresh.js";
import { notifyRefresh } from "./refresh/refresh-notify.js";
import { getRegistrationUrl } from "./binding/register-url.js";
import type { Dependencies } from "./dependencies.js";
import { useStorage } from "./storage/storage.js";
import { storeCredential } from "./credentials/store.js";
import { getTotpCode } from "./credentials/totp-code.js";

/** Every operation of the contract, none more. */
export const createHandlers = (dependencies: Dependencies): Handlers => ({
  showHome: showHome(dependencies),
  actOnHome: actOnHome(dependencies),
  showAlive,
  showReady: showReady(dependencies),
  showLlmText,
  showLlmsText: showLlmText,
  getHealth: getHealth(dependencies),
  headHealth: getHealth(dependencies),
  checkHealth: getHealth(dependencies),
  getRegistrationUrl: getRegistrationUrl(dependencies),
  showBindPage: showBindPage(dependencies),
  startBinding: startBinding(dependencies),
  exchangeCode: exchangeCode(dependencies),
  useStorage: useStorage(dependencies),
  storeCredential: storeCredential(dependencies),
  getCredential: getCredential(dependencies),
  postCredential: getCredential(dependencies),
  getTotpCode: getTotpCode(dependencies),
  postTotpCode: getTotpCode(dependencies),
  proxyRequest: proxyRequest(dependencies),
  notifyRefresh: notifyRefresh(dependencies),
  refreshTokens: refreshTokens(dependencies),
  showOwnerState: showOwnerState(dependencies),
  lockWebhook: lockWebhook(dependencies),
  unlockWebhook: unlockWebhook(dependencies),
  listServices: listServices(dependencies),
  addService: addService(dependencies),
  removeService: removeService(dependencies),
  allowHost: allowHost(dependencies),
  removeHost: removeHost(dependencies),
  showAudit: showAudit(dependencies),
  showDiagnosis: showDiagnosis(dependencies),
  backUp: backUp(dependencies),
  showMetrics: showMetrics(dependencies),
});
