import { llmText } from "../../generated/llm-text.js";
import { PlainText, type Handler } from "../contract/operation.js";
import type { Dependencies } from "./dependencies.js";

export const showLlmText = (): PlainText => new PlainText(llmText, "text/markdown");

export const showAlive: Handler<"showAlive"> = () => ({ status: "ok" });

/** A store that is closing takes no transaction. */
export const showReady =
  ({ store }: Dependencies): Handler<"showReady"> =>
  async () => {
    await store.transact(() => Promise.resolve());
    return { status: "ok" };
  };
