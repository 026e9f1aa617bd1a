import { describe, expect, it } from "vitest";
import { same, succeeded } from "../../src/verify/expectation.js";
import { Masking } from "../../src/verify/masking.js";
import { Reply } from "../../src/verify/reply.js";

const ticket = `eyJzdWIiOiJ1c2VyIn0.${"a1".repeat(32)}`;
const request = { method: "GET", target: "/v1/health", headers: {}, body: new Uint8Array() };

describe("masking", () => {
  const ownPrefix = "verify-0a1b2c3d-";
  const masking = new Masking(ownPrefix);
  const secret = "a secret/of+the run x??>";
  masking.add(secret);
  const shared = Buffer.from(Array.from({ length: 32 }, (_, index) => (index * 37 + 250) % 256));
  masking.add(shared.toString("base64"));
  const sent = (text: string): string => masking.request({ body: Buffer.from(text) });
  const answered = (value: unknown, type = "application/json"): string => {
    const body = Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
    return masking
      .answer(new Reply(request, 200, ["Content-Type", type], body, 1))
      .replace(/^application\/json · /, "");
  };

  it("takes out what the run knows, in whatever spelling it comes back", () => {
    const bytes = Buffer.from(secret);
    for (const spelling of [
      secret,
      encodeURIComponent(secret),
      bytes.toString("base64"),
      bytes.toString("base64url"),
      bytes.toString("hex"),
      bytes.toString("hex").toUpperCase(),
      shared.toString("base64"),
      shared.toString("base64").replace("=", ""),
      shared.toString("base64url"),
      shared.toString("hex"),
      encodeURIComponent(shared.toString("base64")),
    ])
      expect(masking.text(`x ${spelling} y`)).toMatch(/^x \[masked\](?:=|%3D)* y$/);
    const escaped = new Masking(ownPrefix);
    escaped.add('a "quoted"\nline');
    expect(escaped.text(JSON.stringify({ a: 'a "quoted"\nline' }))).toBe('{"a":"[masked]"}');
  });

  it("takes out a longer secret whole where a shorter one is its beginning", () => {
    const both = new Masking(ownPrefix);
    both.add("secret-text");
    both.add("secret-text-and-more");
    expect(both.text("secret-text-and-more")).toBe("[masked]");
  });

  it("takes out tickets, signatures and any long run of hex digits", () => {
    expect(sent(JSON.stringify({ ticket }))).toBe('{"ticket":"[masked]"}');
    expect(masking.text(`at ${ticket}.`)).toBe("at [masked].");
    expect(masking.text(`sha256=${"ab".repeat(32)}`)).toBe("[masked]");
    expect(masking.text(`key ${"AB".repeat(16)}, x${"12".repeat(40)}`)).toBe("key [masked], x[masked]");
    expect(masking.text("verify-0a1b2c3d-doc-1")).toBe("verify-0a1b2c3d-doc-1");
  });

  it("takes out members with a secret name at any depth, whatever their type", () => {
    const members = {
      a: [{ totpSecret: "JBSW", TOTP_SECRET: ["JBSW"], "access-token": 5 }],
      api_key: { x: "y" },
      pin: 1,
    };
    expect(sent(JSON.stringify(members))).toBe(
      '{"a":[{"totpSecret":"[masked]","TOTP_SECRET":"[masked]","access-token":"[masked]"}],"api_key":"[masked]","pin":"[masked]"}',
    );
    expect(answered({ hmacSecret: ["AAEC"], hasRefreshToken: true, Password: { old: "x" }, secret: null })).toBe(
      '{"hmacSecret":"[masked]","hasRefreshToken":true,"Password":"[masked]","secret":null}',
    );
  });

  it("leaves out the documents of the owner, in lists and by key", () => {
    const own = `${ownPrefix}1`;
    const items = [
      { key: "github", meta: { note: "private" } },
      { key: own, meta: { note: "ours", serviceName: own } },
    ];
    const shown = `{"key":"${own}","meta":{"note":"[text of 4 characters]","serviceName":"${own}"}}`;
    expect(answered({ items })).toBe(`{"items":[${shown}]}`);
    expect(answered({ results: { tokens: { items } } })).toBe(`{"results":{"tokens":{"items":[${shown}]}}}`);
    expect(answered({ data: { github: { note: "private" }, [own]: { count: 1 } } })).toBe(
      `{"data":{"${own}":{"count":1},"…":"1 more"}}`,
    );
    expect(answered({ items: ["github"] })).toBe('{"items":["[text of 6 characters]"]}');
  });

  it("shows of an answer what the contract says, and of other texts the length", () => {
    expect(answered({ error: "auth_failed", message: "No." })).toBe('{"error":"auth_failed","message":"No."}');
    expect(answered({ error: "e".repeat(201) })).toBe('{"error":"[text of 201 characters]"}');
    const plain = {
      status: "healthy",
      version: "2.2.0",
      uptime: 5,
      createdAt: "2026-01-01T00:00:00Z",
      keyConfigured: true,
    };
    expect(answered(plain)).toBe(JSON.stringify(plain));
    expect(answered({ status: "the owner's", meta: { message: "theirs" } })).toBe(
      '{"status":"[text of 11 characters]","meta":{"message":"[text of 6 characters]"}}',
    );
    expect(answered("<h1>Private</h1>", "text/html; charset=utf-8")).toBe("text/html · [16 bytes]");
    expect(answered("{}", "the owner's text")).toBe("{}");
  });

  it("shows of what a request passes on from an answer no more than of the answer", () => {
    expect(sent(JSON.stringify({ operation: "set", data: { note: "private" } }))).toBe(
      '{"operation":"set","data":{"note":"[text of 7 characters]"}}',
    );
    expect(sent('{"operation":')).toBe('{"operation":');
  });

  it("cuts what is long and shows nothing that a terminal obeys", () => {
    expect(answered({ items: Array.from({ length: 5000 }, () => 1) }).length).toBeLessThan(700);
    expect(masking.sentence("x".repeat(5000)).length).toBeLessThan(700);
    const long = new Reply(request, 200, [], Buffer.from(JSON.stringify(["x".repeat(9000)])), 1).excerpt();
    expect([long.body.length, masking.answer(long)]).toEqual([4096, "[9004 bytes]"]);
    expect(masking.text("a\x1b[31mb\u0007c\u009bd\u202ee\u2028f\u2066g\nh")).toBe("a·[31mb·c·d·e·f·g·h");
    expect(answered({ message: "\u001b]0;x\u0007" })).not.toContain("\u001b");
  });
});

describe("a failure's sentence", () => {
  const sentenceOf = (actual: unknown, expected: unknown): string => {
    try {
      same("x", actual, expected);
    } catch (error) {
      return error instanceof Error ? error.message : "";
    }
    return "";
  };

  it("shows of what was seen only what was expected, the run's own, and the contract's words", () => {
    expect(sentenceOf("the owner's text", "ok")).toBe('x should be "ok" and is "[text of 16 characters]".');
    expect(sentenceOf("stored", "ok")).toBe('x should be "ok" and is "stored".');
    expect(sentenceOf(["verify-0a1b2c3d-b", "github"], ["verify-0a1b2c3d-a"])).toBe(
      'x should be ["verify-0a1b2c3d-a"] and is ["verify-0a1b2c3d-b","[text of 6 characters]"].',
    );
    expect(sentenceOf({ run: "r", note: "theirs" }, { run: "r", note: "ours" })).toContain(
      'is {"run":"r","note":"[text of 6 characters]"}',
    );
  });

  it("names no code that the contract does not know", () => {
    const answerWith = (error: unknown): Reply =>
      new Reply(request, 401, [], Buffer.from(JSON.stringify({ error })), 1);
    expect(() => succeeded(answerWith("auth_failed"))).toThrow("got 401 auth_failed.");
    expect(() => succeeded(answerWith("the owner's text"))).toThrow(/got 401\.$/);
  });
});

describe("an answer's JSON", () => {
  const jsonOf = (text: string): unknown => new Reply(request, 200, [], Buffer.from(text), 1).json;

  it("counts as none where it is deeper than 200 levels", () => {
    const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
    expect(jsonOf(nested(200))).toBeInstanceOf(Array);
    expect(jsonOf(nested(201))).toBeUndefined();
    expect(jsonOf(nested(100_000))).toBeUndefined();
    expect(jsonOf(`["${"[".repeat(300)}\\""]`)).toEqual([`${"[".repeat(300)}"`]);
    expect(jsonOf(`["${"[".repeat(300)}\\\\"]`)).toEqual([`${"[".repeat(300)}\\`]);
    expect(jsonOf("null")).toBeNull();
  });
});
