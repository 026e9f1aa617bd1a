import type { Handlers } from "../contract/operation.js";
import { showAlive, showLlmText, showReady } from "./about.js";
import { exchangeCode, getRegistrationUrl, showBindPage, startBinding } from "./binding.js";
import { getCredential, getTotpCode, storeCredential } from "./credentials.js";
import { getHealth, headHealth } from "./health.js";
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
} from "./owner.js";
import { actOnHome, showHome } from "./home.js";
import { proxyRequest } from "./proxy/proxy.js";
import { notifyRefresh, refreshTokens } from "./refresh.js";
import type { Dependencies } from "./dependencies.js";
import { useStorage } from "./storage.js";

/** Every operation of the contract, none more. */
export const createHandlers = (dependencies: Dependencies): Handlers => ({
  showHome: showHome(dependencies),
  actOnHome: actOnHome(dependencies),
  showAlive,
  showReady: showReady(dependencies),
  showLlmText,
  showLlmsText: showLlmText,
  getHealth: getHealth(dependencies),
  headHealth,
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
