/**
 * Gathers the lines of one turn of the event loop, so that they share a write. Lines of a turn that the process does not
 * survive are lost.
 */
export class LineBuffer {
  #pending = "";

  constructor(private readonly write: (text: string) => void) {}

  readonly add = (line: string): void => {
    if (this.#pending === "")
      setImmediate(() => {
        this.flush();
      });
    this.#pending += line;
  };

  flush(): void {
    const text = this.#pending;
    this.#pending = "";
    if (text !== "") this.write(text);
  }
}
