import { generateKeyPairSync, type KeyObject } from "node:crypto";

/** A key that Google could have given out. */
export const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

export const privatePem = pemOf(privateKey);

/** The members of a service account's key file. */
export function newServiceAccount(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    type: "service_account",
    project_id: "project",
    private_key_id: "key-1",
    private_key: privatePem,
    client_email: "robot@project.iam.gserviceaccount.com",
    token_uri: "https://oauth2.googleapis.com/token",
    ...change,
  };
}

export function pemOf(key: KeyObject, type: "pkcs8" | "pkcs1" | "sec1" = "pkcs8"): string {
  return key.export({ type, format: "pem" }).toString();
}
