import type { Handlers } from "../contract/operation.js";
import { showAlive, showLlmsText, showLlmText, showReady } from "./about/about.js";
import { showBindPage, startBinding } from "./binding/bind.js";
import { getCredential, postCredential } from "./credentials/credential.js";
import { exchangeCode } from "./binding/exchange.js";
import { checkHealth, getHealth, headHealth } from "./health/health.js";
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
import type { Services } from "./dependencies.js";
import { useStorage } from "./storage/storage.js";
import { storeCredential } from "./credentials/store.js";
import { getTotpCode, postTotpCode } from "./credentials/totp-code.js";

/** Every operation of the contract, none more. */
export const createHandlers = (services: Services): Handlers => ({
  showHome: showHome(services),
  actOnHome: actOnHome(services),
  showAlive,
  showReady: showReady(services),
  showLlmText,
  showLlmsText,
  getHealth: getHealth(services),
  headHealth,
  checkHealth: checkHealth(services),
  getRegistrationUrl: getRegistrationUrl(services),
  showBindPage: showBindPage(services),
  startBinding: startBinding(services),
  exchangeCode: exchangeCode(services),
  useStorage: useStorage(services),
  storeCredential: storeCredential(services),
  getCredential: getCredential(services),
  postCredential: postCredential(services),
  getTotpCode: getTotpCode(services),
  postTotpCode: postTotpCode(services),
  proxyRequest: proxyRequest(services),
  notifyRefresh: notifyRefresh(services),
  refreshTokens: refreshTokens(services),
  showOwnerState: showOwnerState(services),
  lockWebhook: lockWebhook(services),
  unlockWebhook: unlockWebhook(services),
  listServices: listServices(services),
  addService: addService(services),
  removeService: removeService(services),
  allowHost: allowHost(services),
  removeHost: removeHost(services),
  showAudit: showAudit(services),
  showDiagnosis: showDiagnosis(services),
  backUp: backUp(services),
  showMetrics: showMetrics(services),
});
