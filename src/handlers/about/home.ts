import { protocolVersion } from "../../../generated/operations.js";
import { Redirect, type Handler } from "../../contract/operation.js";
import { WebhookError } from "../../platform/errors.js";
import { homePage, type OwnerContent } from "../../pages/home-page.js";
import type { AuditFilter } from "../../owner/owner.js";
import type { Services } from "../dependencies.js";

const shownLines = 50;

export const showHome =
  (services: Services): Handler<"showHome"> =>
  async ({ query: { said, ...filter }, origin, session }) => {
    const { binding, killSwitch, frontendUrl, clock } = services;
    return homePage({
      protocolVersion,
      isBound: binding.isBound,
      isLocked: killSwitch.isLocked,
      webhookUrl: origin,
      frontend: frontendUrl,
      nowMs: clock.nowMs(),
      ...(session.isOwner ? { owner: await ownerContent(services, filter) } : {}),
      ...(said === undefined ? {} : { said }),
    });
  };

export const actOnHome =
  ({ owner }: Services): Handler<"actOnHome"> =>
  async ({ body: { action, secret = "", service = "", host = "" }, session }) => {
    if (action === "sign-in") await session.signIn(secret);
    else if (!session.isOwner) throw new WebhookError("forbidden", "You are not signed in any more; sign in again.");
    switch (action) {
      case "sign-in":
        break;
      case "sign-out":
        session.signOut();
        break;
      case "lock":
        await owner.lock();
        break;
      case "unlock":
        await owner.unlock();
        break;
      case "allow-host":
        await owner.allowHost(service, host);
        break;
      case "remove-host":
        await owner.removeHost(service, host);
        break;
      case "remove-service":
        await owner.remove(service);
        break;
    }
    return new Redirect(`/?said=${action}`);
  };

async function ownerContent({ owner, clock }: Services, filter: AuditFilter): Promise<OwnerContent> {
  const { state, services, lines, days, isRecordDamaged } = await owner.overview(
    { ...filter, limit: shownLines },
    clock.nowMs(),
  );
  const { webhookId, boundAt, boundTo, lockedAt } = state;
  return {
    webhookId,
    ...(boundAt === undefined ? {} : { boundAt }),
    ...(boundTo === undefined ? {} : { boundTo }),
    ...(lockedAt === undefined ? {} : { lockedAt }),
    services,
    lines,
    days,
    isRecordDamaged,
    filter: {
      ...(filter.service ? { service: filter.service } : {}),
      ...(filter.op ? { op: filter.op } : {}),
      ...(filter.outcome ? { outcome: filter.outcome } : {}),
    },
  };
}
