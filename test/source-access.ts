import type { SourceFile } from "./source-files.js";

/* What a source file reaches for, as a list of names; empty when it reaches for nothing of the kind. */

export const ioModules =
  /^node:(?:fs|http|https|http2|dns|net|tls|dgram|child_process|worker_threads|cluster)(?:\/|$)|^undici$|^lowdb/;
/** They look at addresses as text; no socket is involved. */
export const addressText = new Set(["BlockList", "isIP", "isIPv4", "isIPv6"]);
/** What opens a connection; a server only answers them. */
const dialling = new Map([
  ["node:http", new Set(["createServer", "Server", "STATUS_CODES", "METHODS"])],
  ["node:net", addressText],
]);
const dialModules = /^node:(?:http|https|http2|dns|net|tls|dgram)(?:\/|$)|^undici$|^ws$|^openapi-fetch$/;

export function fileAccess({ imports }: SourceFile): string[] {
  return imports
    .filter(({ from, names }) => /^node:fs(?:\/|$)|^fs(?:\/|$)|^lowdb\/node/.test(from) && names.length > 0)
    .map(({ from }) => from);
}

export function dials({ imports, globals }: SourceFile): string[] {
  const byImport = imports.flatMap(({ from, names }) =>
    dialModules.test(from)
      ? names.filter((name) => !dialling.get(from)?.has(name)).map((name) => `${name} of ${from}`)
      : [],
  );
  return [...byImport, ...["fetch", "WebSocket", "EventSource"].filter((name) => globals.has(name))];
}

export function usesKeys({ subtleCalls, imports }: SourceFile): string[] {
  // A digest needs no key.
  const own = [...subtleCalls].filter((name) => name !== "digest").map((name) => `crypto.subtle.${name}`);
  const nodeCrypto = imports.filter(({ from }) => from === "node:crypto").flatMap(({ names }) => names);
  const keyless = ["createHash", "hash"];
  return [...own, ...nodeCrypto.filter((name) => !keyless.includes(name)).map((name) => `${name} of node:crypto`)];
}

export function usesProcess({ globals, imports }: SourceFile): string[] {
  const members = ["env", "argv", "on", "once", "addListener", "prependListener", "exit", "exitCode"];
  const own = members.map((member) => `process.${member}`).filter((name) => globals.has(name));
  return [...own, ...imports.filter(({ from }) => from === "node:process").map(({ from }) => from)];
}
