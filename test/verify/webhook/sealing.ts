import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { State } from "./state.js";

/** base64(iv of 12 bytes, ciphertext, tag of 16 bytes), bound to its place (R48, R49). */
export function seal(state: State, service: string, field: string, text: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", state.encryptionKey, iv);
  const data = additionalData(state, service, field);
  if (data) cipher.setAAD(data);
  return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64");
}

/** The text, or undefined for a value that does not open at this place. */
export function open(state: State, service: string, field: string, sealed: unknown): string | undefined {
  if (typeof sealed !== "string") return undefined;
  const bytes = Buffer.from(sealed, "base64");
  if (bytes.length < 28 || bytes.toString("base64") !== sealed) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", state.encryptionKey, bytes.subarray(0, 12), { authTagLength: 16 });
  const data = additionalData(state, service, field);
  if (data) decipher.setAAD(data);
  decipher.setAuthTag(bytes.subarray(-16));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

function additionalData(state: State, service: string, field: string): Buffer | undefined {
  if (state.has("moved-values-taken")) return undefined;
  if (state.has("field-not-bound")) return Buffer.from(JSON.stringify(["tokenvault-webhook:field:v2", service]));
  return Buffer.from(JSON.stringify(["tokenvault-webhook:field:v2", service, field]));
}
