import type { Handlers, OperationId } from "../contract/operation.js";
import { showAlive, showLlmText, showReady } from "./about.js";
import { exchangeCode, getRegistrationUrl, showBindPage, startBinding } from "./binding.js";
import { getCredential, getTotpCode, storeCredential } from "./credentials.js";
import { getHealth } from "./health.js";
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
import type { Dependencies, OperationHandler } from "./dependencies.js";
import { useStorage } from "./storage.js";

/** Every operation of the contract, none more. */
const operations: { readonly [Id in OperationId]: OperationHandler<Id> } = {
  showHome,
  actOnHome,
  showAlive,
  showReady,
  showLlmText,
  showLlmsText: showLlmText,
  getHealth,
  headHealth: getHealth,
  checkHealth: getHealth,
  getRegistrationUrl,
  showBindPage,
  startBinding,
  exchangeCode,
  useStorage,
  storeCredential,
  getCredential,
  postCredential: getCredential,
  getTotpCode,
  postTotpCode: getTotpCode,
  proxyRequest,
  notifyRefresh,
  refreshTokens,
  showOwnerState,
  lockWebhook,
  unlockWebhook,
  listServices,
  addService,
  removeService,
  allowHost,
  removeHost,
  showAudit,
  showDiagnosis,
  backUp,
  showMetrics,
};

export function createHandlers(dependencies: Dependencies): Handlers {
  const handlers = Object.entries<(dependencies: Dependencies, request: never) => unknown>(operations);
  return Object.fromEntries(handlers.map(([id, handler]) => [id, handler.bind(undefined, dependencies)])) as Handlers;
}
