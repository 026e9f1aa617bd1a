const lineEnd = 10;

/**
 * The same bytes in blocks that end with the end of a line, but for the last one where the file does not. A block is good
 * until the next one is asked for.
 */
export async function* wholeLines(pieces: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let begun: Buffer[] = [];
  for await (const piece of pieces) {
    const end = piece.lastIndexOf(lineEnd) + 1;
    if (end > 0) {
      const whole = piece.subarray(0, end);
      yield begun.length === 0 ? whole : Buffer.concat([...begun, whole]);
      begun = [];
    }
    // A copy, since the piece is read into again.
    if (end < piece.length) begun.push(Buffer.from(piece.subarray(end)));
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}
