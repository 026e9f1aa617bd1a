import { readdirSync, readFileSync } from "node:fs";
import type { Vector } from "./vector.js";

export interface VectorFile {
  /** kind/name.json */
  readonly path: string;
  readonly vector: Vector;
}

/** Vectors of others, in their own form. */
const foreignFolders = ["wycheproof"];
const folder = new URL("./", import.meta.url);

export function readVectors(): VectorFile[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !foreignFolders.includes(entry.name))
    .flatMap(({ name: kind }) =>
      readdirSync(new URL(`${kind}/`, folder)).map((file) => {
        const text = readFileSync(new URL(`${kind}/${file}`, folder), "utf8");
        return { path: `${kind}/${file}`, vector: JSON.parse(text) as Vector };
      }),
    );
}
