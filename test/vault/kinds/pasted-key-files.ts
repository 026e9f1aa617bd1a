import { generateKeyPairSync } from "node:crypto";
import { newServiceAccount, pemOf, privateKey, privatePem } from "../../support/service-account.js";

const file = JSON.stringify(newServiceAccount(), null, 2);
const compact = JSON.stringify(newServiceAccount());
const wrapped = (base64: string, width: number): string =>
  base64.replace(new RegExp(`.{${String(width)}}`, "g"), "$&\n");
const base64 = Buffer.from(file).toString("base64");
/** As a terminal or a form makes it of what it is given. */
const withRawBreaks = (text: string, lineEnd: string): string => text.replaceAll("\\n", lineEnd);

/** Texts that people paste, all of it the same account. */
export const pastedKeyFiles: readonly (readonly [title: string, text: string])[] = [
  ["as Google gives it", file],
  ["on one line", compact],
  ["with blanks around it", `\n\t  ${file} \r\n\n`],
  ["with a byte order mark", `\ufeff${file}`],
  ["in UTF-16 that was read as UTF-8", Buffer.from(`\ufeff${file}`, "utf16le").toString("utf8")],
  ["with line ends within its strings", withRawBreaks(file, "\n")],
  ["with the line ends of Windows, also within its strings", withRawBreaks(file, "\r\n").replaceAll("\n  ", "\r\n  ")],
  ["in base64", base64],
  ["in base64 without padding", base64.replace(/=+$/, "")],
  ["in base64 of 76 columns", wrapped(base64, 76)],
  ["in base64 of 64 columns, line ends as in Windows", wrapped(base64, 64).replaceAll("\n", "\r\n")],
  ["in base64 of 20 columns", wrapped(base64, 20)],
  ["in base64 with line ends that were escaped", wrapped(base64, 76).replaceAll("\n", "\\n")],
  ["in base64url", Buffer.from(file).toString("base64url")],
  ["in base64 twice", Buffer.from(base64).toString("base64")],
  ["in base64 of UTF-16", Buffer.from(file, "utf16le").toString("base64")],
  ["in base64 in quotes", `"${base64}"`],
  ["as JSON text in JSON", JSON.stringify(file)],
  ["as JSON text in JSON in JSON", JSON.stringify(JSON.stringify(file))],
  ["as JSON text in JSON that lost its quotes", JSON.stringify(compact).slice(1, -1)],
  ["as JSON text in JSON with its quotes as code points", JSON.stringify(compact).replaceAll('\\"', "\\u0022")],
  ["in single quotes", `'${file}'`],
  ["in double quotes", `"${file}"`],
  ["in quotes of a word processor", `“${file}”`],
  ["in backquotes", `\`${file}\``],
  ["with a final comma", `${file},`],
  ["with a comma behind its last member", file.replace(/\n\}$/, ",\n}")],
  ["in quotes, with a final comma", `'${file}',`],
  ["as JSON text in JSON, with a final comma", `${JSON.stringify(file)},\n`],
  ["with a final semicolon", `${file};`],
  ["in a code fence", `\`\`\`json\n${file}\n\`\`\`\n`],
  ["in a code fence without a language", `\`\`\`\n${file}\n\`\`\``],
  ["in a code fence, in base64", `\`\`\`\n${wrapped(base64, 76)}\n\`\`\``],
  ["with its names written as code points", compact.replace("private_key", "private\\u005fkey")],
];

/** The same key in a form that other programs make of it. */
export const privateKeys: readonly (readonly [title: string, text: string])[] = [
  ["in PKCS#8", privatePem],
  ["in PKCS#1", pemOf(privateKey, "pkcs1")],
  ["with line ends that are a backslash and an n", privatePem.replaceAll("\n", "\\n")],
  ["with line ends that are two backslashes and an n", privatePem.replaceAll("\n", "\\\\n")],
  ["in PKCS#1, with line ends that are a backslash and an n", pemOf(privateKey, "pkcs1").replaceAll("\n", "\\n")],
  ["with the line ends of Windows", privatePem.replaceAll("\n", "\r\n")],
  ["with escaped line ends of Windows", privatePem.replaceAll("\n", "\\r\\n")],
  ["without its final line end", privatePem.trimEnd()],
  ["without any line end", privatePem.replaceAll("\n", "")],
  ["with blanks for line ends", privatePem.replaceAll("\n", " ")],
  ["in quotes, with blanks around it", ` "${privatePem}" `],
];

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const short = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
const encrypted = privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" });
const pss = generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).privateKey;

/** Private keys of a file that could give no token. */
export const unfitPrivateKeys: readonly (readonly [title: string, value: unknown])[] = [
  ["is absent", undefined],
  ["is null", null],
  ["is a number", 7],
  ["is empty", ""],
  ["is no key", "not a key"],
  ["is a PEM of nothing", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"],
  ["is a PEM of something else", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"],
  ["is cut", privatePem.slice(0, 900)],
  ["lacks a line", privatePem.split("\n").toSpliced(9, 1).join("\n")],
  ["has another modulus", privatePem.split("\n").toSpliced(3, 1, "A".repeat(64)).join("\n")],
  ["is encrypted", encrypted],
  ["is of an elliptic curve", pemOf(ec)],
  ["is of an elliptic curve, in SEC 1", pemOf(ec, "sec1")],
  ["is of RSA-PSS", pemOf(pss)],
  ["is too short for RS256", pemOf(short)],
  ["is the public key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"],
];

const signIn = {
  client_id: "1.apps.example",
  client_secret: "GOCSPX-example",
  refresh_token: "1//example-refresh-token",
};
const adc = JSON.stringify({ ...signIn, type: "authorized_user", account: "" });
const python = file.replaceAll('"', "'");

/** Texts that hold an account's key, or its sign-in, and are no key file that can be read. */
export const unreadableKeys: readonly (readonly [title: string, text: string])[] = [
  ["cut short", file.slice(0, -300)],
  ["cut at its beginning", file.slice(2)],
  ["written by Python", python],
  ["with quotes of a word processor", file.replaceAll('"', "”")],
  ["in a list", `[${file}]`],
  ["in another object", JSON.stringify({ credentials: newServiceAccount() })],
  ["as JSON text in another object", JSON.stringify({ GOOGLE_CREDENTIALS: compact })],
  ["in base64 in another object", JSON.stringify({ key: base64 })],
  ["in base64 behind a name", `GOOGLE_CREDENTIALS=${base64}`],
  ["in wrapped base64 behind a word", `credentials\n${wrapped(base64, 76)}`],
  ["in base64 as a data URL", `data:application/json;base64,${base64}`],
  ["behind a name", `export GOOGLE_CREDENTIALS='${compact}'`],
  ["behind a sentence", `Here is the key:\n${file}`],
  ["as the file of a sign-in beside it", `${file}\n${adc}`],
  ["percent-encoded", encodeURIComponent(file)],
  ["escaped for HTML", file.replaceAll('"', "&quot;")],
  ["as YAML", `type: service_account\nprivate_key: |\n${privatePem}\nclient_email: a@b.example\n`],
  ["as environment variables", `GOOGLE_CLIENT_EMAIL=a@b.example\nGOOGLE_PRIVATE_KEY="${privatePem}"`],
  ["of another type", JSON.stringify(newServiceAccount({ type: "external_account" }))],
  [
    "of Google's distributed cloud",
    JSON.stringify({ type: "gdch_service_account", private_key: pemOf(ec, "sec1"), name: "x" }),
  ],
  ["of a type in capitals", JSON.stringify(newServiceAccount({ type: "SERVICE_ACCOUNT" }))],
  ["of Firebase's own names", JSON.stringify({ projectId: "p", clientEmail: "a@b.example", privateKey: privatePem })],
  ["of another cloud", JSON.stringify({ id: "x", service_account_id: "y", private_key: privatePem })],
  ["in too many quotes", Array.from({ length: 9 }).reduce<string>((text) => JSON.stringify(text), compact)],
  ["in hex", Buffer.from(file).toString("hex")],
  ["as gcloud's own sign-in", adc],
  [
    "as gcloud's own sign-in, in YAML",
    "client_id: x\nclient_secret: d-FL95Q19q7M\nrefresh_token: 1//0abcdefghijk\ntype: authorized_user\n",
  ],
  ["as gcloud's own sign-in, in base64", Buffer.from(adc).toString("base64")],
  ["as gcloud's own sign-in, as JSON text in JSON", JSON.stringify(adc)],
  [
    "as a sign-in that impersonates an account",
    JSON.stringify({ type: "impersonated_service_account", source_credentials: signIn }),
  ],
  ["as the sign-in of an external account", JSON.stringify({ ...signIn, type: "external_account_authorized_user" })],
  [
    "as a program's own sign-in",
    JSON.stringify({ ...signIn, token: "ya29.example", token_uri: "https://oauth2.googleapis.com/token" }),
  ],
];

/** Wrappings that programs and people put around a text, for one of them over another. */
export const wrappings: Readonly<Record<string, (text: string) => string>> = {
  base64: (text) => Buffer.from(text).toString("base64"),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  "wrapped base64": (text) => wrapped(Buffer.from(text).toString("base64"), 76),
  "base64 of UTF-16": (text) => Buffer.from(text, "utf16le").toString("base64"),
  JSON: (text) => JSON.stringify(text),
  "a JSON object": (text) => JSON.stringify({ key: text }),
  quotes: (text) => `'${text}'`,
  "a comma": (text) => `${text},`,
  "a fence": (text) => `\`\`\`json\n${text}\n\`\`\``,
  "a byte order mark": (text) => `\ufeff${text}`,
  "raw line ends": (text) => withRawBreaks(text, "\r\n"),
  "a name": (text) => `KEY=${text}`,
  "a word": (text) => `Bearer ${text}`,
  "percent signs": encodeURIComponent,
  "entities of HTML": (text) => text.replaceAll('"', "&#34;"),
  "a block of YAML": (text) => `key: |\n${text.replace(/^/gm, "  ")}`,
};
export const wrappedSources: Readonly<Record<string, string>> = { "a key file": file, "a sign-in of gcloud": adc };

const certificate = `-----BEGIN CERTIFICATE-----\n${wrapped(base64.slice(0, 900), 64)}\n-----END CERTIFICATE-----\n`;
const jwtPart = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Texts that look like it and are none: they are kept and handed out as they are. */
export const ordinaryTokens: readonly (readonly [title: string, text: string])[] = [
  ["a key in PEM", privatePem],
  ["a key in PKCS#1", pemOf(privateKey, "pkcs1")],
  [
    "a key of SSH",
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${wrapped(Buffer.alloc(700, 7).toString("base64"), 70)}\n-----END OPENSSH PRIVATE KEY-----\n`,
  ],
  ["a key in base64", Buffer.from(privatePem).toString("base64")],
  [
    "a key of WireGuard",
    `[Interface]\nPrivateKey = ${Buffer.alloc(32, 7).toString("base64")}\nAddress = 10.0.0.2/32\n`,
  ],
  ["a certificate", certificate.replaceAll(/[A-Za-z0-9+/=]{40,}/g, (line) => "M".repeat(line.length))],
  [
    "a JWT",
    [
      { alg: "RS256", typ: "JWT" },
      { sub: "private_key", email: "a@b.example" },
    ]
      .map(jwtPart)
      .join(".") + ".c2ln",
  ],
  ["a long opaque token", "x".repeat(4000)],
  ["JSON", JSON.stringify({ access_token: "a".repeat(60), refresh_token: "b".repeat(60), private_key_id: "1" })],
  ["a number", "123456789012345678901234567890123456789012345"],
  ["a text in quotes", `"${"quoted ".repeat(9)}"`],
  ["a sentence of such words", "My refresh_token and client_secret are beside the private_key: in the safe."],
];
