import { resolve } from "node:path";
import { readConfig, unknownSettings, type Config } from "../../config.js";
import type { Disk } from "../../files/disk.js";
import type { OwnerState } from "../../owner/owner.js";
import { StartError } from "../../platform/errors.js";
import { readAuditLog, readAuditHead, verifyAuditLog } from "../../audit/audit-log.js";
import type { Command, CommandContext } from "../command.js";
import { fileFindings, spaceFinding } from "../doctor/doctor-files.js";
import { networkFindings, proxyFinding } from "../doctor/doctor-network.js";
import { problem, fine, warning, type Finding } from "../doctor/finding.js";
import type { Diagnosis } from "../remote-owner.js";
import { notSetting } from "../meant-setting.js";
import { runningServer, withVault } from "../open-owner.js";
import { runningAddress } from "../running-address.js";
import { printable } from "../terminal-text.js";

/** Looks at the whole installation; each finding comes with its fix. Exit code 1 when there is a problem. */
export const doctor: Command = {
  name: "doctor",
  summary: "look at the whole installation, and say how to mend it",
  details:
    "Looks at settings, files, disk space, the audit log, the server that runs here, its public address and clock.\nExit code 1 when there is a problem.\n",
  async run(context) {
    const findings = await examine(context);
    const exitCode = findings.some(({ level }) => level === "problem") ? 1 : 0;
    return { json: { findings }, text: findings.map(line).join(""), exitCode };
  },
};

function line({ level, about, finding, fix }: Finding): string {
  const mark = { ok: "ok      ", warning: "warning ", problem: "PROBLEM ", unknown: "unknown " }[level];
  return `${mark} ${about.padEnd(12)} ${printable(finding)}\n${fix === undefined ? "" : `${" ".repeat(22)}-> ${printable(fix)}\n`}`;
}

async function examine(context: CommandContext): Promise<Finding[]> {
  const config = readConfig(context.environment);
  const { disk } = context.surroundings;
  const folder = resolve(config.dataDir);
  const settings = settingFindings(context);
  if (!(await disk.exists(folder))) {
    const finding = `There is no data folder at ${JSON.stringify(folder)} yet, or DATA_DIR is another one.`;
    return [...settings, problem("data", finding, "Start the server once, or set DATA_DIR.")];
  }
  const files = [...(await fileFindings(disk, config, folder)), await spaceFinding(folder)];
  const auditLog = await auditLogFindings(disk, folder);
  const server = await refusalAsFinding("server", "Do what it says; nothing was sent.", async () => {
    const url = await runningAddress(disk, folder);
    return url === undefined ? stoppedFindings(context, config) : serverFindings(context, config, url);
  });
  return [...settings, ...files, ...auditLog, ...server];
}

/** A look that is refused is a problem too; its sentence is the refusal's. */
async function refusalAsFinding(about: string, fix: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return [problem(about, error.message, fix)];
  }
}

function settingFindings({ environment }: CommandContext): Finding[] {
  return unknownSettings(environment).map((name) =>
    warning("settings", `${notSetting(name)}.`, "Look at --help-settings for its name."),
  );
}

/** @param externalUrl as the server has it; a command's own environment may lack it */
function addressSetting(externalUrl: string | undefined): Finding {
  return externalUrl === undefined
    ? warning("settings", "WEBHOOK_EXTERNAL_URL is not set.", "Set it to the https address that Token Vault calls.")
    : fine("settings", `The public address is ${externalUrl}.`);
}

async function stoppedFindings(context: CommandContext, config: Config): Promise<Finding[]> {
  const store = await refusalAsFinding("store", "Do what it says; nothing was changed.", async () => {
    const finding = await withVault(context, async ({ store, keySource }) => {
      const holds = `it holds ${String(await store.count("tokens"))} credentials`;
      return `No server runs here. The store opens with the key from ${keySource}; ${holds}.`;
    });
    return [fine("store", finding)];
  });
  return [addressSetting(config.externalUrl), ...store];
}

function auditLogFindings(disk: Disk, folder: string): Promise<Finding[]> {
  const unreadableFix = "Put back a backup of the data folder, or move the damaged file away.";
  return refusalAsFinding("audit log", unreadableFix, async () => {
    const lines = await readAuditLog(disk, folder);
    const broken = verifyAuditLog(lines, await readAuditHead(disk, folder));
    if (!broken) return [fine("audit log", `The audit log is whole: ${String(lines.length)} lines.`)];
    const fix = "Somebody changed it, or a disk lost it: compare with a backup.";
    return [problem("audit log", `Line ${String(broken.n)} ${broken.problem}.`, fix)];
  });
}

function serverFindings(context: CommandContext, { frontendUrl }: Config, url: string): Promise<Finding[]> {
  return refusalAsFinding("server", "See the server's log.", async () => {
    const server = await runningServer(context);
    if (!server) return [problem("server", "The server has just stopped.", "Run doctor again.")];
    const [state, diagnosis] = [await server.state(), await server.diagnosis()];
    const sign = async (): Promise<Diagnosis["signedHealth"]> => (await server.diagnosis()).signedHealth;
    return [
      addressSetting(diagnosis.externalUrl),
      ...stateFindings(state, url),
      proxyFinding(diagnosis),
      ...(await networkFindings({ ...diagnosis, frontendUrl }, url, sign, context.surroundings.clock)),
    ];
  });
}

function stateFindings({ bound, boundTo, boundAt, tokenCount, locked, lockedAt }: OwnerState, url: string): Finding[] {
  const to = boundTo === undefined ? "" : ` to ${boundTo}`;
  const since = boundAt === undefined ? "" : ` since ${boundAt}`;
  const bind = "Run `tokenvault-webhook bind` and open the link.";
  const unlock = "`tokenvault-webhook unlock` ends it.";
  return [
    bound
      ? fine("server", `It runs at ${url}, bound${to}${since}, with ${String(tokenCount)} credentials.`)
      : warning("server", `It runs at ${url} and is not bound yet.`, bind),
    ...(locked ? [warning("server", `It is locked since ${lockedAt ?? "some time"}.`, unlock)] : []),
  ];
}
