// Generated from openapi.yaml by `npm run generate`; do not edit.
import type { operations as ContractOperations } from "./types.js";
import { BindingForm, ExchangeRequest, HealthCheck, HostPermission, ProxyRequest, RefreshNotification, RefreshRequest, StorageRequest, StoreRequest, TicketRequest, getCredentialQuery, getRegistrationUrlQuery, getTotpCodeQuery, showBindPageQuery, type Validator } from "./validators.js";

export const protocolVersion = "2.2.0";
/** SHA-256 of the bytes of openapi.yaml. */
export const contractSha256 = "9dd9712ac351f5e2dca8d00e5c8cde8b65313dfccfd2b824148beeb409c71370";

/** Every error code with its HTTP status. */
export const errorStatus = {
  invalid_request: 400,
  not_totp: 400,
  auth_failed: 401,
  ticket_invalid: 401,
  ticket_expired: 401,
  setup_required: 403,
  forbidden: 403,
  token_not_found: 404,
  not_found: 404,
  method_not_allowed: 405,
  already_exists: 409,
  stale_creation: 409,
  code_expired: 410,
  code_used: 410,
  payload_too_large: 413,
  rate_limited: 429,
  internal_error: 500,
  totp_failed: 500,
  gcp_mint_failed: 500,
  provider_error: 502,
  upstream_error: 502,
  provider_timeout: 504,
  upstream_timeout: 504,
} as const;
export type ErrorCode = keyof typeof errorStatus;

/** What this webhook can do, in the order in which it says so. */
export const capabilityValues = ["storage", "credential", "proxy", "refresh", "store", "tv-refresh", "totp", "ticketConstraints"] as const;
export type Capability = (typeof capabilityValues)[number];

/** Where Token Vault keeps its documents. */
export const collectionValues = ["tokens", "proxy_configs", "audit", "vault_config"] as const;
export type Collection = (typeof collectionValues)[number];

/** The members of a token document that are always encrypted and never listed. */
export const sensitiveFieldValues = ["accessToken", "refreshToken", "certificateData", "privateKeyData", "certificateChain", "sshPrivateKey", "totpSecret", "totpUri"] as const;
export type SensitiveField = (typeof sensitiveFieldValues)[number];

/** What a ticket is for, its `pur`. */
export const ticketPurposeValues = ["store", "agent_credential", "user_reveal", "proxy", "totp_code"] as const;
export type TicketPurpose = (typeof ticketPurposeValues)[number];

export interface OperationDefinition {
  readonly id: string;
  readonly method: "get" | "head" | "post" | "put" | "patch" | "delete" | "options";
  readonly path: string;
  /** All that are true must hold. */
  readonly security: {
    readonly signature: boolean;
    readonly ticket: boolean;
    readonly exchangeCode: boolean;
    readonly adminSecret: boolean;
  };
  readonly caller: "any" | "not-token-vault" | "owner";
  readonly cors: boolean;
  readonly ticketPurposes: readonly string[];
  /** Whether a signature serves once: never, always, or when the body's member has one of the values. */
  readonly rememberSignature: null | true | { readonly member: string; readonly values: readonly string[] };
  /** 0 when the operation takes no body. */
  readonly maxBodyBytes: number;
  readonly bodyRequired: boolean;
  readonly body: Validator | null;
  readonly bodyType: null | "application/json" | "application/x-www-form-urlencoded";
  readonly query: Validator | null;
  /** Media type of the 200 answer; null when it has no body. */
  readonly answerType: null | "application/json" | "text/html" | "text/plain" | "*/*";
}

type OperationTable = { readonly [Id in keyof ContractOperations]: OperationDefinition & { readonly id: Id } };

export const operations = {
  getHealth: {
    id: "getHealth",
    method: "get",
    path: "/v1/health",
    security: { signature: false, ticket: false, exchangeCode: false, adminSecret: false },
    caller: "any",
    cors: true,
    ticketPurposes: [],
    rememberSignature: null,
    maxBodyBytes: 0,
    bodyRequired: false,
    bodyType: null,
    answerType: "application/json",
    body: null,
    query: null,
  },
  headHealth: {
    id: "headHealth",
    method: "head",
    path: "/v1/health",
    security: { signature: false, ticket: false, exchangeCode: false, adminSecret: false },
    caller: "any",
    cors: true,
    ticketPurposes: [],
    rememberSignature: null,
    maxBodyBytes: 0,
    bodyRequired: false,
    bodyType: null,
    answerType: null,
    body: null,
    query: null,
  },
  checkHealth: {
    id: "checkHealth",
    method: "post",
    path: "/v1/health",
    security: { signature: true, ticket: false, exchangeCode: false, adminSecret: false },
    caller: "any",
    cors: false,
    ticketPurposes: [],
    rememberSignature: null,
    maxBodyBytes: 1048576,
    bodyRequired: false,
    bodyType: "application/json",
    answerType: "application/json",
    body: HealthCheck,
    query: null,
  },
  getRegistrationUrl: {
    id: "getRegistrationUrl",
    method: "get",
    path: "/v1/register-url",
    security: { signature: false, ticket: false, exchangeCode: false, adminSecret: true },
    caller: "owner",
    cors: false,
    ticketPurposes: [],
    rememberSignature: null,
    maxBodyBytes: 0,
    bodyRequired: false,
    bodyType: null,
    answerType: "application/json",
    body: null,
    query: getRegistrationUrlQuery,
  },
  showBindPage: {
    id: "showBindPage",
    method: "get",
    path: "/bind",
    security: { signature: false, ticket: false, exchangeCode: false, adminSecret: true },
    caller: "owner",
    cors: false,
    ticketPurposes: [],
    rememberSignature: null,
    maxBodyBytes: 0,
    bodyRequired: false,
    bodyType: null,
    answerType: "text/html",
    body: null,
    query: showBindPageQuery,
  },
  startBinding: {
    id: "startBinding",
    method: "post",
    path: "/bind",
    security: { signature: false, ticket: false, exchangeCode: false, adminSecret: true },
    caller: "owner",
    cors: false,
    ticketPurposes: [],
    rememberSignature: null,
    maxBodyBytes: 8192,
    bodyRequired: false,
    bodyType: "application/x-www-form-urlencoded",
    answerType: null,
    body: BindingForm,
    query: null,
  },
  exchangeCode: {
    id: "exchangeCode",
    method: "post",
    path: "/v1/exchange",
    security: { signature: false, ticket: false, exchangeCode: true, adminSecret: false },
    caller: "any",
    cors: false,
    ticketPurposes: [],
    rememberSignature: null,
    maxBodyBytes: 1048576,
    bodyRequired: true,
    bodyType: "application/json",
    answerType: "application/json",
    body: ExchangeRequest,
    query: null,
  },
  useStorage: {
    id: "useStorage",
    method: "post",
    path: "/v1/storage",
    security: { signature: true, ticket: false, exchangeCode: false, adminSecret: false },
    caller: "any",
    cors: false,
    ticketPurposes: [],
    rememberSignature: { member: "operation", values: ["set", "delete"] },
    maxBodyBytes: 1048576,
    bodyRequired: true,
    bodyType: "application/json",
    answerType: "application/json",
    body: StorageRequest,
    query: null,
  },
  storeCredential: {
    id: "storeCredential",
    method: "post",
    path: "/v1/store",
    security: { signature: false, ticket: true, exchangeCode: false, adminSecret: false },
    caller: "not-token-vault",
    cors: true,
    ticketPurposes: ["store"],
    rememberSignature: null,
    maxBodyBytes: 1048576,
    bodyRequired: true,
    bodyType: "application/json",
    answerType: "application/json",
    body: StoreRequest,
    query: null,
  },
  getCredential: {
    id: "getCredential",
    method: "get",
    path: "/v1/credential",
    security: { signature: false, ticket: true, exchangeCode: false, adminSecret: false },
    caller: "not-token-vault",
    cors: true,
    ticketPurposes: ["agent_credential", "user_reveal"],
    rememberSignature: null,
    maxBodyBytes: 0,
    bodyRequired: false,
    bodyType: null,
    answerType: "application/json",
    body: null,
    query: getCredentialQuery,
  },
  postCredential: {
    id: "postCredential",
    method: "post",
    path: "/v1/credential",
    security: { signature: false, ticket: true, exchangeCode: false, adminSecret: false },
    caller: "not-token-vault",
    cors: true,
    ticketPurposes: ["agent_credential", "user_reveal"],
    rememberSignature: null,
    maxBodyBytes: 1048576,
    bodyRequired: true,
    bodyType: "application/json",
    answerType: "application/json",
    body: TicketRequest,
    query: null,
  },
  getTotpCode: {
    id: "getTotpCode",
    method: "get",
    path: "/v1/totp-code",
    security: { signature: false, ticket: true, exchangeCode: false, adminSecret: false },
    caller: "not-token-vault",
    cors: true,
    ticketPurposes: ["agent_credential", "user_reveal", "totp_code"],
    rememberSignature: null,
    maxBodyBytes: 0,
    bodyRequired: false,
    bodyType: null,
    answerType: "application/json",
    body: null,
    query: getTotpCodeQuery,
  },
  postTotpCode: {
    id: "postTotpCode",
    method: "post",
    path: "/v1/totp-code",
    security: { signature: false, ticket: true, exchangeCode: false, adminSecret: false },
    caller: "not-token-vault",
    cors: true,
    ticketPurposes: ["agent_credential", "user_reveal", "totp_code"],
    rememberSignature: null,
    maxBodyBytes: 1048576,
    bodyRequired: true,
    bodyType: "application/json",
    answerType: "application/json",
    body: TicketRequest,
    query: null,
  },
  proxyRequest: {
    id: "proxyRequest",
    method: "post",
    path: "/v1/proxy",
    security: { signature: true, ticket: true, exchangeCode: false, adminSecret: false },
    caller: "any",
    cors: false,
    ticketPurposes: ["proxy"],
    rememberSignature: null,
    maxBodyBytes: 10485760,
    bodyRequired: true,
    bodyType: "application/json",
    answerType: "*/*",
    body: ProxyRequest,
    query: null,
  },
  notifyRefresh: {
    id: "notifyRefresh",
    method: "post",
    path: "/v1/refresh-notify",
    security: { signature: true, ticket: false, exchangeCode: false, adminSecret: false },
    caller: "any",
    cors: false,
    ticketPurposes: [],
    rememberSignature: true,
    maxBodyBytes: 1048576,
    bodyRequired: true,
    bodyType: "application/json",
    answerType: "application/json",
    body: RefreshNotification,
    query: null,
  },
  refreshTokens: {
    id: "refreshTokens",
    method: "post",
    path: "/v1/refresh",
    security: { signature: true, ticket: false, exchangeCode: false, adminSecret: false },
    caller: "any",
    cors: false,
    ticketPurposes: [],
    rememberSignature: { member: "action", values: ["update"] },
    maxBodyBytes: 1048576,
    bodyRequired: true,
    bodyType: "application/json",
    answerType: "application/json",
    body: RefreshRequest,
    query: null,
  },
  allowHost: {
    id: "allowHost",
    method: "post",
    path: "/owner/hosts",
    security: { signature: false, ticket: false, exchangeCode: false, adminSecret: true },
    caller: "owner",
    cors: false,
    ticketPurposes: [],
    rememberSignature: null,
    maxBodyBytes: 1048576,
    bodyRequired: true,
    bodyType: "application/json",
    answerType: "application/json",
    body: HostPermission,
    query: null,
  },
  showMetrics: {
    id: "showMetrics",
    method: "get",
    path: "/metrics",
    security: { signature: false, ticket: false, exchangeCode: false, adminSecret: true },
    caller: "owner",
    cors: false,
    ticketPurposes: [],
    rememberSignature: null,
    maxBodyBytes: 0,
    bodyRequired: false,
    bodyType: null,
    answerType: "text/plain",
    body: null,
    query: null,
  },
} as const satisfies OperationTable;
