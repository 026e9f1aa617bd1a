import { readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { execFileSync } from "node:child_process";
import type { Measured, OperationResult } from "./rounds.js";

/** A fresh process on a store of a size. */
export interface ProcessFacts {
  readonly size: number;
  readonly startMs: number;
  readonly residentMegabytes: number;
}

export interface Report {
  readonly results: readonly OperationResult[];
  readonly facts: readonly ProcessFacts[];
  /** Resident memory in MB after the load, the most of all operations, by the store's size. */
  readonly loaded: ReadonlyMap<number, number>;
  readonly bundleBytes: number;
}

export function reportText(report: Report): string {
  return [speedTable(report.results), processTable(report)].join("\n\n");
}

/** Which machine, and how it was measured. */
export function machineText(
  runtime: readonly string[],
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): string {
  const [command = process.execPath, ...args] = runtime;
  const processors = cpus();
  const version = execFileSync(command, [...args.filter((arg) => arg !== "run" && !arg.startsWith("-")), "--version"], {
    encoding: "utf8",
  });
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${String(processors.length)} × ${processors[0]?.model ?? "processor"},`,
    `${(totalmem() / 2 ** 30).toFixed(0)} GiB of memory, ${type()} ${release()}, ${runtimeName(command, version)};`,
    `wrk with 64 connections beside it, medians of ${String(rounds)} rounds of ${String(seconds)} s in turn.`,
  ].join(" ");
}

/** Puts a report between its markers in docs/speed.md. @throws Error when the page lacks them */
export function saveReport(name: string, text: string): void {
  const path = new URL("../../docs/speed.md", import.meta.url);
  const page = readFileSync(path, "utf8");
  const begin = `<!-- bench ${name} -->`;
  const end = `<!-- /bench ${name} -->`;
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/speed.md lacks ${begin} … ${end}`);
  writeFileSync(path, `${before}${begin}\n\n${text}\n\n${end}${after}`);
}

function speedTable(results: readonly OperationResult[]): string {
  const head = [
    "Operation",
    "Tokens",
    "Requests/s",
    "Bare server",
    "Ratio",
    "To the first",
    "p50 ms",
    "p99 ms",
    "CPU µs",
    "Errors",
  ];
  const rows = results.flatMap(({ operation, bare, sides }) =>
    sides.map((side) => [
      operation,
      count(side.size),
      count(side.requestsPerSecond),
      count(bare.requestsPerSecond),
      ratio(side, bare),
      ratio(side, sides[0]),
      side.p50Ms.toFixed(1),
      side.p99Ms.toFixed(1),
      side.processorMicroseconds.toFixed(0),
      String(side.errors),
    ]),
  );
  return table(head, rows);
}

function processTable({ facts, loaded, bundleBytes }: Report): string {
  const rows = facts.map(({ size, startMs, residentMegabytes }) => {
    const after = loaded.get(size);
    return [
      size === 0 ? "none" : count(size),
      startMs.toFixed(0),
      residentMegabytes.toFixed(0),
      after === undefined ? "" : after.toFixed(0),
    ];
  });
  const head = ["Tokens, and as many audit events", "First answer after ms", "Memory MB", "Memory MB after the load"];
  return `${table(head, rows)}\n\nThe bundle has ${count(bundleBytes / 1000)} kB.`;
}

function ratio(measured: Measured, base: Measured | undefined): string {
  return (measured.requestsPerSecond / (base?.requestsPerSecond ?? NaN)).toFixed(2);
}

export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function runtimeName(command: string, version: string): string {
  const name = command.split("/").at(-1) ?? command;
  const [first = ""] = version.trim().split("\n");
  return first.toLowerCase().startsWith(name) ? first : `${name} ${first}`;
}

/** A table in Markdown, laid out as prettier does. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}
