import { describe, expect, it } from "vitest";
import { Cipher } from "../../../src/keys/cipher.js";
import { Secret } from "../../../src/platform/secret.js";
import { sealedDocument, sealFields } from "../../../src/vault/sealing.js";
import { Credential } from "../../../src/vault/credential.js";
import { isAccountKey, resolveKeyFile } from "../../../src/vault/kinds/google-key-file.js";
import type { GoogleTokens } from "../../../src/vault/kinds/google-token.js";
import { kindOf } from "../../../src/vault/kinds/kinds.js";
import { newServiceAccount, privatePem } from "../../support/service-account.js";
import { TestClock } from "../../support/test-server.js";
import {
  ordinaryTokens,
  pastedKeyFiles,
  privateKeys,
  unfitPrivateKeys,
  unreadableKeys,
  wrappedSources,
  wrappings,
} from "./pasted-key-files.js";

const cipher = new Cipher(new Uint8Array(32).fill(7));
const refusal = expect.objectContaining({ code: "invalid_request" }) as Error;

function keptToken(accessToken: string): unknown {
  return resolveKeyFile({ accessToken })["accessToken"];
}

function tokenOrRefusal(text: string): unknown {
  try {
    return keptToken(text);
  } catch (error) {
    expect(error).toMatchObject({ code: "invalid_request" });
    return undefined;
  }
}

/** A credential at rest, which nothing looked at when it was stored. */
function atRest(accessToken: string): Credential {
  return new Credential(cipher, "google", sealedDocument(sealFields(cipher, "google", { accessToken }), {}));
}

/** Google, which mints for whatever it is asked for. */
const googleTokens = {
  get: async ({ clientEmail }) => ({
    accessToken: new Secret("minted-token"),
    expiresAt: "2026-01-01T01:00:00Z",
    serviceAccount: clientEmail,
  }),
} as Pick<GoogleTokens, "get"> as GoogleTokens;
const dependencies = { clock: new TestClock(), googleTokens };
const request = { headerTemplates: { authorization: "Bearer ${TOKEN}" }, spend: () => Promise.resolve() };

describe("a key file that is stored", () => {
  it.each(pastedKeyFiles)("%s is kept as Google gives it", (_title, text) => {
    expect(JSON.parse(String(keptToken(text)))).toEqual(newServiceAccount());
  });

  it("without its type is kept all the same", () => {
    const file = newServiceAccount({ type: undefined });
    expect(JSON.parse(String(keptToken(JSON.stringify(file))))).toEqual(file);
  });

  it.each(privateKeys)("with its key %s is kept with a key that signs", (_title, privateKey) => {
    const text = JSON.stringify(newServiceAccount({ private_key: privateKey }));
    expect(JSON.parse(String(keptToken(text)))).toEqual(newServiceAccount());
  });

  it.each(unfitPrivateKeys)("whose private key %s is refused", (_title, privateKey) => {
    const text = JSON.stringify(newServiceAccount({ private_key: privateKey }));
    expect(() => keptToken(text)).toThrow(refusal);
  });

  it.each([undefined, null, "", 7])("whose address is %j is refused", (client_email) => {
    expect(() => keptToken(JSON.stringify(newServiceAccount({ client_email })))).toThrow(refusal);
  });

  it.each(unreadableKeys)("%s is refused", (_title, text) => {
    expect(() => keptToken(text)).toThrow(refusal);
  });

  it.each(Object.keys(wrappedSources))("%s is never kept as it is, in whatever is around it", (source) => {
    const identity = (text: string): string => text;
    const all = Object.entries({ ...wrappings, nothing: identity });
    for (const [first, wrap] of all)
      for (const [second, wrapAgain] of all) {
        const text = wrapAgain(wrap(wrappedSources[source] ?? ""));
        expect(isAccountKey(text), `${first} in ${second}`).toBe(true);
        expect(tokenOrRefusal(text), `${first} in ${second}`).not.toBe(text);
      }
  });

  it("is refused as gcloud's own sign-in with what to do instead", () => {
    const text = JSON.stringify({ type: "authorized_user", client_id: "a", client_secret: "b", refresh_token: "c" });
    expect(() => keptToken(text)).toThrow(/refresh token.*service account/);
  });

  it.each([...pastedKeyFiles, ...unreadableKeys])("%s is refused outside of the access token", (_title, text) => {
    for (const name of ["password", "privateKeyData", "notes"])
      expect(() => resolveKeyFile({ accessToken: "a", [name]: text }), name).toThrow(refusal);
    expect(() => resolveKeyFile({ list: [{ deep: text }] })).toThrow(refusal);
  });

  it("is refused as members of their own", () => {
    expect(() => resolveKeyFile(newServiceAccount())).toThrow(refusal);
    expect(() => resolveKeyFile({ accessToken: "a", login: newServiceAccount() })).toThrow(refusal);
  });
});

describe("a token that is no key file", () => {
  it.each(ordinaryTokens)("such as %s is kept and handed out as it is", async (_title, text) => {
    const properties = { accessToken: text, password: text };
    expect(resolveKeyFile(properties)).toBe(properties);
    expect(await kindOf(atRest(text)).reveal(atRest(text), "agent_credential", dependencies)).toEqual({
      accessToken: text,
    });
  });

  it("such as a member of the name private_key alone is kept", () => {
    const properties = { private_key: privatePem, user: "someone" };
    expect(resolveKeyFile(properties)).toBe(properties);
  });
});

describe("a key file that was stored before such were understood", () => {
  it.each(pastedKeyFiles)("%s gives a minted token", async (_title, text) => {
    const credential = atRest(text);
    expect(await kindOf(credential).reveal(credential, "agent_credential", dependencies)).toMatchObject({
      accessToken: "minted-token",
      gcpMinted: true,
    });
    expect((await kindOf(credential).authorize(credential, request, dependencies)).headers).toEqual({
      authorization: "Bearer minted-token",
    });
  });

  it.each(unreadableKeys)("%s never leaves", async (_title, text) => {
    const credential = atRest(text);
    for (const purpose of ["agent_credential", "user_reveal"])
      await expect(kindOf(credential).reveal(credential, purpose, dependencies)).rejects.toMatchObject({
        code: "gcp_mint_failed",
      });
    await expect(kindOf(credential).authorize(credential, request, dependencies)).rejects.toMatchObject({
      code: "gcp_mint_failed",
    });
  });
});

it("a text that is made to be costly is looked at in no time that others would notice", () => {
  const size = 250_000;
  for (const piece of [
    "MTEx",
    '"',
    "\\",
    "\\\\u",
    "`",
    " ",
    ", ",
    '{"',
    "-----BEGIN PRIVATE KEY-----",
    'private_key"',
    "\0",
  ])
    for (const around of ["", "service_account", '"private_key":'])
      try {
        keptToken(around + piece.repeat(size / piece.length) + around);
      } catch (error) {
        expect(error).toMatchObject({ code: "invalid_request" });
      }
}, 60_000);
