import { rotateKey as rotate } from "../../vault/rotate-key.js";
import type { Command } from "../command.js";
import { withVault } from "../open-owner.js";
import { counted } from "../terminal-text.js";

export const rotateKey: Command = {
  name: "rotate-key",
  summary: "encrypt all under a new key, while the server is stopped",
  details:
    "Copy the key file aside first, and keep the copy as long as your backups: those that were made without --with-key open\nwith nothing else. The old key is replaced, and opens nothing of what is stored.\n",
  run: (context) =>
    withVault(context, async (vault) => {
      const rotated = await rotate(vault);
      const { keySource } = vault;
      return {
        json: { rotated, keySource },
        text: `${counted(rotated, "credential")} ${rotated === 1 ? "is" : "are"} encrypted under a new key, in ${keySource}. Back it up, and keep your copy of the old key file as long as the backups made under it: one without its key inside opens with nothing else.\n`,
      };
    }),
};
