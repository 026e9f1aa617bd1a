// Generated from openapi.yaml by `npm run generate`; do not edit.
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Say what this is; to the owner who signed in, how it stands */
        get: operations["showHome"];
        put?: never;
        /**
         * Do what a button of the page says, and show the page again
         * @description Signing in needs the secret; everything else the session that it began, in a cookie.
         */
        post: operations["actOnHome"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Say that the process answers */
        get: operations["showAlive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Say that the store is open, so that it can serve */
        get: operations["showReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/llm.txt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Give the text that tells a program how to write this webhook */
        get: operations["showLlmText"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/llms.txt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same under the name that some programs look for */
        get: operations["showLlmsText"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Report that the webhook is up */
        get: operations["getHealth"];
        put?: never;
        /** Report that the webhook is up and that the secret is shared */
        post: operations["checkHealth"];
        delete?: never;
        options?: never;
        /** Warm the webhook up */
        head: operations["headHealth"];
        patch?: never;
        trace?: never;
    };
    "/v1/register-url": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Make a registration and the link that completes it
         * @description The new secret takes effect when its code is exchanged; until then the one in force stays.
         */
        get: operations["getRegistrationUrl"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bind": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the owner this webhook's URL and the frontend, and a button that posts */
        get: operations["showBindPage"];
        put?: never;
        /** Make a registration and send the browser to the frontend */
        post: operations["startBinding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exchange": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Exchange a registration code for the shared secret */
        post: operations["exchangeCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/storage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Read and write Token Vault's documents */
        post: operations["useStorage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/store": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Encrypt and keep a credential */
        post: operations["storeCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credential": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Hand out a credential to the bearer of a ticket */
        get: operations["getCredential"];
        put?: never;
        /** Hand out a credential, the ticket in the body */
        post: operations["postCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/totp-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Compute the current one-time code */
        get: operations["getTotpCode"];
        put?: never;
        /** Compute the current one-time code, the ticket in the body */
        post: operations["postTotpCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/proxy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a request upstream with the credential injected
         * @description The upstream's answer comes back as it comes, less what is of its connection and encoding, and less the credential.
         */
        post: operations["proxyRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/refresh-notify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refresh a token with the webhook's own OAuth client */
        post: operations["notifyRefresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hand out a refresh token, or take the renewed tokens */
        post: operations["refreshTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/owner/hosts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a service's credential be sent to one more host */
        post: operations["allowHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/owner/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Say whom it is bound to, and whether it is locked */
        get: operations["showOwnerState"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/owner/lock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refuse everything that touches a credential, from the next request on */
        post: operations["lockWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/owner/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Serve again */
        post: operations["unlockWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/owner/services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what is stored, without what is secret */
        get: operations["listServices"];
        put?: never;
        /** Keep a credential that the owner brings */
        post: operations["addService"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/owner/services/remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove a credential and its hosts */
        post: operations["removeService"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/owner/hosts/remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a host back from a service; the answer is what is left */
        post: operations["removeHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/owner/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the latest lines of the record of every use */
        get: operations["showAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/owner/diagnosis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show what a check of the whole installation has to know of the server */
        get: operations["showDiagnosis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/owner/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give everything that is stored, at one moment, as lines of JSON; secrets stay encrypted under the key */
        post: operations["backUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show counts and times in Prometheus' text format */
        get: operations["showMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description Every code that an error answer can carry, with its HTTP status in `x-status`.
         * @enum {string}
         */
        ErrorCode: "invalid_request" | "not_totp" | "auth_failed" | "ticket_invalid" | "ticket_expired" | "setup_required" | "forbidden" | "token_not_found" | "not_found" | "method_not_allowed" | "already_exists" | "stale_creation" | "code_expired" | "code_used" | "payload_too_large" | "rate_limited" | "internal_error" | "totp_failed" | "gcp_mint_failed" | "provider_error" | "upstream_error" | "provider_timeout" | "upstream_timeout";
        Error: {
            error: components["schemas"]["ErrorCode"];
            /** @description A plain sentence. */
            message: string;
        };
        /**
         * @description What this webhook can do, in the order in which it says so.
         * @enum {string}
         */
        Capability: "storage" | "credential" | "proxy" | "refresh" | "store" | "tv-refresh" | "totp" | "ticketConstraints";
        /**
         * @description Where Token Vault keeps its documents.
         * @enum {string}
         */
        Collection: "tokens" | "proxy_configs" | "audit" | "vault_config";
        /**
         * @description The members of a token document that are always encrypted and never listed.
         * @enum {string}
         */
        SensitiveField: "accessToken" | "refreshToken" | "certificateData" | "privateKeyData" | "certificateChain" | "sshPrivateKey" | "totpSecret" | "totpUri";
        /**
         * @description What a ticket is for, its `pur`.
         * @enum {string}
         */
        TicketPurpose: "store" | "agent_credential" | "user_reveal" | "proxy" | "totp_code";
        Ticket: string;
        /** @description The name under which a credential is stored. */
        Service: string;
        /** @description A document's key in its collection. */
        Key: string;
        /** @description Echoed in the answer; the header's id when absent. */
        RequestId: string;
        /** @description Any JSON object. */
        Document: {
            [key: string]: unknown;
        };
        /** @description The members of a document that are not secret, with what the webhook adds. */
        Meta: {
            [key: string]: unknown;
        };
        /** @description Milliseconds since 1970-01-01T00:00:00Z. */
        UnixMilliseconds: number;
        HealthCheck: {
            requestId?: components["schemas"]["RequestId"];
        };
        Health: {
            /**
             * @description locked: its owner has locked it.
             * @enum {string}
             */
            status: "healthy" | "locked";
            /** @description The protocol version. */
            version: string;
            /** @description Whether the encryption key is at hand. */
            keyConfigured: boolean;
            capabilities: components["schemas"]["Capability"][];
            /** @description Seconds since the start. */
            uptime: number;
            /** @description How many credentials are stored. */
            tokenCount: number;
        };
        Registration: {
            /** Format: uri */
            registrationUrl: string;
            /** Format: uuid */
            code: string;
            /**
             * @description Seconds.
             * @constant
             */
            expiresIn: 300;
            /**
             * Format: uri
             * @description This webhook's address as Token Vault will use it.
             */
            webhookUrl: string;
        };
        BindingForm: {
            tv?: string;
        };
        ExchangeRequest: {
            code: string;
        };
        Binding: {
            /** @description 32 bytes in base64. */
            hmacSecret: string;
            webhookId: string;
            version: string;
            capabilities: components["schemas"]["Capability"][];
        };
        StorageRequest: components["schemas"]["StorageGet"] | components["schemas"]["StorageSet"] | components["schemas"]["StorageDelete"] | components["schemas"]["StorageList"] | components["schemas"]["StorageListBatch"];
        StorageGet: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            operation: "get";
            collection: components["schemas"]["Collection"];
            key: components["schemas"]["Key"];
            requestId?: components["schemas"]["RequestId"];
        };
        StorageSet: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            operation: "set";
            collection: components["schemas"]["Collection"];
            key: components["schemas"]["Key"];
            data: components["schemas"]["Document"];
            requestId?: components["schemas"]["RequestId"];
        };
        StorageDelete: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            operation: "delete";
            collection: components["schemas"]["Collection"];
            key: components["schemas"]["Key"];
            requestId?: components["schemas"]["RequestId"];
        };
        StorageList: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            operation: "list";
            collection: components["schemas"]["Collection"];
            options?: components["schemas"]["ListOptions"];
            requestId?: components["schemas"]["RequestId"];
        };
        StorageListBatch: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            operation: "list_batch";
            collections: string[];
            options?: components["schemas"]["ListOptions"];
            requestId?: components["schemas"]["RequestId"];
        };
        ListOptions: {
            /** @description How many items at the most. */
            limit?: number;
            /** @description The `nextCursor` of the page before; a bare key or timestamp does too. */
            after?: string | number;
            /** @description The smallest timestamp (audit) or key that is listed. */
            since?: string | number;
            /** @description Each member must equal that of the item's meta (audit, of its data). */
            filters?: {
                [key: string]: unknown;
            };
        };
        StorageAnswer: components["schemas"]["StorageGetAnswer"] | components["schemas"]["StorageDone"] | components["schemas"]["StorageListAnswer"] | components["schemas"]["StorageListBatchAnswer"];
        StorageGetAnswer: {
            /** @description The document, or null when there is none. */
            data: components["schemas"]["Document"] | null;
            requestId: string;
        };
        StorageDone: {
            /** @constant */
            status: "ok";
            requestId: string;
        };
        StorageListAnswer: {
            items: components["schemas"]["StorageItem"][];
            pagination?: components["schemas"]["Pagination"];
            requestId: string;
        };
        StorageListBatchAnswer: {
            results: {
                [key: string]: components["schemas"]["StorageBatchList"];
            };
            requestId: string;
        };
        StorageBatchList: {
            items: components["schemas"]["StorageItem"][];
            pagination?: components["schemas"]["Pagination"];
        };
        StorageItem: {
            key: string;
            meta: components["schemas"]["Meta"];
            data?: components["schemas"]["Document"];
        };
        Pagination: {
            hasMore: boolean;
            /** @description Opaque; null on the last page. */
            nextCursor: string | null;
            /** @description How many items fit `since` and `filters`, on all pages. */
            totalCount: number;
        };
        StoreRequest: {
            ticket: components["schemas"]["Ticket"];
            service: components["schemas"]["Service"];
            tokenData: components["schemas"]["TokenData"];
        };
        /** @description Members whose names say that they are secret are encrypted; the others are kept as meta. */
        TokenData: {
            accessToken?: string | null;
            refreshToken?: string | null;
            certificateData?: string | null;
            privateKeyData?: string | null;
            certificateChain?: string | null;
            sshPrivateKey?: string | null;
            /** @description Base32. */
            totpSecret?: string | null;
            /** @description `otpauth://totp/…`; parsed, never kept. */
            totpUri?: string | null;
            /** @description SHA1, SHA256 or SHA512. */
            totpAlgorithm?: unknown;
            /** @description From 6 to 8. */
            totpDigits?: unknown;
            /** @description Seconds, from 1 to 3600. */
            totpPeriod?: unknown;
            /** @description oauth when absent. */
            tokenType?: string | null;
            /** @description ISO 8601, UTC where it names no zone; gives `expiryTime` when that is absent. */
            expiresAt?: unknown;
            /** @description The hosts that the proxy may send this credential to. */
            allowedHosts?: unknown;
            expiryTime?: components["schemas"]["UnixMilliseconds"] | null;
        } & {
            [key: string]: unknown;
        };
        StoreAnswer: {
            /** @constant */
            status: "stored";
            service: string;
            meta: components["schemas"]["Meta"];
        };
        TicketRequest: {
            ticket: components["schemas"]["Ticket"];
            service: components["schemas"]["Service"];
        };
        CredentialAnswer: {
            /** @description The decrypted fields and the meta; of a TOTP seed its code, of a Google key a minted token. */
            token: {
                [key: string]: unknown;
            };
        };
        TotpCode: {
            code: string;
            /** @description Seconds until the next code. */
            remainingSeconds: number;
            /** @description Seconds. */
            period: number;
            digits: number;
        };
        ProxyRequest: {
            ticket: components["schemas"]["Ticket"];
            service: components["schemas"]["Service"];
            upstream: components["schemas"]["Upstream"];
            /** @description Headers in which `${TOKEN}` becomes the access token. */
            headerTemplates: components["schemas"]["HeaderMap"];
            requestId?: components["schemas"]["RequestId"];
        };
        Upstream: {
            /** @description https; http only for a host that the owner allowed. */
            url: string;
            /** @description GET when absent. */
            method?: string;
            headers?: components["schemas"]["HeaderMap"];
            /** @description Base64. */
            body?: string | null;
        };
        /** @description A name is an HTTP token of at most 256 characters. */
        HeaderMap: {
            [key: string]: string;
        };
        RefreshNotification: {
            service: components["schemas"]["Service"];
            reason?: string;
            refreshHint?: components["schemas"]["RefreshHint"];
            requestId?: components["schemas"]["RequestId"];
        };
        /** @description Names the provider; where a secret is sent is the local client's setting. */
        RefreshHint: {
            provider?: string;
            tokenUrl?: string;
            clientId?: string;
        };
        RefreshNotificationAnswer: components["schemas"]["Refreshed"] | components["schemas"]["NotRefreshed"];
        Refreshed: {
            /** @constant */
            status: "refreshed";
            /** Format: date-time */
            newExpiresAt: string;
            requestId?: string;
        };
        NotRefreshed: {
            /** @enum {string} */
            status: "no_token" | "no_refresh_token" | "acknowledged" | "refresh_failed";
            message: string;
            requestId?: string;
        };
        RefreshRequest: components["schemas"]["RefreshGet"] | components["schemas"]["RefreshUpdate"];
        RefreshGet: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            action: "get";
            service: components["schemas"]["Service"];
            requestId?: components["schemas"]["RequestId"];
        };
        RefreshUpdate: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            action: "update";
            service: components["schemas"]["Service"];
            tokens: components["schemas"]["RenewedTokens"];
            requestId?: components["schemas"]["RequestId"];
        };
        /** @description What is not named stays as it is. */
        RenewedTokens: {
            accessToken: string;
            refreshToken?: string | null;
            expiryTime?: components["schemas"]["UnixMilliseconds"] | null;
        };
        RefreshAnswer: components["schemas"]["RefreshTokenAnswer"] | components["schemas"]["RefreshUpdated"] | components["schemas"]["RefreshImpossible"];
        RefreshTokenAnswer: {
            /** @constant */
            status: "ok";
            refreshToken: string;
            meta: components["schemas"]["Meta"];
            requestId?: string;
        };
        RefreshUpdated: {
            /** @constant */
            status: "updated";
            /** @description ISO 8601, or empty when no expiry is known. */
            newExpiresAt: string;
            requestId?: string;
        };
        RefreshImpossible: {
            /** @enum {string} */
            status: "no_token" | "no_refresh_token";
            requestId?: string;
        };
        /** @description A button of the page. `secret` signs in, `service` and `host` are what the action is about. */
        HomeForm: {
            /** @enum {string} */
            action: "sign-in" | "sign-out" | "lock" | "unlock" | "allow-host" | "remove-host" | "remove-service";
            secret?: string;
            service?: string;
            host?: string;
        };
        OwnerState: {
            protocolVersion: string;
            webhookId: string;
            bound: boolean;
            /** Format: date-time */
            boundAt?: string;
            /** @description The origin of the frontend that the binding was completed at. */
            boundTo?: string;
            locked: boolean;
            /** Format: date-time */
            lockedAt?: string;
            tokenCount: number;
            /**
             * Format: date-time
             * @description When the server was started; of a stopped one: now.
             */
            startedAt: string;
        };
        ServiceList: {
            services: components["schemas"]["ServiceSummary"][];
        };
        /** @description A stored credential as its owner sees it in a list. */
        ServiceSummary: {
            service: string;
            tokenType: string;
            createdAt?: string;
            updatedAt?: string;
            /** @description Milliseconds since 1970-01-01T00:00:00Z. */
            expiryTime?: number;
            needsReconnect: boolean;
            /** Format: date-time */
            lastUsedAt?: string;
            hosts: components["schemas"]["ServiceHosts"];
        };
        NewService: {
            service: components["schemas"]["Service"];
            tokenData: components["schemas"]["TokenData"];
        };
        AddedService: {
            service: string;
            meta: components["schemas"]["Meta"];
        };
        ServiceName: {
            service: components["schemas"]["Key"];
        };
        RemovedService: {
            /** @description False when there was none. */
            removed: boolean;
        };
        Diagnosis: {
            /** Format: date-time */
            now: string;
            /** @description WEBHOOK_EXTERNAL_URL, as the server has it. */
            externalUrl?: string;
            /** @description A signed POST /v1/health that was not sent yet, once there is a shared secret. */
            signedHealth?: {
                timestamp: string;
                requestId: string;
                signature: string;
                body: string;
            };
            /** @description How many requests had an X-Forwarded-For, and whether it came from a trusted proxy. */
            forwarding: {
                trustedWith: number;
                trustedWithout: number;
                untrustedWith: number;
                untrustedPeer?: string;
            };
        };
        AuditLines: {
            /** @description Newest first. */
            lines: {
                [key: string]: unknown;
            }[];
        };
        HostPermission: {
            service: components["schemas"]["Service"];
            /** @description A name, or `*.` before one for its subdomains. */
            host: string;
        };
        /** @description The hosts that a service's credential may be sent to. */
        ServiceHosts: {
            service: string;
            /** @description The first host that it was used with. */
            pinned?: string;
            /** @description Those that came with the credential. */
            listed?: string[];
            /** @description Those that the owner added. */
            allowed?: string[];
        };
    };
    responses: {
        /** @description It is. */
        Probe: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @constant */
                    status: "ok";
                };
            };
        };
        /** @description llm.txt of this version. */
        LlmText: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "text/markdown": string;
            };
        };
        /** @description The webhook is up. */
        Health: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Health"];
            };
        };
        /** @description The credential, never to be cached. */
        Credential: {
            headers: {
                "Cache-Control": "no-store";
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["CredentialAnswer"];
            };
        };
        /** @description The code of this moment. */
        TotpCode: {
            headers: {
                "Cache-Control": "no-store";
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["TotpCode"];
            };
        };
        /** @description A page for a person. */
        Page: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "text/html": string;
            };
        };
        /** @description Refused or failed; the code says why. A person who opens a sealed page, or presses a button of the owner's, gets the same status as a page. */
        Error: {
            headers: {
                /** @description Seconds; with `rate_limited`. */
                "Retry-After"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
                "text/html": string;
            };
        };
    };
    parameters: {
        /** @description The signed ticket. */
        Ticket: components["schemas"]["Ticket"];
        /** @description The service whose credential is asked for. */
        Service: components["schemas"]["Service"];
        /** @description The origin of another Token Vault frontend; https, or http for localhost. */
        Frontend: string;
    };
    requestBodies: {
        TicketBody: {
            content: {
                "application/json": components["schemas"]["TicketRequest"];
            };
        };
    };
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    showHome: {
        parameters: {
            query?: {
                /** @description Only the audit lines of this service. */
                service?: string;
                /** @description Only those of this operation. */
                op?: string;
                /** @description Only those with this outcome. */
                outcome?: string;
                /** @description What was just done. */
                said?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page for a person, with a link to the text for programs. */
            200: {
                headers: {
                    Link: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    actOnHome: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["HomeForm"];
            };
        };
        responses: {
            /** @description Done; the page follows. */
            303: {
                headers: {
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    showAlive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Probe"];
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    showReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Probe"];
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    showLlmText: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["LlmText"];
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    showLlmsText: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["LlmText"];
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Health"];
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    checkHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["HealthCheck"];
            };
        };
        responses: {
            200: components["responses"]["Health"];
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    headHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Health"];
            /** @description Refused. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Failed. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getRegistrationUrl: {
        parameters: {
            query?: {
                /** @description The origin of another Token Vault frontend; https, or http for localhost. */
                tv?: components["parameters"]["Frontend"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link for the owner to open. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Registration"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    showBindPage: {
        parameters: {
            query?: {
                /** @description The origin of another Token Vault frontend; https, or http for localhost. */
                tv?: components["parameters"]["Frontend"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Page"];
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    startBinding: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["BindingForm"];
            };
        };
        responses: {
            /** @description Go on at the frontend. */
            303: {
                headers: {
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    exchangeCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExchangeRequest"];
            };
        };
        responses: {
            /** @description Bound. The secret is in force from now on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Binding"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    useStorage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StorageRequest"];
            };
        };
        responses: {
            /** @description Done. The answer's form follows the request's operation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StorageAnswer"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    storeCredential: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StoreRequest"];
            };
        };
        responses: {
            /** @description Kept, encrypted, on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoreAnswer"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    getCredential: {
        parameters: {
            query: {
                /** @description The signed ticket. */
                ticket: components["parameters"]["Ticket"];
                /** @description The service whose credential is asked for. */
                service: components["parameters"]["Service"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Credential"];
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    postCredential: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["TicketBody"];
        responses: {
            200: components["responses"]["Credential"];
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    getTotpCode: {
        parameters: {
            query: {
                /** @description The signed ticket. */
                ticket: components["parameters"]["Ticket"];
                /** @description The service whose credential is asked for. */
                service: components["parameters"]["Service"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["TotpCode"];
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    postTotpCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["TicketBody"];
        responses: {
            200: components["responses"]["TotpCode"];
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    proxyRequest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProxyRequest"];
            };
        };
        responses: {
            /** @description What the upstream answered. Its status may be any. */
            200: {
                headers: {
                    /** @description The status that the upstream answered with. */
                    "X-Upstream-Status": string;
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    notifyRefresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshNotification"];
            };
        };
        responses: {
            /** @description What became of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefreshNotificationAnswer"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    refreshTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description The answer's form follows the request's action. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefreshAnswer"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    allowHost: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HostPermission"];
            };
        };
        responses: {
            /** @description Allowed from now on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceHosts"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    showOwnerState: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnerState"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    lockWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnerState"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    unlockWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnerState"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    listServices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    addService: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewService"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedService"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    removeService: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ServiceName"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemovedService"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    removeHost: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HostPermission"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceHosts"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    showAudit: {
        parameters: {
            query?: {
                /** @description Only those of this service. */
                service?: string;
                /** @description Only those of this operation. */
                op?: string;
                /** @description Only those with this outcome. */
                outcome?: string;
                /** @description At most so many; 100 when absent. */
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditLines"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    showDiagnosis: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Diagnosis"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    backUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    showMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
}
