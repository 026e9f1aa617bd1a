/** JSON that a terminal can be shown: it escapes what could forge a line, move the cursor or turn the reading order. */
export function jsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(/[\u007f-\u009f\u2028\u2029\p{Cf}]/gu, escapeUnits);
}

/** Of a character beyond U+FFFF both halves. */
function escapeUnits(character: string): string {
  return character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
