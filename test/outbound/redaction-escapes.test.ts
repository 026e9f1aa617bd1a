import { expect, test } from "vitest";
import { EchoForms, redactHeader } from "../../src/outbound/redaction.js";

const token = `ya29+a/b<c>&d'e"f==`;

const hexWith = (join: string): string => (Buffer.from(token).toString("hex").match(/../g) ?? []).join(join);

test.each([
  ["System.Text.Json", String.raw`ya29\u002Ba/b\u003Cc\u003E\u0026d\u0027e\u0022f==`],
  ["the same in lower case", String.raw`ya29\u002ba/b\u003cc\u003e\u0026d\u0027e\u0022f==`],
  ["encoding/json of Go", String.raw`ya29+a/b\u003cc\u003e\u0026d'e\"f==`],
  ["a page", "ya29+a/b&lt;c&gt;&amp;d&#39;e&quot;f=="],
  ["a page with hex entities", "ya29+a/b&lt;c&gt;&amp;d&#x27;e&quot;f=="],
  ["C with short octal codes", String.raw`ya29\53a/b\74c\76&d'e"f\75\75`],
  ["Perl", String.raw`ya29\x{2B}a/b<c>&d'e"f\x{3D}\x{3d}`],
  ["Rust", String.raw`ya29+a/b<c>&d\u{27}e\u{22}f\u{3D}=`],
  ["Go with eight digits", String.raw`ya29+a/b<c>&d'e"f\U0000003D\U0000003d`],
  ["Python by names", String.raw`ya29\N{PLUS SIGN}a/b<c>&d'e"f\N{EQUALS SIGN}=`],
  ["CSS", String.raw`\79 a\32 9\2b\61/b\<c\>\&d\'e\"f\3D \3D`],
  ["LDAP", String.raw`ya29\2ba/b\3cc\3e&d'e\22f\3d\3d`],
  ["RTF", String.raw`ya29\'2ba/b<c>&d'e"f\'3d\'3d`],
  ["a script that goes on in the next line", `ya29+a/\\\nb<c>&d\\'e\\"\\\r\nf==`],
  ["a mail that goes on in the next line", `ya29+a/=\r\nb<c>&d'e"f=3D=\n=3D`],
  ["several escapes at once", String.raw`%79a29\u002ba\57b&lt;c\x3e&#38;d\N{APOSTROPHE}e\"f=3D\3D`],
  ["hex with colons", hexWith(":")],
  ["hex with blanks", hexWith(" ")],
  ["hex with prefixes", hexWith(", 0x")],
  ["hex", Buffer.from(token).toString("hex")],
  ["hex in capitals", Buffer.from(token).toString("hex").toUpperCase()],
])("an echo as %s writes it is blanked", (_writer, echo) => {
  expect(redactHeader(`<${echo}>`, new EchoForms([token]))).toBe("<[redacted]>");
});

test.each([
  ["base64 with indented lines", Buffer.from(`user:${token}${token}`).toString("base64").replace(/.{40}/g, "$&\n    ")],
  ["base64 of UTF-16LE", Buffer.from(`user:${token}`, "utf16le").toString("base64")],
  ["base64 of UTF-16BE", Buffer.from(`user:${token}`, "utf16le").swap16().toString("base64")],
  ["base64 of UTF-32", Buffer.from(Uint32Array.from(token, (one) => one.charCodeAt(0)).buffer).toString("base64")],
])("of an echo in %s little is left", (_writer, echo) => {
  const left = redactHeader(`<${echo}>`, new EchoForms([token]));
  expect(left).toContain("[redacted]");
  expect(left.replaceAll("[redacted]", "").length).toBeLessThan(30);
});
