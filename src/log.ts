import type { LogLevel } from "./config.js";

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one JSON line an event; JSON escapes line ends, so that no value can forge a line. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export function createLog(level: LogLevel, write: (line: string) => void, nowMs: () => number): Log {
  const log =
    (own: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      if (ranks[own] < ranks[level]) return;
      write(`${JSON.stringify({ time: new Date(nowMs()).toISOString(), level: own, event, ...fields })}\n`);
    };
  return { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
}
