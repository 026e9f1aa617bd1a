import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { protocolVersion } from "../generated/operations.js";
import { systemClock } from "./clock.js";
import { allowHost } from "./commands/allow.js";
import { printAudit, verifyAudit } from "./commands/audit.js";
import { readConfig, unknownSettings, type Environment } from "./config.js";
import { runDemo } from "./demo/demo.js";
import { StartError } from "./errors.js";
import { helpText } from "./help.js";
import { localUrl } from "./listener.js";
import { createLog } from "./log.js";
import { startServer } from "./server.js";
import { nodeDisk } from "./store/disk.js";
import { importReferenceFolder, openVault, type VaultSurroundings } from "./vault/open-vault.js";
import { rotateKey } from "./vault/rotate-key.js";
import { verify } from "./verify/verify.js";

const commands = ["serve", "demo", "verify", "rotate-key", "import", "allow", "audit"] as const;

/** Exit codes: 0 done, 1 it ran and failed, 2 it could not run. */
async function main(args: readonly string[]): Promise<number> {
  const [command = "serve", ...rest] = args;
  if (command === "--help" || command === "-h" || command === "help") return print(helpText());
  if (command === "--version" || command === "-V") return print(`tokenvault-webhook, protocol ${protocolVersion}\n`);
  if (!(commands as readonly string[]).includes(command)) {
    throw new StartError(`Unknown command; the commands are ${commands.join(", ")}. Try --help.`);
  }
  if (command === "import") return importFrom(rest);
  if (command === "allow") return allow(rest);
  if (command === "audit") return audit(rest);
  if (command === "verify") return verifyWebhook(rest);
  if (rest.length > 0) {
    throw new StartError(`${command} takes no arguments; settings come from the environment. Try --help.`);
  }
  if (command === "demo") return runDemo(print);
  return command === "rotate-key" ? rotate() : serve();
}

const environment: Environment = { variables: process.env, readFile: readIfPossible };

const surroundings: VaultSurroundings = {
  disk: nodeDisk,
  clock: systemClock,
  warn: (sentence) => {
    process.stderr.write(`${sentence}\n`);
  },
};

async function importFrom(args: readonly string[]): Promise<number> {
  const [folder, ...others] = args;
  if (folder === undefined || others.length > 0)
    throw new StartError("import takes one folder, a reference webhook's. Try --help.");
  const count = await importReferenceFolder(readConfig(environment), surroundings, folder);
  return print(`${String(count)} documents were imported; nothing was changed in the folder they came from.\n`);
}

async function allow(args: readonly string[]): Promise<number> {
  const [service, host, ...others] = args;
  if (service === undefined || host === undefined || others.length > 0)
    throw new StartError("allow takes a service and a host. Try --help.");
  await allowHost(readConfig(environment), surroundings, service, host);
  return print("Allowed.\n");
}

async function audit(args: readonly string[]): Promise<number> {
  const folder = resolve(readConfig(environment).dataDir);
  if (!(await nodeDisk.exists(folder))) throw new StartError("The data folder does not exist; check DATA_DIR.");
  const [first] = args;
  if (first === "verify" && args.length === 1) return verifyAudit(nodeDisk, folder, print);
  const filters = args.map((argument) => /^([a-zA-Z]+)=(.*)$/.exec(argument));
  if (!filters.every((filter) => filter !== null))
    throw new StartError("audit takes `verify`, or filters such as service=github. Try --help.");
  await printAudit(
    nodeDisk,
    folder,
    Object.fromEntries(filters.map(([, name = "", value = ""]) => [name, value])),
    print,
  );
  return 0;
}

function verifyWebhook(args: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  void stopSignal().then(() => {
    interrupted.abort();
  });
  return verify(args, {
    print,
    printError: (text) => void process.stderr.write(text),
    hasColour: process.stdout.isTTY && !process.env["NO_COLOR"],
    showsProgress: process.stderr.isTTY,
    signal: interrupted.signal,
    readStdin: () => readFileSync(0, "utf8"),
    writeFile: (path, text) => {
      try {
        writeFileSync(path, text);
      } catch {
        throw new StartError("The file of --junit cannot be written.");
      }
    },
  });
}

async function rotate(): Promise<number> {
  const config = readConfig(environment);
  if (!(await nodeDisk.exists(join(resolve(config.dataDir), "store.json")))) {
    throw new StartError("There is no data folder here; check DATA_DIR.");
  }
  const vault = await openVault(config, surroundings);
  try {
    const count = await rotateKey(vault);
    return print(
      `${String(count)} ${count === 1 ? "credential is" : "credentials are"} encrypted under a new key, in ${vault.keySource}. Back it up; the old key opens nothing now.\n`,
    );
  } finally {
    await vault.close();
  }
}

async function serve(): Promise<number> {
  const config = readConfig(environment);
  const log = createLog(
    config.logLevel,
    (line) => process.stdout.write(line),
    () => Date.now(),
  );
  for (const name of unknownSettings(environment)) log.warn(`${name} is not a setting of this program`);
  const stopped = stopSignal();
  const server = await startServer({ config, clock: systemClock, log });
  print(`Token Vault webhook, protocol ${protocolVersion}, listens on ${server.url}\n`);
  print(`  encryption key: ${server.keySource} (back it up apart from the data)\n`);
  if (server.adminSecretPath) print(`  admin secret:   in ${server.adminSecretPath}\n`);
  print(server.isBound ? "  bound to Token Vault\n" : `  next: open ${localUrl(server.url)}/bind on this machine\n`);
  await stopped;
  await server.close();
  return 0;
}

/** Resolves at the first SIGINT or SIGTERM; the second ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = (): void => {
      if (isStopping) process.exit(1);
      isStopping = true;
      resolve();
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  });
}

function readIfPossible(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

// Whoever reads the log may go away; the server stays.
process.stdout.on("error", () => undefined);

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isForeseen = error instanceof StartError;
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    process.stderr.write(`tokenvault-webhook: ${isForeseen ? error.message : `unexpected failure ${code}`}\n`);
    if (!isForeseen && error instanceof Error)
      process.stderr.write(`${(error.stack ?? "").split("\n").slice(1).join("\n")}\n`);
    process.exitCode = 2;
  },
);
