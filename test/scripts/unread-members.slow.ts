import { expect, test } from "vitest";
import { readContract } from "../../scripts/generate/contract.js";
import { generateTypes } from "../../scripts/generate/types.js";
import { operations, type OperationDefinition } from "../../generated/operations.js";
import { contractText } from "./generated.js";
import { slipped } from "./slip.js";
import { unreadMembers } from "./unread-members.js";

/** Token Vault sends them, and nothing depends on them. */
const needless = [
  "checkHealth requestId",
  "proxyRequest requestId",
  "notifyRefresh reason",
  // The owner's setting alone says to whom a secret is sent.
  "notifyRefresh refreshHint.tokenUrl",
  "notifyRefresh refreshHint.clientId",
];
/** Authentication reads them, of any operation alike. */
const ofTickets = (Object.values(operations) as OperationDefinition[])
  .filter(({ security }) => security.flat().includes("ticket"))
  .flatMap(({ id }) => [`${id} ticket`, `${id} service`]);

async function unreadIn(contract: string): Promise<string[]> {
  const unread = unreadMembers(await generateTypes(readContract(contract)));
  return unread.filter((name) => !ofTickets.includes(name));
}

test("the code reads every member of every request but those that nothing depends on", async () => {
  expect(await unreadIn(contractText)).toEqual(needless);
});

test.each<readonly [string, string, string, string]>([
  [
    "an option of lists, under a name that other requests have",
    "        after:\n          description: The `nextCursor`",
    "        host: { type: string }\n        after:\n          description: The `nextCursor`",
    "useStorage options.host",
  ],
  [
    "a member within a body",
    "        accessToken: { type: string, minLength: 1 }\n",
    "        accessToken: { type: string, minLength: 1 }\n        idToken: { type: string }\n",
    "refreshTokens tokens.idToken",
  ],
  [
    "a parameter of a query",
    '        - $ref: "#/components/parameters/Frontend"\n',
    '        - $ref: "#/components/parameters/Frontend"\n        - { name: lang, in: query, schema: { type: string } }\n',
    "getRegistrationUrl lang",
  ],
  [
    "a field of a form",
    "        host: { type: string, maxLength: 253 }\n    OwnerState:",
    "        host: { type: string, maxLength: 253 }\n        note: { type: string }\n    OwnerState:",
    "actOnHome note",
  ],
])("%s that is new, and that no code reads, is noticed", async (_title, text, becomes, unread) => {
  expect(await unreadIn(slipped(text, becomes))).toEqual(expect.arrayContaining([unread, ...needless]));
});
