import { PlainText, type Handlers, type Reply } from "../../contract/operation.js";
import { signRequest } from "../../protocol/signature.js";
import type { Dependencies } from "../dependencies.js";

type OwnerHandlers = Pick<
  Handlers,
  | "showOwnerState"
  | "lockWebhook"
  | "unlockWebhook"
  | "listServices"
  | "addService"
  | "removeService"
  | "allowHost"
  | "removeHost"
  | "showAudit"
  | "showDiagnosis"
  | "backUp"
  | "showMetrics"
>;

/** The operations that the contract keeps for the owner. */
export function ownerHandlers(dependencies: Dependencies): OwnerHandlers {
  const { owner, metricsText } = dependencies;
  return {
    showOwnerState: () => owner.state(),
    lockWebhook: () => owner.lock(),
    unlockWebhook: () => owner.unlock(),
    listServices: async () => ({ services: [...(await owner.services())] }),
    addService: async ({ body: { service, tokenData } }) => ({ service, meta: await owner.add(service, tokenData) }),
    removeService: async ({ body: { service } }) => ({ removed: await owner.remove(service) }),
    allowHost: ({ body: { service, host } }) => owner.allowHost(service, host),
    removeHost: ({ body: { service, host } }) => owner.removeHost(service, host),
    showAudit: async ({ query: { limit, ...filter } }) => ({
      lines: [...(await owner.audit({ ...filter, ...(limit === undefined ? {} : { limit: Number(limit) }) }))],
    }),
    showDiagnosis: () => diagnosis(dependencies),
    backUp: async () => new PlainText(await owner.backup()),
    showMetrics: () => new PlainText(metricsText()),
  };
}

/** Gives what the doctor compares from outside: the time, the address, and a request that is signed as Token Vault's are. */
async function diagnosis({ binding, clock, forwarding, externalUrl }: Dependencies): Promise<Reply<"showDiagnosis">> {
  const now = clock.nowMs();
  const hmacKey = await binding.hmacKey();
  const requestId = `req_diagnosis_${crypto.randomUUID()}`;
  const timestamp = String(Math.floor(now / 1000));
  const body = JSON.stringify({ requestId });
  const signature = hmacKey && signRequest(hmacKey, timestamp, Buffer.from(body));
  return {
    now: new Date(now).toISOString(),
    ...(externalUrl === undefined ? {} : { externalUrl }),
    forwarding: forwarding.counts,
    ...(signature === undefined ? {} : { signedHealth: { timestamp, requestId, body, signature } }),
  };
}
