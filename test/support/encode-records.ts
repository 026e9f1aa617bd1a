import { encodeLines } from "../../src/files/append-log.js";

/** The bytes of a log that holds these records. */
export function encodeRecords(records: readonly unknown[]): Buffer {
  return encodeLines(records.map((record) => JSON.stringify(record)));
}
