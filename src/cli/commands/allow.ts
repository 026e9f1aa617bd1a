import { HostPermission } from "../../../generated/validators.js";
import { requireValid } from "../../http/request-body.js";
import type { HostList } from "../../owner/owner.js";
import type { Command, CommandContext, CommandResult } from "../command.js";
import { withOwner } from "../open-owner.js";
import { hostsOf, hostsText } from "./services.js";
import { printable } from "../terminal-text.js";

export const allow: Command = {
  name: "allow",
  takes: "SERVICE HOST",
  summary: "let a service's credential be sent to one more host",
  details:
    "A host is a name such as api.example.org, or *.example.org for all of its subdomains.\nExit code 1 with --remove: the host was not there.\n",
  options: { remove: { type: "boolean", meaning: "take the host back, whoever allowed it" } },
  async run(context, { positionals: [service = "", host = ""], values }) {
    requireValid(HostPermission, { service, host });
    if (values["remove"] === true) return takeBack(context, service, host);
    const hosts = await withOwner(context, (owner) => owner.allowHost(service, host));
    return { json: hosts, text: "Allowed.\n" };
  },
};

async function takeBack(context: CommandContext, service: string, host: string): Promise<CommandResult> {
  const { before, left } = await withOwner(context, async (owner) => {
    const stored = (await owner.services()).find((summary) => summary.service === service);
    return { before: stored?.hosts, left: await owner.removeHost(service, host) };
  });
  const removed = before !== undefined && hostsOf(left).length < hostsOf(before).length;
  return { json: { ...left, removed }, text: describe(before, left, removed), exitCode: removed ? 0 : 1 };
}

function describe(before: HostList | undefined, left: HostList, removed: boolean): string {
  const hosts = `The hosts of ${printable(left.service)} are now: ${printable(hostsText(left))}.\n`;
  if (before === undefined)
    return `No credential of this name is stored; \`tokenvault-webhook services\` lists them. ${hosts}`;
  return `${removed ? "Taken back." : "This host was not there."} ${hosts}`;
}
