import { PlainText } from "../contract/operation.js";
import { withoutUndefined } from "../platform/encoding.js";
import { signRequest } from "../protocol/signature.js";
import type { OperationHandler } from "./dependencies.js";

export const showOwnerState: OperationHandler<"showOwnerState"> = ({ owner }) => owner.state();

export const lockWebhook: OperationHandler<"lockWebhook"> = ({ owner }) => owner.lock();

export const unlockWebhook: OperationHandler<"unlockWebhook"> = ({ owner }) => owner.unlock();

export const listServices: OperationHandler<"listServices"> = async ({ owner }) => ({
  services: [...(await owner.services())],
});

export const addService: OperationHandler<"addService"> = async ({ owner }, { body: { service, tokenData } }) => ({
  service,
  meta: await owner.add(service, tokenData),
});

export const removeService: OperationHandler<"removeService"> = async ({ owner }, { body: { service } }) => ({
  removed: await owner.remove(service),
});

export const allowHost: OperationHandler<"allowHost"> = ({ owner }, { body: { service, host } }) =>
  owner.allowHost(service, host);

export const removeHost: OperationHandler<"removeHost"> = ({ owner }, { body: { service, host } }) =>
  owner.removeHost(service, host);

export const showAudit: OperationHandler<"showAudit"> = async ({ owner }, { query: { limit, ...filter } }) => ({
  lines: [...(await owner.audit({ ...filter, limit: limit === undefined ? undefined : Number(limit) }))],
});

export const showDiagnosis: OperationHandler<"showDiagnosis"> = async ({ binding, clock, forwarding, externalUrl }) => {
  const now = clock.nowMs();
  const hmacKey = await binding.hmacKey();
  const requestId = `req_diagnosis_${crypto.randomUUID()}`;
  const timestamp = String(Math.floor(now / 1000));
  const body = JSON.stringify({ requestId });
  return withoutUndefined({
    now: new Date(now).toISOString(),
    externalUrl,
    forwarding: forwarding.counts,
    signedHealth: hmacKey && {
      timestamp,
      requestId,
      body,
      signature: signRequest(hmacKey, timestamp, Buffer.from(body)),
    },
  });
};

export const backUp: OperationHandler<"backUp"> = async ({ owner }) => new PlainText(await owner.backup());

export const showMetrics: OperationHandler<"showMetrics"> = ({ metricsText }) => new PlainText(metricsText());
