import { renderUnicodeCompact } from "uqr";
import { StartError } from "../../platform/errors.js";
import type { Terminal } from "../../platform/terminal.js";
import type { Command } from "../command.js";
import { isLoopbackHost } from "../running-address.js";
import { runningServer } from "../open-owner.js";
import type { Registration } from "../remote-owner.js";

export const bind: Command = {
  name: "bind",
  summary: "print the link that binds this webhook to Token Vault",
  details: "The server must be running. On a terminal the link comes as a QR code too.\n",
  async run(context) {
    const server = await runningServer(context);
    if (!server)
      throw new StartError("No server runs on this data folder; start one first, with `tokenvault-webhook serve`.");
    const registration = await server.registration();
    return { json: registration, text: linkText(registration, context.terminal) };
  },
};

function linkText({ registrationUrl, webhookUrl, expiresIn }: Registration, { isWatched, columns }: Terminal): string {
  const isLocal = isLoopbackHost(new URL(webhookUrl).hostname);
  const warning = isLocal
    ? "\nToken Vault cannot reach that address: set WEBHOOK_EXTERNAL_URL to the public one and restart the server.\n"
    : "";
  const picture = isWatched ? `\n${qrCode(registrationUrl, columns ?? 80)}\n` : "";
  return `Open this link within ${String(expiresIn)} seconds; it serves once, and binds ${webhookUrl}:

${registrationUrl}
${picture}${warning}`;
}

/** As it is drawn on paper, dark on light, whatever the terminal's colours are: many readers take no other. */
function qrCode(text: string, columns: number): string {
  const lines = renderUnicodeCompact(text, { border: 3 }).split("\n");
  if ((lines[0] ?? "").length > columns) return "(A wider terminal would show the link as a QR code.)";
  return lines.map((line) => `\x1b[97;40m${line}\x1b[0m`).join("\n");
}
