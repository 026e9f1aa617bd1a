import { PlainText, type Handler } from "../contract/operation.js";
import { signRequest } from "../protocol/signature.js";
import type { Dependencies } from "./dependencies.js";

export const showOwnerState =
  ({ owner }: Dependencies): Handler<"showOwnerState"> =>
  () =>
    owner.state();

export const lockWebhook =
  ({ owner }: Dependencies): Handler<"lockWebhook"> =>
  () =>
    owner.lock();

export const unlockWebhook =
  ({ owner }: Dependencies): Handler<"unlockWebhook"> =>
  () =>
    owner.unlock();

export const listServices =
  ({ owner }: Dependencies): Handler<"listServices"> =>
  async () => ({ services: [...(await owner.services())] });

export const addService =
  ({ owner }: Dependencies): Handler<"addService"> =>
  async ({ body: { service, tokenData } }) => ({ service, meta: await owner.add(service, tokenData) });

export const removeService =
  ({ owner }: Dependencies): Handler<"removeService"> =>
  async ({ body: { service } }) => ({ removed: await owner.remove(service) });

export const allowHost =
  ({ owner }: Dependencies): Handler<"allowHost"> =>
  ({ body: { service, host } }) =>
    owner.allowHost(service, host);

export const removeHost =
  ({ owner }: Dependencies): Handler<"removeHost"> =>
  ({ body: { service, host } }) =>
    owner.removeHost(service, host);

export const showAudit =
  ({ owner }: Dependencies): Handler<"showAudit"> =>
  async ({ query: { limit, ...filter } }) => ({
    lines: [...(await owner.audit({ ...filter, ...(limit === undefined ? {} : { limit: Number(limit) }) }))],
  });

export const showDiagnosis =
  ({ binding, clock, forwarding, externalUrl }: Dependencies): Handler<"showDiagnosis"> =>
  async () => {
    const now = clock.nowMs();
    const hmacKey = await binding.hmacKey();
    const requestId = `req_diagnosis_${crypto.randomUUID()}`;
    const timestamp = String(Math.floor(now / 1000));
    const body = JSON.stringify({ requestId });
    return {
      now: new Date(now).toISOString(),
      ...(externalUrl === undefined ? {} : { externalUrl }),
      forwarding: forwarding.counts,
      ...(hmacKey
        ? {
            signedHealth: {
              timestamp,
              requestId,
              body,
              signature: signRequest(hmacKey, timestamp, Buffer.from(body)),
            },
          }
        : {}),
    };
  };

export const backUp =
  ({ owner }: Dependencies): Handler<"backUp"> =>
  async () =>
    new PlainText(await owner.backup());

export const showMetrics =
  ({ metricsText }: Dependencies): Handler<"showMetrics"> =>
  () =>
    new PlainText(metricsText());
