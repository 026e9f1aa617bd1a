import { generateKeyPairSync } from "node:crypto";
import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { GoogleTokens, type ServiceAccount } from "../../../src/vault/kinds/google-token.js";
import { StoppedClock } from "../../http/answer-json.js";
import { scriptedEndpoint, type Script, type Scripted, type ScriptedEndpoint } from "../scripted-dial.js";

const [key, otherKey] = [newKey(), newKey()] as const;
const account: ServiceAccount = {
  clientEmail: "robot@project.iam.gserviceaccount.com",
  privateKey: key,
  privateKeyId: "key-1",
  tokenUri: "https://google.example/token",
};
const scope = "https://www.googleapis.com/auth/drive";

function newKey(): string {
  return generateKeyPairSync("rsa", { modulusLength: 2048 })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();
}

interface World {
  readonly clock: StoppedClock;
  readonly endpoint: ScriptedEndpoint;
  readonly minted: GoogleTokens;
  readonly get: (change?: Partial<ServiceAccount>, scope?: string) => Promise<string>;
}

/** Google, which numbers the tokens that it gives. */
function world(script?: Script): World {
  const clock = new StoppedClock("2026-01-01T00:00:00Z");
  let count = 0;
  const endpoint = scriptedEndpoint(
    script ?? (() => ({ body: { access_token: `token ${String(++count)}`, expires_in: 3600 } })),
  );
  const minted = new GoogleTokens(endpoint.fetch, clock);
  const get = async (change: Partial<ServiceAccount> = {}, given = scope): Promise<string> =>
    (await minted.get({ ...account, ...change }, given)).accessToken.reveal();
  return { clock, endpoint, minted, get };
}

describe("a minted token", () => {
  it("is minted once and kept, with all that was said of it", async () => {
    const { endpoint, minted } = world();
    const expected = {
      accessToken: "token 1",
      expiresAt: "2026-01-01T01:00:00Z",
      serviceAccount: account.clientEmail,
    };
    for (let count = 0; count < 5; count++) {
      const { accessToken, ...said } = await minted.get(account, scope);
      expect({ accessToken: accessToken.reveal(), ...said }).toEqual(expected);
    }
    expect(endpoint.calls).toHaveLength(1);
  });

  const others: readonly (readonly [string, Partial<ServiceAccount>, string])[] = [
    ["key", { privateKey: otherKey }, scope],
    ["account", { clientEmail: "other@project.iam.gserviceaccount.com" }, scope],
    ["token URI", { tokenUri: "https://google.example/other" }, scope],
    ["scope", {}, `${scope}.readonly`],
  ];
  it.each(others)("is never given to another %s, and the other's not to it", async (_what, change, otherScope) => {
    const { endpoint, get } = world();
    expect(await get()).toBe("token 1");
    expect(await get(change, otherScope)).toBe("token 2");
    expect(await get()).toBe("token 1");
    expect(await get(change, otherScope)).toBe("token 2");
    const [, form] = endpoint.calls;
    expect(endpoint.calls).toHaveLength(2);
    expect(decodeJwt(form?.get("assertion") ?? "")["scope"]).toBe(otherScope);
  });

  it("of two accounts does not become one's where the members only read alike when put together", async () => {
    const { get } = world();
    expect(await get({ clientEmail: "a", tokenUri: "https://google.example/b" }, "c d")).toBe("token 1");
    expect(await get({ clientEmail: "a", tokenUri: "https://google.example/bc" }, " d")).toBe("token 2");
  });

  it("is kept until shortly before it expires, by the clock, and then minted anew", async () => {
    const { clock, endpoint, get } = world();
    expect(await get()).toBe("token 1");
    clock.advance(50 * 60_000);
    expect(await get()).toBe("token 1");
    clock.advance(10 * 60_000 - 1000);
    expect(await get()).toBe("token 2");
    expect(await get()).toBe("token 2");
    expect(endpoint.calls).toHaveLength(2);
  });

  it("is never given out expired, whatever the lifetime", async () => {
    for (const lifetimeSeconds of [1, 299, 300, 301, 600, 7200]) {
      const { clock, minted } = world(() => ({ body: { access_token: "t", expires_in: lifetimeSeconds } }));
      for (let step = 0; step < 20; step++) {
        const { expiresAt } = await minted.get(account, scope);
        expect(Date.parse(expiresAt), String(lifetimeSeconds)).toBeGreaterThan(clock.nowMs());
        clock.advance(97_000);
      }
    }
  });

  it("of many accounts is kept for a bounded number of them", async () => {
    const { endpoint, get } = world();
    const nth = (index: number): string => `${scope}#${String(index)}`;
    for (let index = 0; index <= 100; index++) await get({}, nth(index));
    await get({}, nth(100));
    expect(endpoint.calls).toHaveLength(101);
    await get({}, nth(0));
    expect(endpoint.calls).toHaveLength(102);
  });
});

describe("a token that was given, and taken for none", () => {
  const answers: readonly (readonly [string, Scripted])[] = [
    ["status 201", { status: 201, body: { access_token: "given", expires_in: 600 } }],
    ["a byte order mark", { body: `\uFEFF${JSON.stringify({ access_token: "given", expires_in: 600 })}` }],
    ["a lifetime as text", { body: { access_token: "given", expires_in: "600" } }],
    ["a form", { body: "access_token=given&expires_in=600&token_type=Bearer" }],
  ];
  it.each(answers)("with %s", async (_what, given) => {
    const { minted } = world(() => given);
    const { accessToken, expiresAt } = await minted.get(account, scope);
    expect(accessToken.reveal()).toBe("given");
    expect(expiresAt).toBe("2026-01-01T00:10:00Z");
  });

  it.each([-1, 1e15, "soon"])("is none for a lifetime of %j", async (lifetime) => {
    const { get } = world(() => ({ body: { access_token: "t", expires_in: lifetime } }));
    await expect(get()).rejects.toMatchObject({ code: "gcp_mint_failed" });
  });
});

describe("callers of the same time", () => {
  it("share one call, also those who come while it runs", async () => {
    let answer: (given: Scripted) => void = () => undefined;
    const held = new Promise<Scripted>((resolve) => (answer = resolve));
    const { endpoint, get } = world(() => held);
    const early = Array.from({ length: 10 }, () => get());
    await expect.poll(() => endpoint.calls.length).toBe(1);
    const late = Array.from({ length: 10 }, () => get());
    answer({ body: { access_token: "shared" } });
    expect(new Set(await Promise.all([...early, ...late]))).toEqual(new Set(["shared"]));
    expect(endpoint.calls).toHaveLength(1);
  });

  it("share one call when the kept token is due to be minted anew", async () => {
    const { clock, endpoint, get } = world();
    await get();
    clock.advance(3600_000);
    const tokens = await Promise.all(Array.from({ length: 10 }, () => get()));
    expect(new Set(tokens)).toEqual(new Set(["token 2"]));
    expect(endpoint.calls).toHaveLength(2);
  });

  it("with other keys or scopes do not wait for one another", async () => {
    let answer: (given: Scripted) => void = () => undefined;
    const held = new Promise<Scripted>((resolve) => (answer = resolve));
    const { endpoint, get } = world((form) =>
      decodeJwt(form.get("assertion") ?? "")["scope"] === "slow" ? held : { body: { access_token: "quick" } },
    );
    const slow = get({}, "slow");
    await expect.poll(() => endpoint.calls.length).toBe(1);
    expect(await get()).toBe("quick");
    answer({ body: { access_token: "slow" } });
    expect(await slow).toBe("slow");
  });
});

describe("a failure", () => {
  const failures: readonly (readonly [string, Scripted])[] = [
    ["a refusal", { status: 400, body: { error: "invalid_grant" } }],
    ["no answer in time", "hang"],
    ["a broken connection", "broken"],
    ["no token", { body: {} }],
    ["no JSON", { body: "<html>" }],
  ];
  it.each(failures)("is not kept: %s", async (_what, given) => {
    const { endpoint, get } = world(() => given);
    await expect(get()).rejects.toMatchObject({ code: "gcp_mint_failed" });
    await expect(get()).rejects.toMatchObject({ code: "gcp_mint_failed" });
    expect(endpoint.calls).toHaveLength(2);
    endpoint.script = () => ({ body: { access_token: "good" } });
    expect(await get()).toBe("good");
    expect(await get()).toBe("good");
    expect(endpoint.calls).toHaveLength(3);
  });

  it("is told to all who asked at the same time, after one call", async () => {
    const { endpoint, get } = world(() => ({ status: 500, body: "" }));
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => get()));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["rejected"]));
    expect(endpoint.calls).toHaveLength(1);
  });

  it("of a key that cannot sign calls nobody and leaves the others' tokens kept", async () => {
    const { endpoint, get } = world();
    await get();
    await expect(get({ privateKey: "no key" })).rejects.toMatchObject({ code: "gcp_mint_failed" });
    expect(await get()).toBe("token 1");
    expect(endpoint.calls).toHaveLength(1);
  });

  it("leaves a token that still lasts in use while a new one cannot be minted for another scope", async () => {
    const { endpoint, get } = world();
    await get();
    endpoint.script = () => "hang";
    await expect(get({}, "another")).rejects.toMatchObject({ code: "gcp_mint_failed" });
    expect(await get()).toBe("token 1");
  });
});
