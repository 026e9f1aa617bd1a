import { expect, test } from "vitest";
import { EchoForms, redactHeader } from "../../src/outbound/redaction.js";

const token = `ya29+a/b<c>&d'e"f==`;

test.each([
  ["System.Text.Json", String.raw`ya29\u002Ba/b\u003Cc\u003E\u0026d\u0027e\u0022f==`],
  ["the same in lower case", String.raw`ya29\u002ba/b\u003cc\u003e\u0026d\u0027e\u0022f==`],
  ["encoding/json of Go", String.raw`ya29+a/b\u003cc\u003e\u0026d'e\"f==`],
  ["a page", "ya29+a/b&lt;c&gt;&amp;d&#39;e&quot;f=="],
  ["a page with hex entities", "ya29+a/b&lt;c&gt;&amp;d&#x27;e&quot;f=="],
  ["hex", Buffer.from(token).toString("hex")],
  ["hex in capitals", Buffer.from(token).toString("hex").toUpperCase()],
])("an echo as %s writes it is blanked", (_writer, echo) => {
  expect(redactHeader(`<${echo}>`, new EchoForms([token]))).toBe("<[redacted]>");
});
