export interface TestVectors {
  source: string;
  hmacSecretBase64: string;
  wrongSecretBase64: string;
  request: { timestamp: string; body: string; signatureHex: string };
  ticket: { value: string; payload: Record<string, unknown> };
}

export function testVectorText({ source, hmacSecretBase64, wrongSecretBase64, request, ticket }: TestVectors): string {
  const [encoded, mac] = ticket.value.split(".");
  return `## Test vectors

Source: ${source}.

Secret (base64 of the 32 bytes that are the HMAC key): ${hmacSecretBase64}
Another secret, with which both below must be refused: ${wrongSecretBase64}

Signed request
X-TokenVault-Timestamp: ${request.timestamp}
raw body: ${request.body}
text under the MAC: ${request.timestamp}.${request.body}
X-TokenVault-Signature: sha256=${request.signatureHex}

Ticket
payload: ${JSON.stringify(ticket.payload)}
base64url, the text under the MAC: ${encoded}
MAC (hex): ${mac}
ticket: ${ticket.value}`;
}
