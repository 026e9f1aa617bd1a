import { exampleSigner } from "./example-signer.js";

export interface TestVectors {
  source: string;
  hmacSecretBase64: string;
  wrongSecretBase64: string;
  request: { timestamp: string; body: string; signatureHex: string };
}

/** A case of test/vectors; its README describes the kinds. */
export interface GuideVector {
  name: string;
  rule: string;
  kind: string;
  input: unknown;
  expected?: unknown;
  error?: string;
}

/** Those that llm.txt has room for: one for each thing that is computed, and what is easily got wrong. */
export const guideVectorPaths = [
  "seed/seed-of-the-rule",
  "sealed-value/seal-vector-of-the-rule",
  "sealed-value/seal-service-with-quote-and-backslash",
  "sealed-value/open-v1-without-additional-data",
  "totp/rfc6238-sha1-at-59",
  "redaction/redaction-across-chunks",
];

/** The purpose of the ticket that stands among the vectors. */
export const shownPurpose = "agent_credential";

export function testVectorText(
  { source, hmacSecretBase64, wrongSecretBase64, request }: TestVectors,
  cases: readonly GuideVector[],
): string {
  // Token Vault's own ticket lives for centuries: no server that keeps the rules takes it.
  const signer = exampleSigner(hmacSecretBase64);
  return `## Test vectors

The signed request: ${source}.

Secret (base64 of the 32 bytes that are the HMAC key): ${hmacSecretBase64}
Another secret, with which both must be refused: ${wrongSecretBase64}

Signed request
X-TokenVault-Timestamp: ${request.timestamp}
raw body: ${request.body}
text under the MAC: ${request.timestamp}.${request.body}
X-TokenVault-Signature: sha256=${request.signatureHex}

Ticket
payload: ${signer.payload(shownPurpose)}
ticket (before the full stop: the text under the MAC): ${signer.ticket(shownPurpose)}

One case a line; \`service\` and \`field\` make the additional data, members in base64 say so:
${cases.map((one) => caseLine(one)).join("\n")}`;
}

function caseLine({ rule, kind, input, expected, error }: GuideVector): string {
  return JSON.stringify({ rule, kind, input, ...(error === undefined ? { expected } : { error }) });
}
