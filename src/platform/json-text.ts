/** A value that is encoded already: its JSON on one line. */
export class JsonText {
  constructor(readonly text: string) {}

  /** Of an object, its members with the brace that ends it, for putting others before them. */
  get members(): string {
    return this.text.slice(1);
  }
}
