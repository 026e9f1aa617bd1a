import { capabilityValues, protocolVersion } from "../../../generated/operations.js";
import type { Handler } from "../../contract/operation.js";
import type { Dependencies } from "../dependencies.js";

export const exchangeCode =
  ({ binding }: Dependencies): Handler<"exchangeCode"> =>
  async ({ body }) => {
    const secret = await binding.exchange(body.code);
    return {
      hmacSecret: secret.reveal(),
      webhookId: binding.webhookId,
      version: protocolVersion,
      capabilities: [...capabilityValues],
    };
  };
