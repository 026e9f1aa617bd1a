import { WebhookError } from "../../platform/errors.js";
import { isRecord } from "../../platform/is-record.js";
import type { Credential } from "../credential.js";
import type { Properties } from "../sensitive-properties.js";
import type { MintedToken, ServiceAccount } from "./google-token.js";
import { authorizeByHeaders, requireAccessToken, type Kind, type KindDependencies } from "./kind.js";

const googleTokenUri = "https://oauth2.googleapis.com/token";
const defaultScope = "https://www.googleapis.com/auth/cloud-platform";

/** A Google service account: its key file is stored as the access token, and never leaves; a token is minted with it. */
export const google: Kind = {
  name: "google",

  matches: (credential) => parseServiceAccount(credential.text("accessToken") ?? "") !== undefined,

  async reveal(credential, _purpose, dependencies) {
    return {
      ...(await mint(credential, dependencies)),
      tokenType: "Bearer",
      serviceName: credential.meta["serviceName"] ?? credential.service,
      gcpMinted: true,
    };
  },

  async authorize(credential, request, dependencies) {
    return authorizeByHeaders(request, (await mint(credential, dependencies)).accessToken);
  },
};

async function mint(credential: Credential, { googleTokens }: KindDependencies): Promise<MintedToken> {
  const account = parseServiceAccount(requireAccessToken(credential));
  if (!account) throw failed("The stored access token is no service-account key.");
  return googleTokens.get(account, storedScope(credential.meta));
}

/** Reads a service-account key file; undefined when the text is none. @throws WebhookError gcp_mint_failed */
function parseServiceAccount(accessToken: string): ServiceAccount | undefined {
  if (!accessToken.trimStart().startsWith("{")) return undefined;
  let key: unknown;
  try {
    // As `trimStart` above, which takes a byte order mark for white space.
    key = JSON.parse(accessToken.trim());
  } catch {
    return undefined;
  }
  if (!isRecord(key) || key["type"] !== "service_account") return undefined;
  const { client_email: email, private_key: privateKey, private_key_id: keyId, token_uri: tokenUri } = key;
  if (typeof email !== "string" || typeof privateKey !== "string")
    throw failed("The service-account key lacks its address or its private key.");
  return {
    clientEmail: email,
    privateKey,
    privateKeyId: typeof keyId === "string" ? keyId : undefined,
    tokenUri: typeof tokenUri === "string" ? tokenUri : googleTokenUri,
  };
}

/** Google's scopes that the owner stored with the key; the ticket's holder cannot name others. */
function storedScope(meta: Properties): string {
  const scope = meta["scope"] ?? meta["scopes"];
  const scopes = Array.isArray(scope) ? scope.join(" ") : scope;
  return typeof scopes === "string" && scopes.includes("https://www.googleapis.com/") ? scopes : defaultScope;
}

function failed(message: string): WebhookError {
  return new WebhookError("gcp_mint_failed", message);
}
