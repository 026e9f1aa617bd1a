/** A limit of the repository, of which something has to stay free. */
export interface Budget {
  /** The thing that is measured, as the subject of a sentence in the singular. */
  readonly what: string;
  readonly limit: number;
  readonly unit: string;
}

/** Each limit once; the generator and the tests hold them. */
export const budgets = {
  serverFile: { what: "dist/tokenvault-webhook.mjs", limit: 600_000, unit: "bytes" },
  /** A guide that is pasted into a language model leaves it room to work. */
  guide: { what: "llm.txt", limit: 13_000, unit: "tokens" },
  readme: { what: "README.md", limit: 12_000, unit: "bytes" },
  security: { what: "SECURITY.md", limit: 5_000, unit: "bytes" },
  longestFile: { what: "the longest file", limit: 300, unit: "lines" },
  medianFile: { what: "the median file of src", limit: 100, unit: "lines" },
  /** Without the conformance kit and the demo, which are a program of their own. */
  source: { what: "src without verify and demo", limit: 16_000, unit: "lines" },
  rootOfSource: { what: "the root of src", limit: 4, unit: "files" },
  credentialPath: { what: "the way of GET /v1/credential", limit: 30, unit: "files" },
  storePath: { what: "the way of POST /v1/store", limit: 35, unit: "files" },
  proxyPath: { what: "the way of POST /v1/proxy", limit: 35, unit: "files" },
} as const satisfies Record<string, Budget>;

const warningShare = 0.95;

/** Warns where a budget is nearly used up. @throws Error where it is exceeded */
export function holdBudget(
  { what, limit, unit }: Budget,
  value: number,
  warn: (sentence: string) => void = console.warn,
): void {
  const sentence = `${what} has ${value.toLocaleString("en-US")} ${unit} of at most ${limit.toLocaleString("en-US")}`;
  if (value > limit) throw new Error(sentence);
  if (value >= warningShare * limit) warn(`nearly too much: ${sentence}`);
}
