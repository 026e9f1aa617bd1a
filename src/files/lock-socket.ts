import { chmodSync, closeSync, openSync, readlinkSync, renameSync, statSync } from "node:fs";
import { readdir, unlink } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { errorCode, StartError } from "../platform/errors.js";

/*
 * Each process that wants a folder listens on a socket in it, lock-<random>.sock, and tells whoever connects one line of
 * JSON, {"state", "pid", "url", "network"}. The system closes the socket when the process ends, however it ends and whatever
 * process ids the others see: a socket that refuses is dead. No name is used twice, so removing a dead one can never
 * remove a living one. One that is not there any more tells nothing of its process: somebody may have removed it.
 *
 *   waiting    another has the smaller name
 *   claiming   about to have the folder: it has it when, seen from then on, all others wait
 *   holding    has the folder
 *   silent     of one that does not say: it ends just now, or has too many files open to answer
 *
 * Of two, the one that claimed last sees that the other claims or holds.
 */
interface Word {
  state: "waiting" | "claiming" | "holding" | "silent";
  pid?: number;
  url?: string;
  /** Names the network that the url is of, on Linux; the same address leads elsewhere in another one. */
  network?: string;
}

type Other = Readonly<Word> & { readonly name: string };

export interface HeldSocket {
  readonly name: string;
  /** Names the folder on this machine: a copy of it has another. */
  readonly folderId: string;
  /** Names the sockets of processes that have ended. */
  readonly dead: ReadonlySet<string>;
  /** Removes what the dead ones left; before the folder is had for sure, another start may need it. */
  sweep(): Promise<void>;
  announce(url: string): void;
  release(): Promise<void>;
}

export interface LockSocket {
  /** Undefined where the folder takes no sockets. @throws StartError when a living process has the folder */
  take(folder: string, pid: number): Promise<HeldSocket | undefined>;
  /** Asks the living process that has the folder; undefined when none says that it has. */
  holder(folder: string): Promise<{ readonly url?: string } | undefined>;
}

/** A process that was stopped (SIGSTOP) still has its folder, and does not answer. */
const answerTimeoutMs = 2000;
const maxLooks = 200;
/** A process that ends is gone sooner. */
const maxSilentLooks = 40;
const retryDelayMs = 50;
/** The system's bound is 104 bytes or 108. */
const maxPathBytes = 100;
const socketName = /^lock-[0-9a-f-]{36}\.sock$/;

export const lockSocket: LockSocket = {
  async take(folder, pid) {
    const place = placeOf(folder);
    if (!place) return undefined;
    const word: Word = { state: "waiting", pid, ...ownNetwork() };
    const id = crypto.randomUUID();
    const name = `lock-${id}.sock`;
    const dead = new Set<string>();
    const server = await listen(place, folder, id, word);
    const release = async (): Promise<void> => {
      await unlink(join(folder, name)).catch(() => undefined);
      server?.close();
      place.close();
    };
    try {
      if (server) await waitForTurn(place, folder, name, word, dead);
    } catch (error) {
      await release();
      throw error;
    }
    if (!server) {
      await release();
      return undefined;
    }
    return {
      name,
      folderId: idOf(folder),
      dead,
      announce: (url) => void (word.url = url),
      async sweep() {
        for (const left of dead) await unlink(join(folder, left)).catch(() => undefined);
      },
      release,
    };
  },

  async holder(folder) {
    const place = placeOf(folder);
    if (!place) return undefined;
    try {
      const found = (await look(place, folder)).find(({ state }) => state === "holding" || state === "silent");
      if (!found) return undefined;
      const isNear = found.network === ownNetwork().network;
      return isNear && found.url !== undefined ? { url: found.url } : {};
    } finally {
      place.close();
    }
  },
};

async function waitForTurn(place: Place, folder: string, name: string, word: Word, dead: Set<string>): Promise<void> {
  let silentLooks = 0;
  for (let count = 0; count < maxLooks; count++) {
    const others = await look(place, folder, name, dead);
    const holder = others.find(({ state }) => state === "holding");
    if (holder) throw inUse(holder.pid);
    silentLooks = others.some(({ state }) => state === "silent") ? silentLooks + 1 : 0;
    if (silentLooks > maxSilentLooks) throw inUse(undefined);
    if (word.state === "claiming" && others.every(({ state }) => state === "waiting")) {
      word.state = "holding";
      return;
    }
    const wasClaiming = word.state === "claiming";
    word.state = others.every((other) => other.name > name) ? "claiming" : "waiting";
    if (wasClaiming || word.state === "waiting") await new Promise((resolve) => setTimeout(resolve, retryDelayMs));
  }
  throw new StartError(
    "Several processes start on this data folder at once. Start one of them, or set another DATA_DIR.",
  );
}

/** Asks every other process that listens in the folder, and notes the dead ones. */
async function look(place: Place, folder: string, own?: string, dead = new Set<string>()): Promise<readonly Other[]> {
  // A folder that is not there has no sockets either.
  const names = (await readdir(folder).catch(unlessMissing)).filter((name) => socketName.test(name));
  if (own !== undefined && !names.includes(own))
    throw new StartError("The data folder was moved, or its lock removed, at this start. Start again.");
  const others = names.filter((name) => name !== own && !dead.has(name));
  const words = await Promise.all(others.map((name) => ask(place.pathOf(name))));
  const living: Other[] = [];
  for (const [index, name] of others.entries()) {
    const word = words[index];
    if (word) living.push({ ...word, name });
    else dead.add(name);
  }
  return living;
}

function unlessMissing(error: unknown): string[] {
  if (errorCode(error) === "ENOENT") return [];
  throw error;
}

/** Undefined when nobody listens there any more. */
function ask(path: string): Promise<Word | undefined> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(path).setEncoding("utf8");
    const end = (word: Word | undefined): void => {
      resolve(word);
      socket.destroy();
    };
    socket.setTimeout(answerTimeoutMs, () => end({ state: "holding" }));
    socket.on("data", (piece: string) => (text += piece));
    socket.on("error", (error) => {
      const code = errorCode(error);
      if (code === "ECONNREFUSED" || code === "ENOENT") end(undefined);
      else end({ state: code === "ECONNRESET" || code === "EPIPE" ? "silent" : "holding" });
    });
    socket.on("close", () => end(wordOf(text)));
  });
}

function wordOf(text: string): Word {
  try {
    const { state, pid, url, network } = JSON.parse(text) as Partial<Word>;
    return {
      state: state === "waiting" || state === "claiming" ? state : "holding",
      ...(typeof pid === "number" ? { pid } : {}),
      ...(typeof url === "string" ? { url } : {}),
      ...(typeof network === "string" ? { network } : {}),
    };
  } catch {
    return { state: "silent" };
  }
}

function idOf(folder: string): string {
  const { dev, ino } = statSync(folder, { bigint: true });
  return `${String(dev)}:${String(ino)}`;
}

/** Binds under a name that nobody looks at, since a socket refuses until it listens. */
async function listen(place: Place, folder: string, id: string, word: Word): Promise<Server | undefined> {
  const hidden = `.lock-${id}.tmp`;
  const server = createServer((socket) => {
    socket.on("error", () => undefined).unref();
    socket.end(`${JSON.stringify(word)}\n`);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.on("error", reject);
      server.listen(place.pathOf(hidden), resolve);
    });
    server.unref();
    chmodSync(join(folder, hidden), 0o600);
    renameSync(join(folder, hidden), join(folder, `lock-${id}.sock`));
    return server;
  } catch {
    server.close();
    await unlink(join(folder, hidden)).catch(() => undefined);
    return undefined;
  }
}

/** The place at which a folder's sockets are addressed. */
interface Place {
  pathOf(name: string): string;
  close(): void;
}

/** Linux knows a folder that is open by a short path as well. Undefined where the path is too long. */
function placeOf(folder: string): Place | undefined {
  const longest = join(folder, `lock-${crypto.randomUUID()}.sock`);
  if (Buffer.byteLength(longest) <= maxPathBytes)
    return { pathOf: (name) => join(folder, name), close: () => undefined };
  if (process.platform !== "linux") return undefined;
  try {
    const fd = openSync(folder, "r");
    return { pathOf: (name) => `/proc/self/fd/${String(fd)}/${name}`, close: () => closeSync(fd) };
  } catch {
    return undefined;
  }
}

function ownNetwork(): Pick<Word, "network"> {
  try {
    return { network: readlinkSync("/proc/self/ns/net") };
  } catch {
    // Another system, or Deno, which wants a permission for it.
    return {};
  }
}

export function inUse(pid: number | undefined): StartError {
  const who = pid === undefined ? "Another process" : `Process ${String(pid)}`;
  return new StartError(`${who} is using this data folder. Stop it first, or set another DATA_DIR.`);
}
