/** What doctor found of one thing. */
export interface Finding {
  readonly level: "ok" | "warning" | "problem" | "unknown";
  /** What it is about: settings, files, space, … */
  readonly about: string;
  /** One sentence. */
  readonly finding: string;
  /** What to do about it. */
  readonly fix?: string;
}

export function said(about: string, finding: string): Finding {
  return { level: "ok", about, finding };
}

export function warning(about: string, finding: string, fix: string): Finding {
  return { level: "warning", about, finding, fix };
}

export function problem(about: string, finding: string, fix: string): Finding {
  return { level: "problem", about, finding, fix };
}

/** It could not be looked at; the fix says what would make that possible. */
export function unknown(about: string, finding: string, fix: string): Finding {
  return { level: "unknown", about, finding, fix };
}
