import type { webcrypto } from "node:crypto";

declare global {
  // Every supported run-time has these names; the types of Node 20 leave them inside the module.
  type AesGcmParams = webcrypto.AesGcmParams;
  type CryptoKey = webcrypto.CryptoKey;
  type HkdfParams = webcrypto.HkdfParams;
  type JsonWebKey = webcrypto.JsonWebKey;
}
