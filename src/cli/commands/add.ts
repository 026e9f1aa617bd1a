import { NewService } from "../../../generated/validators.js";
import { StartError } from "../../platform/errors.js";
import { requireValid } from "../../http/request-body.js";
import type { Terminal } from "../../platform/terminal.js";
import { isBrokenToken, withoutPipesLineEnd } from "../../vault/pasted-text.js";
import { secretNames } from "../../vault/sensitive-properties.js";
import type { Command, CommandArguments } from "../command.js";
import { withOwner } from "../open-owner.js";

/** Also in quotes, in escapes and of an export: the seed in it must not become an access token. */
const otpauth = /^[^\p{L}\p{N}]*otpauth[a-z-]*(?::|%3A)/iu;

export const add: Command = {
  name: "add",
  takes: "SERVICE",
  summary: "store a credential: from standard input, or a prompt",
  details:
    "The secret is read from standard input or, on a terminal, asked for without being shown; never from an argument.\nAn otpauth:// address becomes the seed of one-time codes.\n",
  options: {
    type: { type: "string", value: "TYPE", meaning: "what kind of credential it is, such as API_KEY [oauth]" },
    field: { type: "string", value: "NAME", meaning: "what the secret is called [accessToken]", oneOf: secretNames },
    replace: { type: "boolean", meaning: "take the place of what is stored for this service" },
  },
  async run(context, args) {
    const [service = ""] = args.positionals;
    requireValid(NewService, { service, tokenData: {} });
    // Asked before the secret is, so that nobody types one in vain; and no server waits for whoever types.
    const stored = await withOwner(context, (owner) => owner.services());
    if (stored.some((summary) => summary.service === service) && args.values["replace"] !== true)
      throw new StartError("A credential is stored for this service already; --replace takes its place.");
    const tokenData = tokenDataOf(await readSecret(context.terminal), args);
    requireValid(NewService, { service, tokenData });
    if (isBrokenToken(tokenData["accessToken"] ?? ""))
      throw new StartError(
        "The secret holds a character that no header can carry, such as a line end or an invisible blank, so it is no access token. Say with --field what it is, or copy it anew; nothing was stored.",
      );
    const meta = await withOwner(context, (owner) => owner.add(service, tokenData));
    return { json: { service, meta }, text: "Stored.\n" };
  },
};

async function readSecret(terminal: Terminal): Promise<string> {
  const text = terminal.isInteractive
    ? await terminal.readLastHidden("The secret (it is not shown): ")
    : withoutPipesLineEnd(terminal.readStdin());
  if (text === undefined)
    throw new StartError(
      "More than one line came, and nothing was stored. Put the secret into a file and run `tokenvault-webhook add SERVICE < FILE`.",
    );
  if (text.trim() === "") throw new StartError("The secret is empty; nothing was stored.");
  return text;
}

function tokenDataOf(secret: string, { values }: CommandArguments): Record<string, string> {
  const isOneTimeCode = otpauth.test(secret);
  const { field = isOneTimeCode ? "totpUri" : "accessToken", type = isOneTimeCode ? "TOTP" : undefined } = values;
  return {
    [String(field)]: isOneTimeCode ? secret.trim() : secret,
    ...(type === undefined ? {} : { tokenType: String(type) }),
  };
}
