import { once } from "node:events";
import { protocolVersion } from "../../../generated/operations.js";
import { readConfig, unknownSettings } from "../../config.js";
import { localUrl } from "../../http/http-server.js";
import { LineBuffer } from "../../platform/line-buffer.js";
import { createLogger } from "../../platform/logger.js";
import { startServer, type RunningServer } from "../../server.js";
import type { Command } from "../command.js";
import { notSetting } from "../meant-setting.js";
import { jsonText, linesText } from "../terminal-text.js";

export const serve: Command = {
  name: "serve",
  summary: "run the server (the default)",
  details: "SIGTERM or SIGINT stops it after the answers that are on their way; a second one, at once.\n",
  async run({ environment, surroundings, terminal }, { values }) {
    const config = readConfig(environment);
    const { clock, disk } = surroundings;
    const lines = new LineBuffer(terminal.print);
    const logger = createLogger(config.logLevel, lines.add, () => clock.nowMs());
    for (const name of unknownSettings(environment)) logger.warn(notSetting(name));
    const stopped = once(terminal.signal, "abort");
    const server = await startServer({ config, clock, disk, logger });
    lines.flush();
    const { url, keySource, adminSecretPath, isBound: bound } = server;
    const json = { protocolVersion, url, keySource, adminSecretPath, bound };
    terminal.print(values["json"] === true ? `${jsonText(json)}\n` : startText(server));
    await stopped;
    await server.close();
    lines.flush();
    return 0;
  },
};

function startText({ url, keySource, adminSecretPath, isBound }: RunningServer): string {
  return linesText([
    `Token Vault webhook, protocol ${protocolVersion}, listens on ${url}`,
    `  encryption key: ${keySource} (back it up apart from the data)`,
    adminSecretPath !== undefined && `  admin secret:   in ${adminSecretPath}`,
    isBound ? "  bound to Token Vault" : `  next: open ${localUrl(url)}/bind on this machine`,
  ]);
}
