// Generated from openapi.yaml by `npm run generate`; do not edit.
export interface ValidationError {
  /** JSON pointer into the validated value; holds names that the sender chose. */
  instancePath: string;
  /** JSON pointer into the schema; holds names from the contract only. */
  schemaPath: string;
  keyword: string;
  params: Record<string, unknown>;
}

/** Leaves the errors of its last call on itself: read them before anything else runs. */
export type Validator = ((value: unknown) => boolean) & { errors?: ValidationError[] | null };

export const showHomeQuery: Validator;
export const HomeForm: Validator;
export const HealthCheck: Validator;
export const getRegistrationUrlQuery: Validator;
export const showBindPageQuery: Validator;
export const BindingForm: Validator;
export const ExchangeRequest: Validator;
export const StorageRequest: Validator;
export const StoreRequest: Validator;
export const getCredentialQuery: Validator;
export const TicketRequest: Validator;
export const getTotpCodeQuery: Validator;
export const ProxyRequest: Validator;
export const RefreshNotification: Validator;
export const RefreshRequest: Validator;
export const HostPermission: Validator;
export const NewService: Validator;
export const ServiceName: Validator;
export const showAuditQuery: Validator;
