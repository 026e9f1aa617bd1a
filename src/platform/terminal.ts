/** The standard streams, and the files that the user names, as a command may use them. */
export interface Terminal {
  readonly print: (text: string) => void;
  /** For progress, warnings and prompts; apart from the result. */
  readonly printError: (text: string) => void;
  /** A person watches the result, and wants it in colour. */
  readonly hasColour: boolean;
  /** A person watches the result. */
  readonly isWatched: boolean;
  /** The width of the terminal; undefined where it does not say, or nobody watches. */
  readonly columns: number | undefined;
  /** A person can be asked: standard input is a terminal. */
  readonly isInteractive: boolean;
  /** A person watches the progress. */
  readonly showsProgress: boolean;
  /** Aborted when the user interrupts, or the process is asked to stop. */
  readonly signal: AbortSignal;
  /** All of standard input. */
  readonly readStdin: () => string;
  /** One line from the terminal, shown while it is typed. @throws StartError when the user interrupts, or nobody can be asked */
  readonly readLine: (prompt: string) => Promise<string>;
  /** One line that is not shown; what is typed ahead is for the next prompt. @throws StartError as readLine does */
  readonly readHidden: (prompt: string) => Promise<string>;
  /**
   * The same for the last prompt, to which one may paste: nothing that follows the line at once is left for the shell.
   * Undefined when anything did. @throws StartError as readLine does
   */
  readonly readLastHidden: (prompt: string) => Promise<string | undefined>;
  /** @throws StartError with a sentence that names the path */
  readonly readFile: (path: string) => Uint8Array;
  /** Returns once it would survive a power cut. @throws StartError with a sentence that names the path */
  readonly writeFile: (path: string, content: string) => void;
}
