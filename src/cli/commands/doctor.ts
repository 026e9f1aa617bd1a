import { resolve } from "node:path";
import { readConfig, unknownSettings, type Config } from "../../config.js";
import { StartError } from "../../platform/errors.js";
import { readRecord, readRecordHead, verifyRecord } from "../../audit/audit-log.js";
import { printResult, type Command, type CommandContext } from "../command.js";
import { fileFindings, spaceFinding } from "../doctor/doctor-files.js";
import { networkFindings, proxyFinding } from "../doctor/doctor-network.js";
import { problem, fine, warning, type Finding } from "../doctor/finding.js";
import type { Diagnosis } from "../remote-owner.js";
import { openExistingVault, runningServer } from "../open-owner.js";
import { runningAddress } from "../running-address.js";
import { printable } from "../terminal-text.js";

/** Looks at the whole installation; each finding comes with its fix. Exit code 1 when there is a problem. */
export const doctor: Command = {
  name: "doctor",
  usage: "doctor",
  summary: "look at the whole installation, and say how to mend it",
  details:
    "Looks at settings, files, disk space, the record, the server that runs here, its public address and clock.\nExit code 1 when there is a problem.\n",
  async run(context, args) {
    const findings = await examine(context);
    const text = findings.map(line).join("");
    printResult(context, args, { json: { findings }, text });
    return findings.some(({ level }) => level === "problem") ? 1 : 0;
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
    return [
      ...settings,
      problem(
        "data",
        "There is no data folder yet, or DATA_DIR is another one.",
        "Start the server once, or set DATA_DIR.",
      ),
    ];
  }
  const files = [...(await fileFindings(config, folder)), await spaceFinding(folder)];
  const record = await recordFinding(context, folder);
  const url = await runningAddress(disk, folder).catch(refusalOf);
  if (url instanceof StartError)
    return [...settings, ...files, record, problem("server", url.message, "Do what it says; nothing was sent.")];
  if (url === undefined)
    return [...settings, addressSetting(config.externalUrl), ...files, await storeFinding(context, config), record];
  return [...settings, ...files, record, ...(await serverFindings(context, config, url))];
}

function refusalOf(error: unknown): StartError {
  if (error instanceof StartError) return error;
  throw error;
}

function settingFindings({ environment }: CommandContext): Finding[] {
  return unknownSettings(environment).map((name) =>
    warning("settings", `${name} is not a setting of this program.`, "Look at --help-settings for its name."),
  );
}

/** @param externalUrl as the server has it; a command's own environment may lack it */
function addressSetting(externalUrl: string | undefined): Finding {
  return externalUrl === undefined
    ? warning("settings", "WEBHOOK_EXTERNAL_URL is not set.", "Set it to the https address that Token Vault calls.")
    : fine("settings", `The public address is ${externalUrl}.`);
}

async function storeFinding(context: CommandContext, config: Config): Promise<Finding> {
  try {
    const vault = await openExistingVault(config, context.surroundings);
    const count = vault.store.count("tokens");
    const { keySource } = vault;
    await vault.close();
    return fine(
      "store",
      `No server runs here. The store opens with the key from ${keySource}; it holds ${String(count)} credentials.`,
    );
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return problem("store", error.message, "Do what it says; nothing was changed.");
  }
}

async function recordFinding({ surroundings: { disk } }: CommandContext, folder: string): Promise<Finding> {
  try {
    const lines = await readRecord(disk, folder);
    const broken = verifyRecord(lines, await readRecordHead(disk, folder));
    if (!broken) return fine("record", `The record of every use is whole: ${String(lines.length)} lines.`);
    return problem(
      "record",
      `Line ${String(broken.n)} ${broken.problem}.`,
      "Somebody changed the record, or a disk lost it: compare with a backup.",
    );
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return problem("record", error.message, "Put back a backup of the data folder, or move the damaged file away.");
  }
}

async function serverFindings(context: CommandContext, config: Config, url: string): Promise<Finding[]> {
  try {
    const server = await runningServer(context);
    if (!server) return [problem("server", "The server has just stopped.", "Run doctor again.")];
    const [state, diagnosis] = [await server.state(), await server.diagnosis()];
    const sign = async (): Promise<Diagnosis["signedHealth"]> => (await server.diagnosis()).signedHealth;
    const bound = state.bound
      ? fine(
          "server",
          `It runs at ${url}, bound${state.boundTo === undefined ? "" : ` to ${state.boundTo}`}${state.boundAt === undefined ? "" : ` since ${state.boundAt}`}, with ${String(state.tokenCount)} credentials.`,
        )
      : warning(
          "server",
          `It runs at ${url} and is not bound yet.`,
          "Run `tokenvault-webhook bind` and open the link.",
        );
    const locked = state.locked
      ? [
          warning(
            "server",
            `It is locked since ${state.lockedAt ?? "some time"}.`,
            "`tokenvault-webhook unlock` ends it.",
          ),
        ]
      : [];
    return [
      addressSetting(diagnosis.externalUrl),
      bound,
      ...locked,
      proxyFinding(diagnosis),
      ...(await networkFindings(
        { ...diagnosis, frontendUrl: config.frontendUrl },
        url,
        sign,
        context.surroundings.clock,
      )),
    ];
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return [problem("server", error.message, "See the server's log.")];
  }
}
