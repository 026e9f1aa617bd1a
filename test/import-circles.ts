import type { SourceFile } from "./source-files.js";

/** Each circle once, as the paths along it. */
export function importCircles(files: readonly SourceFile[]): string[][] {
  const byModule = new Map(files.map((file) => [file.path.replace(/\.ts$/, ""), file]));
  const finished = new Set<string>();
  const circles: string[][] = [];
  const visit = (module: string, path: readonly string[]): void => {
    const start = path.indexOf(module);
    if (start >= 0) circles.push([...path.slice(start), module]);
    if (start >= 0 || finished.has(module)) return;
    for (const { from } of byModule.get(module)?.imports ?? []) if (byModule.has(from)) visit(from, [...path, module]);
    finished.add(module);
  };
  for (const module of byModule.keys()) visit(module, []);
  return circles;
}
