import { connect } from "node:net";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Secret } from "../src/platform/secret.js";
import { nodeDisk, type Disk, type DiskFile } from "../src/files/disk.js";
import { canaryText, filesBelow, findCanaries, formsOf, type Canary } from "./canary.js";
import { startLoopbackServer, type LoopbackServer } from "./http/loopback-server.js";
import { base32Canary, credentialsOf, googleKeyCanary, provokedErrors } from "./planted-canaries.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

/**
 * A disk whose errors give away what was planted, as a library's might. The journal fails first, then the record of
 * used ids as well: what is given back after a failure meets an error that nobody has put into words.
 */
class TalkativeDisk {
  isBroken = false;
  #hasFailed = false;
  constructor(private readonly canary: string) {}

  readonly disk: Disk = {
    ...nodeDisk,
    create: async (path) => this.#wrapped(path, await nodeDisk.create(path)),
    reopen: async (path) => this.#wrapped(path, await nodeDisk.reopen(path)),
  };

  #wrapped(path: string, file: DiskFile): DiskFile {
    const write = (bytes: Uint8Array, position: number): Promise<number> => {
      if (!this.isBroken || !(this.#hasFailed || path.includes("journal-"))) return file.write(bytes, position);
      this.#hasFailed = true;
      throw Object.assign(new Error(`EIO: ${this.canary}`), { code: "EIO", path: this.canary });
    };
    return { ...file, write };
  }
}

/** Everything that others than the ticket's holder get to see. */
class Seen {
  readonly places = new Map<string, Buffer>();

  async answer(name: string, response: Response): Promise<void> {
    const headers = JSON.stringify([...response.headers]);
    this.places.set(
      `the answer to ${name} (${String(response.status)})`,
      Buffer.from(headers + (await response.text())),
    );
  }

  async error(name: string, response: Response): Promise<void> {
    expect(response.status, name).toBeGreaterThanOrEqual(400);
    await this.answer(name, response);
  }
}

async function rawAnswer(url: string, text: string): Promise<Response> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => {
      const answer = Buffer.concat(chunks).toString();
      resolve(new Response(answer, { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 500) }));
    });
  });
}

async function storeEverything(
  server: TestServer,
  secrets: Readonly<Record<string, string>>,
  seen: Seen,
): Promise<void> {
  const { tokenVault } = server;
  for (const [service, tokenData] of Object.entries(credentialsOf(secrets))) {
    const stored = await tokenVault.store(service, tokenData);
    expect(stored.status, service).toBe(200);
    await seen.answer(`storing ${service}`, stored);
    const set = await tokenVault.storage({
      operation: "set",
      collection: "tokens",
      key: `set-${service}`,
      data: tokenData,
    });
    expect(set.status, service).toBe(200);
    const got = await tokenVault.storage({ operation: "get", collection: "tokens", key: `set-${service}` });
    const { data } = (await got.clone().json()) as { data: Record<string, unknown> };
    await seen.answer(`getting set-${service}`, got);
    const changed = {
      ...data,
      note: { password: secrets["password"] },
      meta: { apiKey: secrets["apiKey"], shown: true },
    };
    await seen.answer(
      `setting changed-${service}`,
      await tokenVault.storage({ operation: "set", collection: "tokens", key: `set-${service}`, data: changed }),
    );
  }
}

async function listEverything({ tokenVault }: TestServer, seen: Seen): Promise<void> {
  for (const collection of ["tokens", "proxy_configs", "audit", "vault_config"]) {
    for (const options of [{}, { limit: 1 }, { limit: 1000 }]) {
      await seen.answer(`list ${collection}`, await tokenVault.storage({ operation: "list", collection, options }));
    }
  }
  const collections = ["tokens", "audit", "proxy_configs", "vault_config"];
  await seen.answer("list_batch", await tokenVault.storage({ operation: "list_batch", collections }));
}

async function proxyAndRefresh(
  server: TestServer,
  upstream: LoopbackServer,
  secrets: Readonly<Record<string, string>>,
  seen: Seen,
): Promise<void> {
  const { tokenVault } = server;
  upstream.answer = ({ path, headers, body }) => ({
    status: 418,
    body: { path, headers, body },
    headers: { "x-echo": String(headers.authorization) },
  });
  const proxied = await tokenVault.post("/v1/proxy", {
    ticket: await tokenVault.ticket("oauth", "proxy"),
    service: "oauth",
    upstream: { url: `${upstream.url}/echo`, method: "GET" },
    headerTemplates: { authorization: "Bearer ${TOKEN}" },
  });
  expect(upstream.received.at(-1)?.headers.authorization).toBe(`Bearer ${String(secrets["accessToken"])}`);
  expect(proxied.status).toBe(418);
  await seen.answer("a proxied call that is echoed", proxied);
  upstream.answer = ({ body }) => ({ status: 400, body: { error: "invalid_grant", error_description: body } });
  const hint = { provider: "example", tokenUrl: "https://example.org/", clientId: "id" };
  const refused = await tokenVault.post("/v1/refresh-notify", { service: "oauth", refreshHint: hint });
  expect(upstream.received.at(-1)?.body).toContain(secrets["clientSecret"]);
  await seen.answer("a refresh that the provider refuses", refused);
}

async function searched(server: TestServer, seen: Seen, canaries: readonly Canary[]): Promise<string[]> {
  const places = new Map([...seen.places, ["the log", Buffer.from(server.logLines.join(""))] as const]);
  for (const [path, content] of await filesBelow(server.folder)) places.set(`${path}, while running`, content);
  await server.stop();
  for (const [path, content] of await filesBelow(server.folder)) places.set(`${path}, when stopped`, content);
  expect([...places.keys()].filter((place) => place.startsWith("data/")).length).toBeGreaterThan(4);
  expect(server.logLines.length).toBeGreaterThan(50);
  return findCanaries(canaries, places);
}

const plantedNames = [
  "accessToken",
  "refreshToken",
  "certificateData",
  "privateKeyData",
  "certificateChain",
  "sshPrivateKey",
  "password",
  "apiKey",
  "nested",
  "array",
  "adminSecret",
  "seed",
  "passphrase",
  "clientSecret",
  "sent",
  "diskError",
];

describe("a secret that was planted", () => {
  it.each([
    [
      "with a key file under a passphrase",
      (secrets: Readonly<Record<string, string>>) => ({ KEY_PASSPHRASE: secrets["passphrase"] ?? "" }),
    ],
    ["with a seed", (secrets: Readonly<Record<string, string>>) => ({ TV_WEBHOOK_SEED: secrets["seed"] ?? "" })],
  ])("is in no log line, no error, no list and no file, %s", async (_name, keySettings) => {
    const secrets: Record<string, string> = Object.fromEntries(plantedNames.map((name) => [name, canaryText(name)]));
    secrets["googleKey"] = googleKeyCanary();
    secrets["totpSecret"] = base32Canary();
    secrets["totpUriSecret"] = base32Canary();
    const upstream = await startLoopbackServer(() => ({}));
    const provider = { clientId: "id", clientSecret: secrets["clientSecret"], tokenUrl: `${upstream.url}/token` };
    const talkative = new TalkativeDisk(secrets["diskError"] ?? "");
    const server = await startTestServer({
      settings: {
        TV_ADMIN_SECRET: secrets["adminSecret"] ?? "",
        OAUTH_PROVIDERS_JSON: JSON.stringify({ example: provider }),
        ALLOW_PRIVATE_HOSTS: upstream.host,
        TV_RATE_LIMIT_PER_MINUTE: "0",
        ...keySettings(secrets),
      },
      parts: { disk: talkative.disk },
    });
    const { tokenVault } = server;
    await tokenVault.bind({ "x-tv-admin-secret": secrets["adminSecret"] ?? "" });
    const seen = new Seen();

    await storeEverything(server, secrets, seen);
    const held = await (await tokenVault.credential("oauth")).text();
    for (const name of ["accessToken", "certificateData", "password", "apiKey", "nested", "array"])
      expect(held).toContain(secrets[name]);
    await listEverything(server, seen);
    await proxyAndRefresh(server, upstream, secrets, seen);
    for (const [name, send] of provokedErrors(server, upstream, secrets["sent"] ?? ""))
      await seen.error(name, await send());
    await seen.error(
      "malformed HTTP",
      await rawAnswer(server.url, `GET /${String(secrets["sent"])} HTTP/9.9\r\nx: ${String(secrets["sent"])}\r\n\r\n`),
    );
    talkative.isBroken = true;
    const set = { operation: "set", collection: "tokens", key: "new", data: { password: secrets["password"] } };
    await seen.error("a disk that fails a set", await tokenVault.storage(set));
    await seen.error("a disk that fails", await tokenVault.store("new", { accessToken: secrets["accessToken"] }));
    expect(server.logLines.join("")).toContain("internal error");
    talkative.isBroken = false;
    await listEverything(server, seen);

    const ticket = await tokenVault.ticket("oauth", "agent_credential");
    expect((await tokenVault.fetchWith("/v1/credential", ticket, "oauth")).status).toBe(200);
    const canaries: Canary[] = [
      ...Object.entries(secrets).map(([name, text]) => ({ name, bytes: Buffer.from(text) })),
      { name: "shared secret", bytes: Buffer.from(tokenVault.secret) },
      { name: "ticket", bytes: Buffer.from(ticket) },
    ];
    expect(await searched(server, seen, canaries)).toEqual([]);
  });
});

describe("the search", () => {
  it("finds a secret raw, in hex and in base64, wherever it begins", () => {
    const bytes = Buffer.from(canaryText("sample"));
    for (const before of ["", "a", "ab", "abc"]) {
      const around = Buffer.concat([Buffer.from(before), bytes, Buffer.from("behind")]);
      for (const encoding of ["latin1", "hex", "base64", "base64url"] as const) {
        const places = new Map([["here", Buffer.from(`{"x":"${around.toString(encoding)}"}`)]]);
        expect(findCanaries([{ name: "sample", bytes }], places), `${before} ${encoding}`).toEqual(["sample in here"]);
      }
    }
    expect(formsOf(bytes).every((form) => form.length >= bytes.length)).toBe(true);
  });
});

describe("a Secret", () => {
  it("prints as [redacted] however it is printed, and gives its value only when asked", () => {
    const canary = canaryText("value");
    for (const secret of [new Secret(canary), new Secret(Uint8Array.from(Buffer.from(canary)))]) {
      const { stack = "" } = new Error(`with ${String(secret)}`);
      for (const text of [
        String(secret),
        JSON.stringify({ secret }),
        inspect({ secret }, { depth: 5, showHidden: true }),
        stack,
      ]) {
        expect(text).toContain("[redacted]");
        expect(
          findCanaries([{ name: "value", bytes: Buffer.from(canary) }], new Map([["text", Buffer.from(text)]])),
        ).toEqual([]);
      }
      expect(Object.keys(secret)).toEqual([]);
      expect(Buffer.from(secret.reveal()).toString()).toBe(canary);
    }
  });
});
