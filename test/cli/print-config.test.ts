import { execFileSync } from "node:child_process";
import { chmod, chown, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { settings } from "../../src/config.js";
import { startTestServer, temporaryFolder } from "../support/test-server.js";
import { jsonOf, run, type Ran } from "./run-program.js";

function valuesOf({ code, stdout }: Ran): Record<string, string> {
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  return Object.fromEntries(lines.map((line) => [line.split("=")[0] ?? "", line.replace(/^[^=]*=/, "")]));
}

async function folderWithDotEnv(text: string | Uint8Array, mode = 0o600): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, ".env"), text);
  await chmod(join(folder, ".env"), mode);
  return folder;
}

describe("--print-config", () => {
  it("names every setting, with what is in force", async () => {
    const folder = await temporaryFolder();
    const ran = await run(folder, ["--print-config"], { PROXY_HOSTS: " listed " });
    const values = valuesOf(ran);
    expect(Object.keys(values)).toEqual(settings.map(({ name }) => name));
    expect(values).toMatchObject({
      PORT: "0",
      HOST: "127.0.0.1",
      DATA_DIR: join(folder, "data"),
      KEY_FILE: join(folder, "data-keys", "keys.json"),
      PROXY_HOSTS: "listed",
      TV_ADMIN_SECRET: "",
      WEBHOOK_EXTERNAL_URL: "",
      LOG_LEVEL: "error",
    });
    expect(jsonOf(await run(folder, ["--print-config", "--json"], { PROXY_HOSTS: "listed" }))).toEqual(values);
    expect(await readdir(folder)).toEqual([]);
  });

  it("shows of a secret only that it is set", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "seed"), "canary-seed");
    const given = {
      TV_ADMIN_SECRET: "canary-canary-canary",
      TV_WEBHOOK_SEED_FILE: join(folder, "seed"),
      KEY_PASSPHRASE: "canary",
    };
    const ran = await run(folder, ["--print-config"], given);
    expect(valuesOf(ran)).toMatchObject({
      TV_ADMIN_SECRET: "[set]",
      TV_WEBHOOK_SEED: "[set]",
      KEY_PASSPHRASE: "[set]",
      OAUTH_PROVIDERS_JSON: "",
    });
    expect(ran.stdout + ran.stderr).not.toContain("canary");
  });
});

describe(".env in the working directory", () => {
  const text = `# a comment
PROXY_HOSTS=any   # and another
export LOG_LEVEL=debug
TOKENVAULT_FRONTEND_URL='https://front.example.org'
TV_ADMIN_SECRET="canary canary canary"
PATH=/nowhere
NODE_OPTIONS=--no-such-option
`;

  it("gives settings, with quotes and comments, and no secret is shown", async () => {
    const ran = await run(await folderWithDotEnv(text), ["--print-config"], {});
    expect(valuesOf(ran)).toMatchObject({
      PROXY_HOSTS: "any",
      TOKENVAULT_FRONTEND_URL: "https://front.example.org",
      TV_ADMIN_SECRET: "[set]",
    });
    expect(ran.stdout + ran.stderr).not.toContain("canary");
    expect(ran.stderr).toBe("");
  });

  it("yields to the environment, also where one of the two names a file", async () => {
    const folder = await folderWithDotEnv(`${text}TV_WEBHOOK_SEED_FILE=/canary\n`);
    await writeFile(join(folder, "secret"), "x".repeat(20));
    const given = { PROXY_HOSTS: "pin", TV_ADMIN_SECRET_FILE: join(folder, "secret"), TV_WEBHOOK_SEED: "a seed" };
    expect(valuesOf(await run(folder, ["--print-config"], given))).toMatchObject({
      PROXY_HOSTS: "pin",
      LOG_LEVEL: "error",
      TV_ADMIN_SECRET: "[set]",
      TV_WEBHOOK_SEED: "[set]",
    });
  });

  it("is refused by a setting's name where it holds a bad one, as the environment is", async () => {
    const { code, stderr } = await run(await folderWithDotEnv("PROXY_HOSTS=canary\n"), ["services"], {});
    expect([code, stderr]).toEqual([2, "tokenvault-webhook: PROXY_HOSTS must be pin, listed or any.\n"]);
  });

  it.each([0o620, 0o602, 0o666])("was obeyed with the mode %o, though others could have written it", async (mode) => {
    const { code, stdout, stderr } = await run(await folderWithDotEnv(text, mode), ["--print-config"], {});
    expect(code).toBe(0);
    expect(stdout).toContain("PROXY_HOSTS=pin\n");
    expect(stderr).toBe("The file .env can be changed by other users and was ignored; run `chmod go-w .env`.\n");
  });

  it.skipIf(process.getuid?.() !== 0)("was obeyed though it belonged to another user", async () => {
    const folder = await folderWithDotEnv(text);
    await chown(join(folder, ".env"), 12_345, 12_345);
    const { code, stdout, stderr } = await run(folder, ["--print-config"], {});
    expect(code).toBe(0);
    expect(stdout).toContain("PROXY_HOSTS=pin\n");
    expect(stderr).toBe("The file .env belongs to another user and was ignored; make one of your own.\n");
  });

  it.each([
    [0o644, text, true],
    [0o604, "KEY_PASSPHRASE=x\n", true],
    [0o640, text, false],
    [0o644, "PROXY_HOSTS=any\nTV_ADMIN_SECRET_FILE=/x\n", false],
    [0o644, "KEY_PASSPHRASE=\n", false],
  ])("with the mode %o and %j: a warning is %o", async (mode, content, isWarned) => {
    const { stderr } = await run(await folderWithDotEnv(content, mode), ["--version"]);
    expect(stderr.includes("chmod 600 .env")).toBe(isWarned);
    expect(stderr).not.toContain("canary");
  });
});

describe("a .env as editors and people leave it", () => {
  const secret = "canary-canary-canary";
  const printed = async (text: string | Uint8Array): Promise<Ran> => {
    const ran = await run(await folderWithDotEnv(text), ["--print-config"], {});
    expect(ran.stdout + ran.stderr).not.toContain("canary");
    return ran;
  };

  it("lost its first setting to a byte order mark, and others to CRLF", async () => {
    const ran = await printed(`\ufeffPROXY_HOSTS=listed\r\nDENY_IPS=10.0.0.1\r\n`);
    expect(valuesOf(ran)).toMatchObject({ PROXY_HOSTS: "listed", DENY_IPS: "10.0.0.1" });
    expect(ran.stderr).toBe("");
  });

  it.each([
    ["UTF-16", Buffer.from(`\ufeffTV_ADMIN_SECRET=${secret}\n`, "utf16le")],
    ["UTF-16, big-endian", Buffer.from(`\ufeffTV_ADMIN_SECRET=${secret}\n`, "utf16le").swap16()],
    ["UTF-16 without its mark", Buffer.from(`TV_ADMIN_SECRET=${secret}\n`, "utf16le")],
    ["Latin-1", Buffer.from(`KEY_PASSPHRASE=canary-\u00fc\n`, "latin1")],
  ])("was taken for empty or garbled in %s", async (_what, bytes) => {
    const ran = await printed(bytes);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toBe("tokenvault-webhook: The file .env is not in UTF-8; save it in that encoding.\n");
  });

  it("said nothing of a line that sets nothing", async () => {
    const { code, stderr } = await printed("PROXY_HOSTS=any\n\ncanary GARBAGE LINE\n: canary\n");
    expect(code).toBe(0);
    expect(stderr).toBe(
      "Line 3 of .env is not NAME=value and was ignored.\nLine 4 of .env is not NAME=value and was ignored.\n",
    );
  });

  it.each([
    ["REFRESH_AHEAD", "REFRESH_AHEAD_SECONDS"],
    ["port", "PORT"],
    ["LOGLEVEL", "LOG_LEVEL"],
    ["TV_ADMIN_SECRT", "TV_ADMIN_SECRET"],
    ["KEY_PASPHRASE_FILE", "KEY_PASSPHRASE_FILE"],
    ["BACKUP_PASPHRASE", "BACKUP_PASSPHRASE"],
    ["FRONTEND_URL", "TOKENVAULT_FRONTEND_URL"],
    ["EXTERNAL_URL", "WEBHOOK_EXTERNAL_URL"],
    ["RATE_LIMIT_PER_MINUTE", "TV_RATE_LIMIT_PER_MINUTE"],
  ])("was obeyed without a word where it says %s", async (name, meant) => {
    const { code, stderr } = await printed(`# settings\n${name}=canary\n`);
    expect(code).toBe(0);
    expect(stderr).toBe(`Line 2 of .env does not name a setting; did you mean ${meant}?\n`);
  });

  it("is silent on the variables of other programs", async () => {
    const others = "NODE_ENV=x\nPATH=x\nDATABASE_URL=x\nHOSTNAME=x\nAPI_TOKEN=x\nHOME=x\nFOO='x\n";
    expect((await printed(others)).stderr).toBe("");
  });

  it.each(["a#b-a-long-secret", "#a-long-secret-of-some", "'a-long-secret # of some'"])(
    "cut the secret %s",
    async (value) => {
      const folder = await folderWithDotEnv(`TV_ADMIN_SECRET=${value}\n`);
      const server = await startTestServer({ folder, settings: { TV_ADMIN_SECRET: value.replaceAll("'", "") } });
      expect((await run(server.folder, ["lock"])).code).toBe(0);
    },
  );

  it("cut a secret at a blank and a # without a word", async () => {
    const { stderr } = await printed(`PROXY_HOSTS=any # canary\nTV_ADMIN_SECRET=${secret} # canary\n`);
    expect(stderr).toBe(
      "Line 2 of .env: what stands behind the # is left out as a comment; put the value in quotes if it is not.\n",
    );
  });

  it("was passed over without a word where it is a link to nothing", async () => {
    const folder = await temporaryFolder();
    await symlink("nowhere", join(folder, ".env"));
    expect((await run(folder, ["--print-config"])).stderr).toBe(
      "The file .env cannot be read and was ignored; make it a file that you can read.\n",
    );
  });

  it("took a setting whose quote is not closed", async () => {
    const ran = await printed(`PORT=1\nKEY_PASSPHRASE="${secret}\n`);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toMatch(/^tokenvault-webhook: Line 2 of \.env has a quote that is not closed[^\n]*\.\n$/);
  });

  it("said nothing of a setting that is there twice", async () => {
    const ran = await printed("PROXY_HOSTS=any\nPROXY_HOSTS=listed\n");
    expect(valuesOf(ran)).toMatchObject({ PROXY_HOSTS: "listed" });
    expect(ran.stderr).toBe("Line 2 of .env sets what a line before it sets; the last one counts.\n");
  });

  it.runIf(process.platform === "linux")("was waited for where it is a pipe; a folder is none of ours", async () => {
    const folder = await temporaryFolder();
    execFileSync("mkfifo", [join(folder, ".env")]);
    const { code, stderr } = await run(folder, ["--print-config"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^The file \.env is no regular file[^\n]*\.\n$/);
    const other = await temporaryFolder();
    await mkdir(join(other, ".env"));
    expect((await run(other, ["--print-config"])).stderr).toBe("");
  });
});

describe("a file that a secret is in", () => {
  const typed = "gr\u00fc\u00dfe-aus-der-ferne";

  it("was another secret in UTF-16, as PowerShell writes it", async () => {
    const folder = await temporaryFolder();
    const file = join(folder, "secret");
    await writeFile(file, Buffer.from(`\ufeff${typed}\r\n`, "utf16le"));
    const server = await startTestServer({ folder, settings: { TV_ADMIN_SECRET: typed } });
    expect(await run(server.folder, ["lock"], { TV_ADMIN_SECRET_FILE: file })).toMatchObject({ code: 0 });
  });

  it("was the same secret as many others in Latin-1", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "secret"), Buffer.from(typed, "latin1"));
    const ran = await run(folder, ["--print-config"], { KEY_PASSPHRASE_FILE: join(folder, "secret") });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toMatch(/^tokenvault-webhook: KEY_PASSPHRASE_FILE [^\n]*UTF-8[^\n]*\.\n$/);
  });
});
