import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WebhookError } from "../../../src/platform/errors.js";
import type { FaultyDisk } from "../../support/faulty-disk.js";
import { nowMs, openWorld, ownersToken, putByBrowser, putByTokenVault, type RefreshWorld } from "./refresh-world.js";
import type { Scripted } from "../scripted-dial.js";

const service = "github";
const answers = [
  "rotated",
  "same",
  "omitted",
  "invalid_grant",
  "200 final",
  "200 passing",
  "200 empty",
  "500",
  "hang",
] as const;
type Answer = (typeof answers)[number];
const finalAnswers: ReadonlySet<Answer> = new Set(["invalid_grant", "200 final"]);
const goodAnswers: ReadonlySet<Answer> = new Set(["rotated", "same", "omitted"]);

/** What the ticket's holder may see of the credential; undefined when nothing is stored. */
interface Seen {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly scope: string;
  readonly password: string;
  readonly expiryTime?: number;
  readonly needs_reconnect?: true;
}

let count = 0;
function fresh(name: string): string {
  return `${name} ${String(++count)}`;
}

const expiryTime = nowMs + 3_600_000;

async function seenIn(world: RefreshWorld): Promise<Seen | undefined> {
  const token = await ownersToken(world, service);
  const names = ["accessToken", "refreshToken", "scope", "password", "expiryTime", "needs_reconnect"];
  const entries = names.filter((name) => token && name in token).map((name) => [name, token?.[name]]);
  return token && (Object.fromEntries(entries) as Seen);
}

/** What a process finds on this disk after a power cut. */
async function seenOn(disk: FaultyDisk): Promise<Seen | undefined> {
  const world = await openWorld(disk.afterPowerCut());
  return seenIn(world);
}

function newCredential(withRefresh: boolean): Seen {
  const secrets = { accessToken: fresh("access"), ...(withRefresh ? { refreshToken: fresh("refresh") } : {}) };
  return { ...secrets, scope: fresh("scope"), password: fresh("password") };
}

/** The body for an answer, and what a good one renews. */
function scripted(answer: Answer, sent: string): { readonly given: Scripted; readonly renewed?: Partial<Seen> } {
  const accessToken = fresh("access");
  const token = { access_token: accessToken, token_type: "bearer", scope: "another scope" };
  const refreshToken = fresh("refresh");
  switch (answer) {
    case "rotated":
      return { given: { body: { ...token, refresh_token: refreshToken } }, renewed: { accessToken, refreshToken } };
    case "same":
      return { given: { body: { ...token, refresh_token: sent } }, renewed: { accessToken } };
    case "omitted":
      return { given: { body: token }, renewed: { accessToken } };
    case "invalid_grant":
      return { given: { status: 400, body: { error: "invalid_grant" } } };
    case "200 final":
      return { given: { body: { error: "bad_refresh_token" } } };
    case "200 passing":
      return { given: { body: { error: "slow_down" } } };
    case "200 empty":
      return { given: { body: { access_token: "" } } };
    case "500":
      return { given: { status: 500, body: token } };
    case "hang":
      return { given: "hang" };
  }
}

const anyAnswer = fc.constantFrom(...answers);
const event = fc.constantFrom(
  "browser stores",
  "browser stores without refresh token",
  "token vault sets",
  "token vault updates",
  "token vault updates both",
  "deleted",
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ answers: fc.tuple(anyAnswer, anyAnswer), callers: fc.constantFrom(1, 1, 10) }) },
  {
    weight: 2,
    arbitrary: fc.record({ answers: fc.tuple(anyAnswer, anyAnswer), callers: fc.constant(2), meanwhile: event }),
  },
  { weight: 3, arbitrary: event },
  { weight: 1, arbitrary: fc.constantFrom("killed" as const, "power cut" as const) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
interface RefreshStep {
  readonly answers: readonly [Answer, Answer];
  readonly callers: number;
  readonly meanwhile?: Event;
}

/** Does it, and says what must be seen afterwards. */
async function happen(world: RefreshWorld, seen: Seen | undefined, what: Event): Promise<Seen | undefined> {
  const { tokens, store } = world;
  if (what === "deleted") {
    await store.transact((transaction) => transaction.delete("tokens", service));
    return undefined;
  }
  if (what === "token vault updates" || what === "token vault updates both") {
    const both = { accessToken: fresh("access"), refreshToken: fresh("refresh") };
    const update = what === "token vault updates" ? { accessToken: both.accessToken } : both;
    expect((await tokens.renew(service, update)) !== undefined).toBe(seen !== undefined);
    return seen && unmarked({ ...seen, ...update });
  }
  const credential = newCredential(what !== "browser stores without refresh token");
  const put = what === "token vault sets" ? putByTokenVault : putByBrowser;
  await put(world, service, { ...credential });
  return credential;
}

function unmarked({ needs_reconnect: _mark, ...others }: Seen): Seen {
  return others;
}

/** Refreshes, and says what the provider was sent, what the callers must be told and what must be seen afterwards. */
async function refreshIn(
  world: RefreshWorld,
  before: Seen | undefined,
  { answers: [first, second], callers, meanwhile }: RefreshStep,
) {
  let seen = before;
  let told = before === undefined ? "no_token" : before.refreshToken === undefined ? "no_refresh_token" : "";
  const sent: string[] = [];
  const versions = [before];
  world.endpoint.calls.length = 0;
  world.endpoint.script = async (form) => {
    const refreshToken = form.get("refresh_token") ?? "";
    const answer = sent.push(refreshToken) === 1 ? first : second;
    let isOvertaken = false;
    if (sent.length === 1 && meanwhile !== undefined) {
      seen = await happen(world, seen, meanwhile);
      versions.push(seen);
      isOvertaken = true;
    }
    const { given, renewed } = scripted(answer, refreshToken);
    told = goodAnswers.has(answer) ? "refreshed" : answer === "hang" ? "provider_timeout" : "refresh_failed";
    if (goodAnswers.has(answer) && seen?.refreshToken === refreshToken)
      seen = unmarked({ ...seen, ...renewed, expiryTime });
    else if (goodAnswers.has(answer)) told = "refresh_failed";
    // What was stored or renewed meanwhile is not what was refused; another refresh token is tried once.
    if (finalAnswers.has(answer) && seen && !isOvertaken) seen = { ...seen, needs_reconnect: true };
    versions.push(seen);
    return given;
  };
  const outcomes = await Promise.all(Array.from({ length: callers }, () => outcomeOf(world)));
  expect(new Set(outcomes)).toEqual(new Set([told]));
  const triesAgain =
    finalAnswers.has(first) &&
    versions[1]?.refreshToken !== undefined &&
    versions[1].refreshToken !== before?.refreshToken;
  expect(sent).toEqual(
    before?.refreshToken === undefined ? [] : [before.refreshToken, ...(triesAgain ? [versions[1]?.refreshToken] : [])],
  );
  return { seen, versions };
}

async function outcomeOf({ refresh }: RefreshWorld): Promise<string> {
  try {
    return (await refresh.refresh(service, "github")).status;
  } catch (error) {
    return error instanceof WebhookError ? error.code : String(error);
  }
}

describe("a credential that is refreshed", () => {
  it("is what the model says, whatever the provider answers, whoever comes between, wherever it crashes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps: readonly Step[]) => {
        let world = await openWorld();
        let seen: Seen | undefined = newCredential(true);
        await putByBrowser(world, service, { ...seen });
        for (const one of steps) {
          if (one === "killed" || one === "power cut") {
            world = await openWorld(one === "killed" ? world.disk.afterKill() : world.disk.afterPowerCut());
          } else if (typeof one === "string") {
            seen = await happen(world, seen, one);
          } else {
            const from = world.disk.operations.length;
            const result = await refreshIn(world, seen, one);
            seen = result.seen;
            // A crash at any moment of it leaves one of its states whole, never the half of two.
            for (let at = from; at <= world.disk.operations.length; at++)
              expect(result.versions).toContainEqual(await seenOn(world.disk.at(at)));
          }
          expect(await seenIn(world)).toEqual(seen);
          // Whatever anybody was told by now, a power cut leaves.
          expect(await seenOn(world.disk)).toEqual(seen);
        }
      }),
      { numRuns: 150 },
    );
  });
});
