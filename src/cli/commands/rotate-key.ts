import { rotateKey as rotate } from "../../vault/rotate-key.js";
import type { Command } from "../command.js";
import { withVault } from "../open-owner.js";
import { counted } from "../terminal-text.js";

export const rotateKey: Command = {
  name: "rotate-key",
  summary: "encrypt all under a new key, while the server is stopped",
  run: (context) =>
    withVault(context, async (vault) => {
      const rotated = await rotate(vault);
      const { keySource } = vault;
      return {
        json: { rotated, keySource },
        text: `${counted(rotated, "credential")} ${rotated === 1 ? "is" : "are"} encrypted under a new key, in ${keySource}. Back it up; the old key opens nothing now.\n`,
      };
    }),
};
