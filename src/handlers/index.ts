import type { Handlers } from "../contract.js";
import { showAlive, showLlmsText, showLlmText, showReady } from "./about.js";
import { showBindPage, startBinding } from "./bind.js";
import { getCredential, postCredential } from "./credential.js";
import { exchangeCode } from "./exchange.js";
import { checkHealth, getHealth, headHealth } from "./health.js";
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
import { proxyRequest } from "./proxy.js";
import { refreshTokens } from "./refresh.js";
import { notifyRefresh } from "./refresh-notify.js";
import { getRegistrationUrl } from "./register-url.js";
import type { Services } from "./services.js";
import { useStorage } from "./storage.js";
import { storeCredential } from "./store.js";
import { getTotpCode, postTotpCode } from "./totp-code.js";

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
