import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDotEnv } from "../../src/cli/dot-env-lines.js";

function valuesOf(text: string): Record<string, string | undefined> {
  return Object.fromEntries(parseDotEnv(text).lines.map(({ name, value }) => [name, value]));
}

describe("a line of .env", () => {
  it.each([
    ["A=b#c", "b#c"],
    ["A=#c", "#c"],
    ["A=b #c", "b"],
    ["A=b\t# c", "b"],
    ["A= # c", ""],
    ["A=", ""],
    ["A = b ", "b"],
    ["export A=b", "b"],
    ["  export\tA=b", "b"],
    ["A='b # c'", "b # c"],
    ['A="b # c" # d', "b # c"],
    ["A=`b\"'c`", "b\"'c"],
    ["A='b\\nc'", "b\\nc"],
    ['A="b\\nc\\td\\"e\\\\f\\$g\\h"', 'b\nc\td"e\\f$g\\h'],
    ['A="b\nc"', "b\nc"],
    ["A=b\"c'd", "b\"c'd"],
    ["A=b\\nc", "b\\nc"],
    ["A=b=c==", "b=c=="],
    ['A={"b": {"c": 1}}', '{"b": {"c": 1}}'],
    ["A=a  b", "a  b"],
    ["A=$B", "$B"],
    ["A=b\r", "b"],
    ['A="b', undefined],
    ["A='b'c", undefined],
    ["A='b\nB=c", undefined],
  ])("%j sets A to %j", (text, value) => {
    for (const end of ["", "\n", "\r\n"]) expect(valuesOf(`# first${end || "\n"}${text}${end}`)["A"]).toBe(value);
  });

  it("is known by its number, whatever stands before it", () => {
    const text = "# one\r\n\r\nA=1\r\nGARBAGE LINE\r\nB='x\r\ny'\r\n=5\r\n-\r\nA=2";
    const { lines, junk } = parseDotEnv(text);
    expect(lines.map(({ number, name, value }) => [number, name, value])).toEqual([
      [3, "A", "1"],
      [5, "B", "x\ny"],
      [9, "A", "2"],
    ]);
    expect(junk).toEqual([4, 7, 8]);
  });

  it("whose quote is not closed takes nothing from the lines after it", () => {
    expect(valuesOf('A="b\nB="c"\nC=d')).toEqual({ A: undefined, B: "c", C: "d" });
  });

  it("keeps any secret that is in single quotes, and any without blanks and quotes as it stands", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (secret) => {
        fc.pre(!/['\r\n]/.test(secret));
        expect(valuesOf(`A='${secret}'`)).toEqual({ A: secret });
        const word = secret.replaceAll(/[\s"`]/g, "");
        expect(valuesOf(`A=${word}`)).toEqual({ A: word });
      }),
    );
  });
});
