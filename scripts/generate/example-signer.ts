import { createHmac } from "node:crypto";

/** Makes examples real, under the published secret, so that whoever ports can check them. */
export interface ExampleSigner {
  /** Hex of a request's signature. */
  signature(body: string): string;
  ticket(purpose: string): string;
}

const exampleTimestamp = 1_700_000_000;

export function exampleSigner(hmacSecretBase64: string): ExampleSigner {
  const mac = (text: string): string =>
    createHmac("sha256", Buffer.from(hmacSecretBase64, "base64")).update(text).digest("hex");
  return {
    signature: (body) => mac(`${exampleTimestamp}.${body}`),
    ticket(purpose) {
      const times = { iat: exampleTimestamp, exp: exampleTimestamp + 60 };
      const claims = { svc: "github", pur: purpose, ...times, nonce: "n1" };
      const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
      return `${payload}.${mac(payload)}`;
    },
  };
}
