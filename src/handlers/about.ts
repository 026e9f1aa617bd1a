import { llmText } from "../../generated/llm-text.js";
import { PlainText } from "../contract/operation.js";
import type { OperationHandler } from "./dependencies.js";

export const showLlmText = (): PlainText => new PlainText(llmText, "text/markdown");

export const showAlive: OperationHandler<"showAlive"> = () => ({ status: "ok" });

/** A store that is closing takes no transaction. */
export const showReady: OperationHandler<"showReady"> = async ({ store }) => {
  await store.transact(() => Promise.resolve());
  return { status: "ok" };
};
