import { asText } from "../../platform/encoding.js";
import { WebhookError } from "../../platform/errors.js";
import type { Credential } from "../credential.js";
import type { Properties } from "../sensitive-properties.js";
import { isAccountKey, minKeyFileLength, parseKeyFile } from "./google-key-file.js";
import type { MintedToken, ServiceAccount } from "./google-token.js";
import { withAccessToken, type Kind, type KindDependencies } from "./kind.js";
import { authorizeByHeaders } from "./static.js";

const googleTokenUri = "https://oauth2.googleapis.com/token";
const defaultScope = "https://www.googleapis.com/auth/cloud-platform";

/** A Google service account: its key file is stored as the access token, and never leaves; a token is minted with it. */
export const google: Kind = {
  matches: withAccessToken(isAccountKey, minKeyFileLength),

  async reveal(credential, _purpose, dependencies) {
    const { accessToken, ...minted } = await mint(credential, dependencies);
    return {
      accessToken: accessToken.reveal(),
      ...minted,
      tokenType: "Bearer",
      serviceName: credential.meta["serviceName"] ?? credential.service,
      gcpMinted: true,
    };
  },

  async authorize(credential, request, dependencies) {
    await request.spend();
    return authorizeByHeaders(request, (await mint(credential, dependencies)).accessToken.reveal());
  },
};

async function mint(credential: Credential, { googleTokens }: KindDependencies): Promise<MintedToken> {
  const file = parseKeyFile(credential.text("accessToken") ?? "");
  return googleTokens.get(serviceAccount(file ?? {}), storedScope(credential.meta));
}

/** Reads a service-account key file. @throws WebhookError gcp_mint_failed */
function serviceAccount(key: Properties): ServiceAccount {
  const { client_email: email, private_key: privateKey, private_key_id: keyId, token_uri: tokenUri } = key;
  if (typeof email !== "string" || typeof privateKey !== "string")
    throw new WebhookError(
      "gcp_mint_failed",
      "The stored key of an account gives no token; store the whole JSON key file of a service account.",
    );
  return {
    clientEmail: email,
    privateKey,
    privateKeyId: asText(keyId),
    tokenUri: asText(tokenUri) ?? googleTokenUri,
  };
}

/** Google's scopes that the owner stored with the key; the ticket's holder cannot name others. */
function storedScope(meta: Properties): string {
  const scope = meta["scope"] ?? meta["scopes"];
  const scopes = Array.isArray(scope) ? scope.join(" ") : scope;
  return typeof scopes === "string" && scopes.includes("https://www.googleapis.com/") ? scopes : defaultScope;
}
