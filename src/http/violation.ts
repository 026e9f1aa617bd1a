import type { ValidationError } from "../../generated/validators.js";

/** Says what a validator found in the contract's own words alone, since input may hold a secret. */
export function violationSentence({ schemaPath, keyword, params }: ValidationError): string {
  const members = [...schemaPath.matchAll(/\/properties\/([^/]+)/g)].map((match) => match[1] ?? "");
  const subject = members.length === 0 ? "The request" : `The member ${members.join(".")}`;
  switch (keyword) {
    case "required":
      return `${subject} lacks the member ${String(params["missingProperty"])}.`;
    case "type":
      return `${subject} must be ${typeName(params["type"])}.`;
    case "enum":
    case "const":
    case "discriminator":
      return `${subject} has a value that the contract does not name.`;
    case "minimum":
    case "maximum":
      return `${subject} is out of its range.`;
    case "minLength":
    case "maxLength":
    case "maxItems":
    case "maxProperties":
      return `${subject} is too short or too long.`;
    default:
      return `${subject} does not have the form that the contract asks for.`;
  }
}

function typeName(type: unknown): string {
  const names = [type].flat().map(String);
  return names
    .map((name) => (name === "object" || name === "array" || name === "integer" ? `an ${name}` : `a ${name}`))
    .join(" or ");
}
