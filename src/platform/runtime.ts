/** Whether this is Node.js itself: Bun and Deno run the program too, and differ where its innards count. */
export function isNode(): boolean {
  return !("Bun" in globalThis || "Deno" in globalThis);
}
