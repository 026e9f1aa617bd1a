import { joinJson } from "./encoding.js";
import { isoMilliseconds } from "./clock.js";

export type LogLevel = "debug" | "info" | "warn" | "error";

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one JSON line an event; JSON escapes line ends, so that no value can forge a line. */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export function createLogger(level: LogLevel, write: (line: string) => void, nowMs: () => number): Logger {
  const at =
    (own: LogLevel) =>
    (event: string, fields?: LogFields): void => {
      if (ranks[own] < ranks[level]) return;
      const head = JSON.stringify({ time: isoMilliseconds(nowMs()), level: own, event });
      write(`${fields ? joinJson(head, JSON.stringify(fields)) : head}\n`);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
