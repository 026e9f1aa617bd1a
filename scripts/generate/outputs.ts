import { readFileSync } from "node:fs";
import { generateAnswerForms } from "./answer-forms.js";
import { readContract } from "./contract.js";
import { refuseWrongExamples } from "./examples.js";
import { refuseUnreadExtensions } from "./extension-places.js";
import { filledGuide } from "./guide.js";
import { refuseOtherNumbers } from "./limits.js";
import { generateLlmText } from "./llm.js";
import { generateOperations } from "./operations.js";
import { refuseImpossibleSchemas } from "./schema-bounds.js";
import { generateTypes } from "./types.js";
import { generateAnswerValidators, generateRequestValidators } from "./validators.js";
import { guideVectorPaths, type GuideVector, type TestVectors } from "./vector-text.js";

const notice = "Generated from openapi.yaml by `npm run generate`; do not edit.";

/** Every generated file: its path, seen from the folder that holds `generated/`, and its text. */
export async function generateOutputs(
  contractText: string,
  guideText = readText("../llm-guide.md"),
): Promise<Map<string, string>> {
  const contract = readContract(contractText);
  const operations = generateOperations(contract);
  const request = generateRequestValidators(contract);
  const answers = generateAnswerValidators(contract);
  const runtime = readText("./runtime.js");
  const forms = generateAnswerForms(contract);
  for (const refuse of [refuseUnreadExtensions, refuseImpossibleSchemas, refuseOtherNumbers, refuseWrongExamples])
    refuse(contract);
  const guide = filledGuide(guideText, contract);
  const vectors = JSON.parse(readText("../../test/vectors/token-vault.json")) as TestVectors;
  const code = {
    "types.ts": await generateTypes(contract),
    "operations.ts": operations,
    "runtime.js": runtime,
    "validators.js": request.code,
    "validators.d.ts": request.declarations,
    "answers.js": answers.code,
    "answers.d.ts": answers.declarations,
    "answer-forms.js": forms.code,
    "answer-forms.d.ts": forms.declarations,
  };
  const llm = `${notice}\n\n${generateLlmText(contract, guide, vectors, readGuideVectors())}`;
  return new Map([
    ...Object.entries(code).map(([name, text]): [string, string] => [`generated/${name}`, `// ${notice}\n${text}`]),
    ["generated/llm-text.ts", `// ${notice}\nexport const llmText = ${JSON.stringify(llm)};\n`],
    ["llm.txt", llm],
  ]);
}

/** Those of test/vectors that the text has room for. */
function readGuideVectors(): GuideVector[] {
  return guideVectorPaths.map((path) => JSON.parse(readText(`../../test/vectors/${path}.json`)) as GuideVector);
}

function readText(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8").replaceAll("\r\n", "\n");
}
