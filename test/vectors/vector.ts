import type { ErrorCode } from "../../src/platform/errors.js";
import type { Document } from "../../src/store/store.js";
import type { ListOptions } from "../../src/vault/listing.js";

type Members = Readonly<Record<string, unknown>>;

/** What each kind of vector is given. Times (`now`) are Unix seconds; README.md says what each answers. */
export interface VectorInputs {
  readonly signature: {
    readonly secretBase64: string;
    readonly now: number;
    readonly timestamp?: string;
    readonly requestId?: string;
    readonly signature?: string;
    readonly body?: string;
    readonly bodyBase64?: string;
  };
  readonly ticket: {
    readonly secretBase64: string;
    readonly now: number;
    readonly ticket: string;
    readonly purposes: readonly string[];
    readonly service: string;
    readonly maxLifetimeSeconds?: number;
  };
  readonly seed: { readonly seed: string };
  readonly "sealed-value": {
    readonly keyBase64: string;
    readonly service?: string;
    readonly field?: string;
    readonly additionalData?: null;
    readonly ivBase64?: string;
    readonly text?: string;
    readonly sealed?: string;
  };
  readonly totp: {
    readonly secret: string;
    readonly algorithm: string;
    readonly digits: number;
    readonly period: number;
    readonly now: number;
  };
  readonly "totp-uri": { readonly uri: string };
  readonly "store-meta": {
    readonly service: string;
    readonly tokenData: Members;
    readonly now: number;
    readonly cid?: string;
    readonly previousMeta?: Members;
  };
  readonly "list-item": { readonly collection: string; readonly key: string; readonly document: Document };
  readonly "credential-answer": {
    readonly service: string;
    readonly purpose: string;
    readonly now: number;
    readonly cid?: string;
    readonly secrets?: Members;
    readonly meta?: Members;
    readonly document?: Document;
  };
  readonly list: {
    readonly collection: string;
    readonly documents: readonly { readonly key: string; readonly document: Document }[];
    readonly options: ListOptions;
    readonly pages?: number;
  };
  readonly "upstream-address": { readonly address: string };
  readonly "client-address": {
    readonly peer: string;
    readonly forwardedFor: string | null;
    readonly trusted: readonly string[];
  };
  readonly redaction: { readonly secret: string; readonly chunks: readonly string[] };
  readonly "allowed-host": { readonly allowedHosts: unknown; readonly host: string };
}

export type VectorKind = keyof VectorInputs;

interface VectorOf<Kind extends VectorKind> {
  /** One sentence. */
  readonly name: string;
  /** The rule of llm.txt that it checks, such as R23. */
  readonly rule: string;
  readonly kind: Kind;
  /** Where its value was published. */
  readonly source?: string;
  readonly input: VectorInputs[Kind];
  readonly expected?: unknown;
  readonly error?: ErrorCode;
}

/** One case of a file; it has either `expected` or `error`. */
export type Vector = { [Kind in VectorKind]: VectorOf<Kind> }[VectorKind];
