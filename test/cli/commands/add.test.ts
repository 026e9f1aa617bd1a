import { describe, expect, it } from "vitest";
import { commandHelp } from "../../../src/cli/help.js";
import { add } from "../../../src/cli/commands/add.js";
import { parseArguments } from "../../../src/cli/command-arguments.js";
import { secretNames } from "../../../src/vault/sensitive-properties.js";
import { startBoundServer } from "../../support/test-server.js";
import { jsonOf, oneSentence, run } from "../run-program.js";

/** Each was once a name under which a secret was listed in clear. */
const openNames = [
  ...["key", "foo", "user", "provider", "serviceName", "tokenType", "__proto__", "constructor", "toString"],
  ...["accesstoken", "AccessToken", "ACCESSTOKEN", "access_token", "accessToken ", " accessToken", "accessToken\n"],
  ...["\u0430ccessToken", "accessToke\u0578", "access\u200bToken", "ｐａｓｓｗｏｒｄ", "p\u0430ssword", "", "-"],
];

describe.each(["runs", "is stopped"])(
  "a secret that was typed at add was listed in clear, when the server %s:",
  (state) => {
    it("another name than those that are encrypted is refused before it is stored", async () => {
      const server = await startBoundServer();
      if (state === "is stopped") await server.stop();
      for (const name of ["key", "__proto__", "serviceName", "Password"]) {
        const ran = await run(server.folder, ["add", "gitlab", `--field=${name}`], {}, "canary-secret");
        expect([ran.code, ran.stdout]).toEqual([2, ""]);
        expect(ran.stderr).toMatch(oneSentence);
        expect(ran.stderr).not.toContain("canary");
      }
      expect(jsonOf(await run(server.folder, ["services", "--json"]))).toEqual({ services: [] });
    });

    it("under each name of the list it is encrypted", async () => {
      const server = await startBoundServer();
      if (state === "is stopped") await server.stop();
      const names = secretNames.filter((name) => !name.startsWith("totp"));
      for (const name of ["accessToken", "secret", "connectionString"]) {
        expect(names).toContain(name);
        const added = await run(server.folder, ["add", name, "--field", name, "--json"], {}, "canary-secret");
        expect(jsonOf(added)).toMatchObject({ service: name });
        expect(added.stdout).not.toContain("canary");
      }
      const { tokenVault } = state === "runs" ? server : await server.restart();
      const listed = await (await tokenVault.storage({ operation: "list_batch", collection: "tokens" })).text();
      expect(listed).not.toContain("canary");
    });
  },
);

it.each(openNames)("--field %j is refused in a sentence that does not repeat it", (name) => {
  expect(() => parseArguments(add, ["github", `--field=${name}`])).toThrow(
    /^--field (?:takes no such value(?:\.|; did you mean [A-Za-z]+\?)|needs a value\.) Try add --help\.$/,
  );
});

it.each([
  ["AccessToken", "accessToken"],
  ["acessToken", "accessToken"],
  ["passwort", "password"],
  ["sshPrivatKey", "sshPrivateKey"],
])("--field %s asks for %s", (typed, meant) => {
  expect(() => parseArguments(add, ["github", "--field", typed])).toThrow(`did you mean ${meant}?`);
});

it("add --help lists every name that --field takes", () => {
  const lines = commandHelp(add).split("\n");
  expect(secretNames.filter((name) => !lines.includes(`  ${name}`))).toEqual([]);
});

it.each([
  ["'otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ'\n", 0],
  ["<otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ>", 0],
  ["otpauth%3A%2F%2Ftotp%2Fx%3Fsecret%3DGEZDGNBVGY3TQOJQ", 2],
  ["otpauth-migration://offline?data=GEZDGNBVGY3TQOJQ", 2],
])("the seed of one-time codes became an access token, which an agent gets: %j", async (input, code) => {
  const server = await startBoundServer();
  const ran = await run(server.folder, ["add", "login", "--json"], {}, input);
  expect(ran).toMatchObject({ code });
  if (code !== 0) {
    expect(ran.stderr).toMatch(oneSentence);
    return;
  }
  expect(jsonOf(ran)).toMatchObject({ meta: { tokenType: "TOTP", hasTotpSecret: true } });
  expect(await (await server.tokenVault.credential("login")).text()).not.toContain("GEZDGNBV");
});
