/** One thing that doctor looked at. */
export interface Finding {
  /** `unknown`: it could not be looked at; the fix says what would make that possible. */
  readonly level: "ok" | "warning" | "problem" | "unknown";
  /** The thing's name: settings, files, space, … */
  readonly about: string;
  /** One sentence. */
  readonly finding: string;
  /** One sentence, for every level but `ok`. */
  readonly fix?: string;
}

type Constructor = (about: string, finding: string, fix: string) => Finding;

export const fine = (about: string, finding: string): Finding => ({ level: "ok", about, finding });
export const warning: Constructor = (about, finding, fix) => ({ level: "warning", about, finding, fix });
export const problem: Constructor = (about, finding, fix) => ({ level: "problem", about, finding, fix });
export const unknown: Constructor = (about, finding, fix) => ({ level: "unknown", about, finding, fix });
