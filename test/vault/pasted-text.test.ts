import { describe, expect, it } from "vitest";
import { isBrokenToken, requireText, tidySecrets } from "../../src/vault/pasted-text.js";

const sshKey = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n-----END OPENSSH PRIVATE KEY-----\n";

describe("a secret that was pasted or piped", () => {
  it.each([
    "tok\n",
    "tok\r\n",
    "tok\n\n",
    "\ufefftok",
    "\ufeff\ufefftok\r\n\r\n",
    "\ntok\n",
    "\n\ufefftok",
    "tok\n ",
    " \ntok\r\n\t\r\n",
    "\u200btok\u200b",
    "\u2060\ntok\ufeff\r\n",
    "\u202atok\u202c",
  ])("was kept with what came around it: %j", (accessToken) => {
    expect(tidySecrets({ accessToken })).toEqual({ accessToken: "tok" });
  });

  it("keeps the blanks around a secret", () => {
    expect(tidySecrets({ password: " two words \n", clientSecret: "\ufeffs\r\n" })).toEqual({
      password: " two words ",
      clientSecret: "s",
    });
  });

  it.each(["accessToken", "sshPrivateKey", "privateKeyData", "password"])(
    "lost the last line end of a key, as %s",
    (name) => {
      expect(tidySecrets({ [name]: `\ufeff${sshKey}` })).toEqual({ [name]: sshKey });
      expect(requireText({ [name]: sshKey })).toEqual({ [name]: sshKey });
    },
  );

  it("leaves what is no secret as it is", () => {
    const open = { label: " label \n", scope: "\ufeffrepo", accessToken: 5 };
    expect(tidySecrets(open)).toEqual(open);
  });

  it.each(["a\0b", "\0", "a\x7fb", "a\x1b[0mb", '{"a":"\0"}'])("was stored though it is no text: %j", (accessToken) => {
    expect(() => requireText({ accessToken })).toThrow(expect.objectContaining({ code: "invalid_request" }) as Error);
  });

  it.each(["a\u200bb", "a\u00adb \u2060c", `a${"\u200d".repeat(9)}b`])(
    "was stored though nobody sees what makes it unsendable: %j",
    (accessToken) => {
      expect(() => requireText(tidySecrets({ accessToken }))).toThrow(
        expect.objectContaining({ code: "invalid_request" }) as Error,
      );
    },
  );

  it.each(["می\u200cخواهم", '{"a":"\u200b"}', "a b", "a\tb", "a\nb", "ключ 🔑", '{\n  "a": 1\n}', sshKey])(
    "is stored as it is: %j",
    (accessToken) => {
      expect(requireText(tidySecrets({ accessToken }))).toEqual({ accessToken });
    },
  );

  it("tells a token that was broken from a text of several lines", () => {
    for (const token of ["a\nb", "a\r\nb\n"]) expect(isBrokenToken(token)).toBe(true);
    for (const token of ["a", "a\n", "\ufeffa\r\n", sshKey, '{\n"a": 1}']) expect(isBrokenToken(token)).toBe(false);
  });
});
