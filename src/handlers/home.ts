import type { components } from "../../generated/types.js";
import { protocolVersion } from "../../generated/operations.js";
import { Redirect, type ErrorOf, type PageSession } from "../contract/operation.js";
import type { Owner } from "../owner/owner.js";
import type { ActionName } from "../pages/actions.js";
import type { OwnerContent } from "../pages/home-content.js";
import { homePage } from "../pages/home-page.js";
import { WebhookError } from "../platform/errors.js";
import type { Dependencies, OperationHandler } from "./dependencies.js";

const shownLines = 50;

export const showHome: OperationHandler<"showHome"> = async (
  dependencies,
  { query: { said: flash, ...filter }, origin, session },
) => {
  const { binding, killSwitch, frontendUrl, clock } = dependencies;
  return homePage({
    protocolVersion,
    isBound: await binding.isBound(),
    isLocked: await killSwitch.isLocked(),
    webhookUrl: origin,
    frontend: frontendUrl,
    nowMs: clock.nowMs(),
    ...(session.isOwner ? { owner: await ownerContent(dependencies, filter) } : {}),
    ...(flash === undefined ? {} : { flash }),
  });
};

type Form = components["schemas"]["HomeForm"];
type Work = (form: Required<Form>, owner: Owner, session: PageSession) => unknown;

/** The work of each action; its button, flash message and words are in pages/actions.ts. */
const work: Readonly<Record<ActionName, Work>> = {
  "sign-in": ({ secret }, _owner, session) => session.signIn(secret),
  "sign-out": (_form, _owner, session) => {
    session.signOut();
  },
  lock: (_form, owner) => owner.lock(),
  unlock: (_form, owner) => owner.unlock(),
  "allow-host": ({ service, host }, owner) => owner.allowHost(service, host),
  "remove-host": ({ service, host }, owner) => owner.removeHost(service, host),
  "remove-service": ({ service }, owner) => owner.remove(service),
};

export const actOnHome: OperationHandler<"actOnHome"> = async (
  { owner },
  { body: { action, secret = "", service = "", host = "" }, session },
) => {
  if (action !== "sign-in" && !session.isOwner)
    throw new WebhookError(
      "forbidden" satisfies ErrorOf<"actOnHome">,
      "You are not signed in any more; sign in again.",
    );
  await work[action]({ action, secret, service, host }, owner, session);
  return new Redirect(`/?said=${action}`);
};

async function ownerContent({ owner, clock }: Dependencies, filter: OwnerContent["filter"]): Promise<OwnerContent> {
  const { state, ...shown } = await owner.overview({ ...filter, limit: shownLines }, clock.nowMs());
  return { ...state, ...shown, filter };
}
