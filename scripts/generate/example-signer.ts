import { createHmac } from "node:crypto";

/** Makes examples real, under the published secret, so that whoever ports can check them. */
export interface ExampleSigner {
  /** Hex of a request's signature. */
  signature(body: string): string;
  ticket(purpose: string): string;
  /** The payload of that ticket, as JSON. */
  payload(purpose: string): string;
}

const exampleTimestamp = 1_700_000_000;

export function exampleSigner(hmacSecretBase64: string): ExampleSigner {
  const mac = (text: string): string =>
    createHmac("sha256", Buffer.from(hmacSecretBase64, "base64")).update(text).digest("hex");
  const payload = (purpose: string): string => {
    const times = { iat: exampleTimestamp, exp: exampleTimestamp + 60 };
    return JSON.stringify({ svc: "github", pur: purpose, ...times, nonce: "n1" });
  };
  return {
    signature: (body) => mac(`${exampleTimestamp}.${body}`),
    ticket(purpose) {
      const encoded = Buffer.from(payload(purpose)).toString("base64url");
      return `${encoded}.${mac(encoded)}`;
    },
    payload,
  };
}
