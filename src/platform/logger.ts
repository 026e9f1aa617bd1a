import { isoMilliseconds } from "./clock.js";
import { JsonText } from "./json-text.js";

export type LogLevel = "debug" | "info" | "warn" | "error";

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one JSON line an event; JSON escapes line ends, so that no value can forge a line. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  /** Fields that are encoded already are those of an object that has some. */
  info(event: string, fields?: LogFields | JsonText): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export function createLog(level: LogLevel, write: (line: string) => void, nowMs: () => number): Log {
  const log =
    (own: LogLevel) =>
    (event: string, fields: LogFields | JsonText = {}): void => {
      if (ranks[own] < ranks[level]) return;
      const time = isoMilliseconds(nowMs());
      if (fields instanceof JsonText)
        write(`{"time":"${time}","level":"${own}","event":"${event}",${fields.members}\n`);
      else write(`${JSON.stringify({ time, level: own, event, ...fields })}\n`);
    };
  return { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
}
