/**
 * Writes at once what comes in one turn of the event loop: a system call for each line of the log would cost a large
 * part of the request that the line is about. What was added in a turn that the process did not survive is lost.
 */
export class BatchedOutput {
  #pending = "";

  constructor(private readonly write: (text: string) => void) {}

  readonly add = (text: string): void => {
    if (this.#pending === "")
      setImmediate(() => {
        this.flush();
      });
    this.#pending += text;
  };

  flush(): void {
    const text = this.#pending;
    this.#pending = "";
    if (text !== "") this.write(text);
  }
}
