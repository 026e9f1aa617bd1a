import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { generateOutputs } from "../../scripts/generate/outputs.js";
import { StatusReply } from "../../src/contract/operation.js";
import { OwnerSessions } from "../../src/http/owner-access.js";
import { RequestLimits } from "../../src/http/limits.js";
import type { PipelineDependencies } from "../../src/http/pipeline.js";
import { ForwardingCounts, type Operation } from "../../src/http/request.js";
import { createApp } from "../../src/http/http-server.js";
import { systemClock } from "../../src/platform/clock.js";
import { WebhookError, type ErrorCode } from "../../src/platform/errors.js";
import { AddressList } from "../../src/platform/ip-address.js";
import { createLogger } from "../../src/platform/logger.js";
import { Metrics } from "../../src/platform/metrics.js";
import { Secret } from "../../src/platform/secret.js";
import { temporaryFolder } from "./generated.js";
import { contractOf, errorsOf, jsonOf, ok, text } from "./small-contract.js";

/* What the contract of this server does not have yet is generated from a small one and served. */
const parameter = (name: string, place: string, more = {}): Record<string, unknown> => ({
  name,
  in: place,
  required: true,
  schema: text,
  ...more,
});
const rawBody = (type: string): Record<string, unknown> => ({
  required: true,
  "x-max-body-bytes": 1024,
  content: { [type]: {} },
});
const contract = contractOf({
  "/v1/webhooks/{id}": {
    delete: {
      operationId: "removeWebhook",
      security: [],
      "x-errors": errorsOf({}),
      parameters: [parameter("id", "path", { schema: { type: "string", maxLength: 8 } })],
      responses: { "204": { description: "Gone." } },
    },
  },
  "/gateway/{vendor}/{path}": {
    post: {
      operationId: "callVendor",
      security: [],
      "x-errors": errorsOf({ requestBody: {} }),
      parameters: [parameter("vendor", "path"), parameter("path", "path", { "x-rest": true })],
      requestBody: rawBody("*/*"),
      responses: ok,
    },
  },
  "/v1/events": {
    post: {
      operationId: "takeEvent",
      security: [],
      "x-errors": errorsOf({ requestBody: {} }),
      parameters: [parameter("AccountId", "header", { schema: { type: "string", minLength: 2 } })],
      requestBody: {
        required: true,
        "x-max-body-bytes": 1024,
        content: { "application/x-www-form-urlencoded": { schema: { type: "object", required: ["name"] } } },
      },
      responses: {
        "200": {
          description: "Known.",
          ...jsonOf({ type: "object", properties: { known: text }, required: ["known"] }),
        },
        "202": {
          description: "Taken.",
          ...jsonOf({ type: "object", properties: { queued: text }, required: ["queued"] }),
        },
      },
    },
  },
  "/v1/faults": {
    get: {
      operationId: "failToServe",
      security: [],
      "x-errors": errorsOf({}),
      parameters: [parameter("code", "query")],
      responses: ok,
    },
  },
  "/v1/secret": {
    get: {
      operationId: "readSecret",
      security: [{ adminSecret: [] }],
      "x-errors": errorsOf({ security: [{ adminSecret: [] }] }),
      responses: ok,
    },
  },
});

const removed: string[] = [];
const handlers = {
  removeWebhook: ({ params }: { params: { id: string } }) => {
    removed.push(params.id);
    return new StatusReply(204, null);
  },
  callVendor: ({ params, body }: { params: object; body: Uint8Array }) => ({ ...params, bytes: [...body] }),
  takeEvent: ({ body, headers }: { body: { name: string }; headers: { accountid: string } }) =>
    body.name === "known"
      ? { known: body.name }
      : new StatusReply(202, { queued: `${body.name} of ${headers.accountid}` }),
  failToServe: ({ query: { code } }: { query: { code: string } }) => {
    throw code === "none" ? new TypeError("a secret") : new WebhookError(code as ErrorCode, "It failed.");
  },
  readSecret: () => ({ secret: 1 }),
};
const secret = "the admin secret";

interface StartedApp {
  readonly app: ReturnType<typeof createApp>;
  /** The lines of its audit log. */
  readonly audited: string[];
  /** The lines of its log that tell of an error. */
  readonly logged: string[];
}

/** The app of the small contract. */
async function startApp(): Promise<StartedApp> {
  const audited: string[] = [];
  const logged: string[] = [];
  const folder = temporaryFolder();
  for (const [path, content] of await generateOutputs(contract, "")) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const { operations } = (await import(pathToFileURL(join(folder, "generated/operations.ts")).href)) as {
    operations: Record<string, Operation>;
  };
  const none = new AddressList([]);
  const dependencies = {
    config: { trustedProxies: none, deniedAddresses: none, ticketMaxLifetimeSeconds: 60 },
    adminSecret: new Secret(secret),
    sessions: new OwnerSessions(),
    clock: systemClock,
    handlers,
    limits: new RequestLimits(0),
    auditLog: {
      append({ op, outcome }: { op: string; outcome: string }) {
        audited.push(`${op} ${outcome}`);
        return Promise.resolve();
      },
    },
    logger: createLogger(
      "error",
      (line) => logged.push(line),
      () => 0,
    ),
    metrics: new Metrics(),
    forwarding: new ForwardingCounts(),
  };
  const app = createApp(dependencies as unknown as PipelineDependencies, Object.values(operations));
  return { app, audited, logged };
}

async function call(path: string, method: string, init: RequestInit = {}): Promise<readonly [number, string]> {
  const { app } = await startApp();
  const response = await app.fetch(new Request(`http://localhost${path}`, { method, ...init }), {});
  return [response.status, await response.text()];
}

/** A body as a server gets it: with its length. */
function withBody(bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): RequestInit {
  return { body: bytes, headers: { "content-length": String(bytes.length), ...headers } };
}

describe("a small contract, generated and served:", () => {
  test("a path whose own text is encoded is none, whatever its parameters hold", async () => {
    expect((await call("/v1/%77ebhooks/a%20b", "DELETE"))[0]).toBe(404);
    expect((await call("/gatewa%79/vendor/a/b", "POST", withBody(Uint8Array.of(1))))[0]).toBe(404);
    expect((await call("/v1/webhooks/a%20b", "DELETE"))[0]).toBe(204);
  });

  test.each([
    ["abc", 204],
    ["a%2Fb%2541", 204],
    ["much-too-long", 400],
    ["%zz", 400],
  ])("the path parameter %s is decoded once and validated", async (id, status) => {
    expect((await call(`/v1/webhooks/${id}`, "DELETE"))[0]).toBe(status);
    if (status === 204) expect(removed.at(-1)).toBe(decodeURIComponent(id));
  });

  test("another path or method is none of it", async () => {
    expect((await call("/v1/webhooks/a/b", "DELETE"))[0]).toBe(404);
    expect((await call("/v1/webhooks/a", "GET"))[0]).toBe(405);
  });

  test("the rest of a path comes as it was sent, and a raw body as its bytes", async () => {
    const [status, body] = await call("/gateway/a%20b/v1/x%2Fy/z?q=1", "POST", withBody(Uint8Array.of(0, 255, 10)));
    expect([status, JSON.parse(body)]).toEqual([200, { vendor: "a b", path: "v1/x%2Fy/z", bytes: [0, 255, 10] }]);
  });

  test("a handler chooses among the contract's statuses; forms and headers are validated", async () => {
    const form = (fields: string, headers = {}): RequestInit => withBody(Uint8Array.from(Buffer.from(fields)), headers);
    const from = { AccountId: "acc" };
    expect(await call("/v1/events", "POST", form("name=known", from))).toEqual([200, '{"known":"known"}']);
    expect(await call("/v1/events", "POST", form("name=new", from))).toEqual([202, '{"queued":"new of acc"}']);
    for (const init of [form("name=new"), form("name=new", { AccountId: "a" }), form("other=new", from)])
      expect((await call("/v1/events", "POST", init))[0]).toBe(400);
  });

  test.each([
    ["invalid_request", 400, "invalid_request", ""],
    ["auth_failed", 500, "internal_error", "the contract does not list this error for this operation"],
    ["none", 500, "internal_error", "internal error"],
  ])("a handler that throws %s answers %s %s", async (code, status, answered, line) => {
    const { app, logged } = await startApp();
    const response = await app.fetch(new Request(`http://localhost/v1/faults?code=${code}`), {});
    expect([response.status, await response.json()]).toMatchObject([status, { error: answered }]);
    expect(logged).toHaveLength(line === "" ? 0 : 1);
    expect(logged.join("")).toContain(line);
    expect(logged.join("")).not.toContain("a secret");
  });

  test("the owner's operation is for the owner, by its scheme alone, and each request of it is audited", async () => {
    const { app, audited } = await startApp();
    const read = async (headers = {}): Promise<number> =>
      (await app.fetch(new Request("http://localhost/v1/secret", { headers }), {})).status;
    expect([await read(), await read({ "x-tv-admin-secret": "wrong" })]).toEqual([403, 403]);
    expect(await read({ "x-tv-admin-secret": secret })).toBe(200);
    expect(audited).toEqual(["readSecret forbidden", "readSecret forbidden", "readSecret ok"]);
  });
});
