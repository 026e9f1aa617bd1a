import type { Contract } from "./contract.js";
import { compileModule } from "./standalone.js";
import { sharedSchema } from "./validation-schema.js";
import type { ValidatorModule } from "./validators.js";

/** The types and headers that the contract says of an answer beside its body. The tests hold every answer against them. */
export function generateAnswerForms(contract: Contract): ValidatorModule {
  const schemas = new Map<string, unknown>();
  const rows = contract.operations.map(({ id, answers }) => {
    const forms = Object.entries(answers).map(([status, { content = {}, headers = {} }]) => {
      const fields = Object.entries(headers).map(([name, { schema, required = false }]) => {
        const validate = `${id}${status}${name.replaceAll(/[^A-Za-z0-9]/g, "")}`;
        schemas.set(validate, sharedSchema(schema, contract.schemas));
        return `${JSON.stringify(name.toLowerCase())}: { required: ${String(required)}, validate: ${validate} }`;
      });
      const types = JSON.stringify(Object.keys(content));
      return `    "${status}": { types: ${types}, headers: {${fields.join(", ")}} },\n`;
    });
    return `  ${id}: {\n${forms.join("")}  },\n`;
  });
  return {
    code: `${compileModule(schemas, [...schemas.keys()], { allErrors: false, messages: false })}\nexport const answerForms = {\n${rows.join("")}};\n`,
    declarations: `import type { operations } from "./types.js";
import type { Validator } from "./validators.js";

export interface AnswerForm {
  /** Empty when it has no body. */
  readonly types: readonly string[];
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, { readonly required: boolean; readonly validate: Validator }>>;
}

/** The documented answers, by operation and by status as the contract writes it ("200", "4XX"). */
export const answerForms: { readonly [Id in keyof operations]: Readonly<Record<string, AnswerForm>> };
`,
  };
}
