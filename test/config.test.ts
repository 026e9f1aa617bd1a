import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { readConfig, settings, unknownSettings, type Config, type Setting } from "../src/config.js";
import { StartError } from "../src/platform/errors.js";
import { cases, providerText } from "./setting-cases.js";

type Variables = Readonly<Record<string, string>>;

function configOf(variables: Variables, files: Variables = {}): Config {
  return readConfig({ variables, readFile: (path) => files[path] });
}

function refusalOf(variables: Variables, files: Variables = {}): string {
  try {
    configOf(variables, files);
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    return (error as StartError).message;
  }
  throw new Error("it was taken");
}

const secretNames = settings.filter((setting: Setting) => setting.isSecret).map(({ name }) => name);

describe.each(settings.map(({ name }) => name))("%s", (name) => {
  const { read, unset, good, bad } = cases[name];

  it("has its default when it is not set, or set to nothing", () => {
    for (const variables of [{}, { [name]: "" }, { [name]: "  " }]) expect(read(configOf(variables))).toEqual(unset);
  });

  it.each(good)("is taken: %j", (value, expected) => {
    expect(read(configOf({ [name]: value }))).toEqual(expected);
  });

  it.each(bad)("is refused by its name, in a sentence that never repeats the value: %j", (value) => {
    const message = refusalOf({ [name]: value });
    expect(message).toMatch(new RegExp(`^${name} .*\\.$`));
    expect(message).not.toContain(value);
    expect(message).not.toContain("canary");
  });
});

describe.each(secretNames)("the file of %s", (name) => {
  const [value = ""] = cases[name].good[0] ?? [];
  const [, expected] = cases[name].good[0] ?? [];

  it("gives the value, without the line end", () => {
    expect(cases[name].read(configOf({ [`${name}_FILE`]: "/run/secret" }, { "/run/secret": `${value}\n` }))).toEqual(
      expected,
    );
  });

  it("and the variable itself are not taken together", () => {
    const message = refusalOf({ [name]: value, [`${name}_FILE`]: "/run/canary" }, { "/run/canary": value });
    expect(message).toContain(`${name}_FILE`);
    expect(message).toContain("both set");
    expect(message).not.toContain("canary");
    expect(message).not.toContain(value);
  });

  it.each([
    ["cannot be read", {}],
    ["is empty", { "/run/canary": " \n" }],
  ])("that %s is refused, without the path", (_name, files) => {
    const message = refusalOf({ [`${name}_FILE`]: "/run/canary" }, files);
    expect(message).toMatch(new RegExp(`^${name}_FILE .*\\.$`));
    expect(message).not.toContain("/run");
  });

  it("is refused for what is in it as the variable would be", () => {
    for (const bad of cases[name].bad) {
      const message = refusalOf({ [`${name}_FILE`]: "/run/secret" }, { "/run/secret": bad });
      expect(message).toContain(name);
      expect(message).not.toContain(bad);
    }
  });
});

describe("the settings", () => {
  it("that hold secrets are those, and no others", () => {
    expect([...secretNames].sort()).toEqual([
      "KEY_PASSPHRASE",
      "OAUTH_PROVIDERS_JSON",
      "TV_ADMIN_SECRET",
      "TV_WEBHOOK_SEED",
    ]);
  });

  it("show no secret when the configuration is printed", () => {
    const config = configOf({
      TV_ADMIN_SECRET: "canary-canary-canary",
      TV_WEBHOOK_SEED: "canary",
      KEY_PASSPHRASE: "canary",
      OAUTH_PROVIDERS_JSON: providerText({}),
    });
    const { oauthProviders } = config;
    for (const text of [
      JSON.stringify(config),
      inspect(config, { depth: 10 }),
      inspect([...oauthProviders]),
      JSON.stringify([...oauthProviders]),
    ]) {
      expect(text).not.toContain("canary");
    }
  });

  it("that are no secrets are never read from a file", () => {
    const read: string[] = [];
    const names = settings.map(({ name }) => name).filter((name) => !secretNames.includes(name));
    const variables = Object.fromEntries(names.map((name) => [`${name}_FILE`, "/run/file"]));
    readConfig({ variables, readFile: (path) => void read.push(path) });
    expect(read).toEqual([]);
  });

  it("that are misspelt are named, and those of other programs are not", () => {
    const variables = {
      TV_ADMIN_SECRT: "x",
      TOKENVAULT_IPS: "x",
      WEBHOOK_URL: "x",
      REFRESH_AHEAD: "x",
      PATH: "x",
      LOG: "x",
      KEY: "x",
      TV_ADMIN_SECRET_FILE: "x",
      PORT: "1",
    };
    expect(unknownSettings({ variables, readFile: () => undefined })).toEqual([
      "TV_ADMIN_SECRT",
      "TOKENVAULT_IPS",
      "WEBHOOK_URL",
      "REFRESH_AHEAD",
    ]);
  });

  it("are named as without effect when a file is given for one that takes none", () => {
    const variables = { WEBHOOK_EXTERNAL_URL_FILE: "x", TV_RATE_LIMIT_PER_MINUTE_FILE: "x" };
    expect(unknownSettings({ variables, readFile: () => undefined })).toEqual(Object.keys(variables));
  });

  it("take the folder of the service manager's credentials from its own variable", () => {
    expect(configOf({ CREDENTIALS_DIRECTORY: "/run/credentials/x" }).credentialsDirectory).toBe("/run/credentials/x");
    expect(configOf({}).credentialsDirectory).toBeUndefined();
  });
});
