import { Agent, request } from "node:http";
import { RequestMaker, type PreparedRequest } from "./request-file.js";

const connections = 64;
const newestEventMs = Date.UTC(2026, 0, 1);

/** @param index from 0 */
export function serviceName(index: number): string {
  return `service-${String(index).padStart(6, "0")}`;
}

/** Each credential has two secret fields that an agent gets. */
export function tokenDataOf(index: number): Readonly<Record<string, string>> {
  const digits = String(index).padStart(8, "0");
  const secrets = { accessToken: `gho_${digits.repeat(4)}abcd`, apiSecret: digits.repeat(6) };
  return { ...secrets, tokenType: "oauth", provider: "example", scope: "repo read:user" };
}

/**
 * Binds a fresh webhook, and stores so many credentials and as many audit events. The requests are those of the
 * protocol, so that each build makes the files that it will read.
 */
export async function fillWebhook(url: string, size: number): Promise<RequestMaker> {
  const registration = await fetch(`${url}/v1/register-url`);
  const { code } = (await registration.json()) as { code: string };
  const exchange = await fetch(`${url}/v1/exchange`, { method: "POST", body: JSON.stringify({ code }) });
  const { hmacSecret } = (await exchange.json()) as { hmacSecret: string };
  const maker = new RequestMaker(Buffer.from(hmacSecret, "base64"));
  await sendAll(url, size, (index) => {
    const service = serviceName(index);
    return maker.post("/v1/store", { ticket: maker.ticket(service, "store"), service, tokenData: tokenDataOf(index) });
  });
  await sendAll(url, size, (index) => {
    const key = `event-${String(index).padStart(6, "0")}`;
    return maker.signedPost("/v1/storage", { operation: "set", collection: "audit", key, data: auditEvent(index) });
  });
  return maker;
}

async function sendAll(url: string, count: number, make: (index: number) => PreparedRequest): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let next = 0;
  const sendNext = async (): Promise<void> => {
    while (next < count) await send(url, agent, make(next++));
  };
  await Promise.all(Array.from({ length: connections }, sendNext));
  agent.destroy();
}

function send(url: string, agent: Agent, { method, path, headers, body }: PreparedRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}${path}`, { agent, method, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${path} answered ${String(response.statusCode)}`));
      response.resume().on("end", resolve).on("error", reject);
    });
    outgoing.on("error", reject).end(body);
  });
}

function auditEvent(index: number): Readonly<Record<string, unknown>> {
  return {
    timestamp: new Date(newestEventMs - index * 1000).toISOString(),
    event: "credential.accessed",
    service: serviceName(index),
    userId: "user_1",
    agentId: "agent_1",
    outcome: "success",
    ip: "192.0.2.1",
  };
}
