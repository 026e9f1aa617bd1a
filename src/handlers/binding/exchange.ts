import { capabilityValues, protocolVersion } from "../../../generated/operations.js";
import type { Handler } from "../../contract/operation.js";
import type { Services } from "../dependencies.js";

export const exchangeCode =
  ({ binding }: Services): Handler<"exchangeCode"> =>
  async ({ body }) => {
    const secret = await binding.exchange(body.code);
    return {
      hmacSecret: secret.reveal(),
      webhookId: binding.webhookId,
      version: protocolVersion,
      capabilities: [...capabilityValues],
    };
  };
