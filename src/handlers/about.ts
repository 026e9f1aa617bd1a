import { protocolVersion } from "../../generated/operations.js";
import { llmText } from "../../generated/llm-text.js";
import { PlainText, type Handler } from "../contract.js";
import { homePage } from "../pages/home-page.js";
import type { Services } from "./services.js";

export const showHome =
  ({ binding }: Services): Handler<"showHome"> =>
  () =>
    homePage({ protocolVersion, isBound: binding.isBound });

export const showLlmText: Handler<"showLlmText"> = () => new PlainText(llmText, "text/markdown");
export const showLlmsText: Handler<"showLlmsText"> = () => new PlainText(llmText, "text/markdown");
