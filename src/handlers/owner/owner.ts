import { PlainText, type Handler } from "../../contract/operation.js";
import { signRequest } from "../../protocol/signature.js";
import type { Services } from "../dependencies.js";

export const showOwnerState =
  ({ owner }: Services): Handler<"showOwnerState"> =>
  () =>
    owner.state();

export const lockWebhook =
  ({ owner }: Services): Handler<"lockWebhook"> =>
  () =>
    owner.lock();

export const unlockWebhook =
  ({ owner }: Services): Handler<"unlockWebhook"> =>
  () =>
    owner.unlock();

export const listServices =
  ({ owner }: Services): Handler<"listServices"> =>
  async () => ({ services: [...(await owner.services())] });

export const addService =
  ({ owner }: Services): Handler<"addService"> =>
  async ({ body: { service, tokenData } }) => ({ service, meta: await owner.add(service, tokenData) });

export const removeService =
  ({ owner }: Services): Handler<"removeService"> =>
  async ({ body: { service } }) => ({ removed: await owner.remove(service) });

export const allowHost =
  ({ owner }: Services): Handler<"allowHost"> =>
  ({ body: { service, host } }) =>
    owner.allowHost(service, host);

export const removeHost =
  ({ owner }: Services): Handler<"removeHost"> =>
  ({ body: { service, host } }) =>
    owner.removeHost(service, host);

export const showAudit =
  ({ owner }: Services): Handler<"showAudit"> =>
  async ({ query: { limit, ...filter } }) => ({
    lines: [...(await owner.audit({ ...filter, ...(limit === undefined ? {} : { limit: Number(limit) }) }))],
  });

export const showDiagnosis =
  ({ binding, clock, forwarding, externalUrl }: Services): Handler<"showDiagnosis"> =>
  async () => {
    const now = clock.nowMs();
    const { hmacKey } = binding;
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
  ({ owner }: Services): Handler<"backUp"> =>
  async () =>
    new PlainText(await owner.backup());

export const showMetrics =
  ({ metricsText }: Services): Handler<"showMetrics"> =>
  () =>
    new PlainText(metricsText());
