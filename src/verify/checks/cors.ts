import type { Capability } from "../../../generated/operations.js";
import type { Check } from "../check.js";
import { CheckFailure } from "../check-errors.js";
import { report } from "../collected-failures.js";
import { expects, refusedCase, same, succeeded } from "../expectation.js";
import { pathOf, type Reply } from "../reply.js";
import type { Stage } from "../stage.js";

const origin = "https://page.verify.example";
const allowOrigin = "access-control-allow-origin";

/** The paths that pages may call, with their methods. */
const openPaths: readonly {
  readonly path: string;
  readonly methods: readonly string[];
  readonly needs?: Capability;
}[] = [
  { path: "/v1/health", methods: ["GET"] },
  { path: "/v1/store", methods: ["POST"], needs: "store" },
  { path: "/v1/credential", methods: ["GET", "POST"], needs: "credential" },
  { path: "/v1/totp-code", methods: ["GET", "POST"], needs: "totp" },
];
const closedPaths: readonly { readonly path: string; readonly needs?: Capability }[] = [
  { path: "/v1/storage", needs: "storage" },
  { path: "/v1/proxy", needs: "proxy" },
  { path: "/v1/refresh", needs: "tv-refresh" },
  { path: "/v1/refresh-notify", needs: "refresh" },
  { path: "/v1/exchange" },
  { path: "/v1/register-url" },
];

export const corsChecks: readonly Check[] = [
  {
    name: "cors.preflight",
    level: "protocol",
    rule: "R11",
    proves: "Browsers may call the operations of pages and agents from any origin.",
    fix: "Answer OPTIONS with 204, the request's Origin as the allowed one, the methods, and Content-Type among the headers.",
    async run(stage) {
      for (const { path, methods } of available(stage, openPaths)) {
        for (const method of path === "/v1/health" ? [] : methods) {
          const reply = await preflight(stage, path, method);
          expects([200, 204].includes(reply.status), `OPTIONS ${path} is answered ${String(reply.status)}.`);
          allowsPage(reply);
          // A page may always send GET, which needs no header either.
          if (method === "GET") continue;
          lists(reply, "access-control-allow-methods", method);
          lists(reply, "access-control-allow-headers", "content-type");
        }
      }
    },
  },
  {
    name: "cors.preflight-headers",
    level: "strict",
    rule: "R11",
    proves: "The preflight has all that R11 names, for public pages too, and for /v1/health.",
    fix: "Answer OPTIONS with 204 and the headers of R11, the request's Origin among them.",
    async run(stage) {
      for (const { path, methods } of available(stage, openPaths)) {
        for (const method of methods) {
          const reply = await preflight(stage, path, method);
          same(`The status of OPTIONS ${path}`, reply.status, 204);
          same(`Access-Control-Allow-Origin of ${path}`, reply.headers(allowOrigin), [origin]);
          lists(reply, "access-control-allow-methods", method);
          for (const header of ["content-type", "accept"]) lists(reply, "access-control-allow-headers", header);
          same(
            `Access-Control-Allow-Private-Network of ${path}`,
            reply.header("access-control-allow-private-network"),
            "true",
          );
        }
      }
    },
  },
  {
    name: "cors.answers",
    level: "protocol",
    rule: "R11",
    proves: "Every answer to a page that stores or fetches a credential can be read by it, errors too.",
    fix: "Put Access-Control-Allow-Origin with the request's Origin on every answer, errors too.",
    async run(stage) {
      for (const reply of await repliesToPage(stage)) if (pathOf(reply.request) !== "/v1/health") allowsPage(reply);
    },
  },
  {
    name: "cors.vary",
    level: "strict",
    rule: "R11",
    proves: "Every answer to a page, of /v1/health too, allows the page's own origin and says that it varies by it.",
    fix: "Put Access-Control-Allow-Origin with the request's Origin, and Vary: Origin, on every answer, errors too.",
    async run(stage) {
      for (const reply of await repliesToPage(stage)) {
        const what = `${reply.request.method} ${pathOf(reply.request)} (${String(reply.status)})`;
        same(`Access-Control-Allow-Origin of ${what}`, reply.headers(allowOrigin), [origin]);
        lists(reply, "vary", "origin");
      }
    },
  },
  {
    name: "cors.no-credentials",
    level: "security",
    rule: "R11",
    proves: "No answer lets a page send cookies or logins.",
    fix: "Never send Access-Control-Allow-Credentials.",
    async run(stage) {
      const replies = await repliesToPage(stage);
      for (const { path, methods } of available(stage, openPaths))
        for (const method of methods) replies.push(await preflight(stage, path, method));
      for (const reply of replies) {
        if (reply.header("access-control-allow-credentials")?.toLowerCase() !== "true") continue;
        report(new CheckFailure("Access-Control-Allow-Credentials is true.", { reply }));
      }
    },
  },
  {
    name: "cors.no-options",
    level: "strict",
    rule: "R11",
    proves: "No other path answers OPTIONS.",
    fix: "Answer OPTIONS with 405 on all paths that pages do not call.",
    async run(stage) {
      for (const { path } of available(stage, closedPaths))
        refusedCase(`OPTIONS ${path}`, await preflight(stage, path, "POST"), "method_not_allowed");
    },
  },
  {
    name: "cors.elsewhere",
    level: "security",
    rule: "R11",
    proves: "Pages cannot read what is for Token Vault and the owner.",
    fix: "Send no Access-Control-Allow-Origin on all other paths.",
    async run(stage) {
      for (const { path } of available(stage, closedPaths)) {
        const asked = await preflight(stage, path, "POST");
        same(`Access-Control-Allow-Origin of OPTIONS ${path}`, asked.headers(allowOrigin), []);
      }
      for (const reply of await repliesElsewhere(stage)) {
        const what = `${reply.request.method} ${pathOf(reply.request)} (${String(reply.status)})`;
        same(`Access-Control-Allow-Origin of ${what}`, reply.headers(allowOrigin), []);
      }
    },
  },
];

/** Reports a response that the page may not read. */
function allowsPage(reply: Reply): void {
  const what = `${reply.request.method} ${pathOf(reply.request)} (${String(reply.status)})`;
  const allowed = reply.headers(allowOrigin);
  if (allowed.join() === "*") return;
  same(`Access-Control-Allow-Origin of ${what}`, allowed, [origin]);
}

function available<P extends { readonly needs?: Capability }>(stage: Stage, paths: readonly P[]): P[] {
  return paths.filter(({ needs }) => needs === undefined || stage.has(needs));
}

function preflight(stage: Stage, path: string, method: string): Promise<Reply> {
  const headers = {
    origin,
    "access-control-request-method": method,
    "access-control-request-headers": "content-type",
    "access-control-request-private-network": "true",
  };
  return stage.send({ method: "OPTIONS", target: path, headers });
}

/** Sends one call that succeeds, and each path's refusals. */
async function repliesToPage(stage: Stage): Promise<Reply[]> {
  const replies = [succeeded(await stage.send({ target: "/v1/health", headers: { origin } }))];
  const service = stage.service();
  const paths = available(stage, openPaths).filter(
    ({ path }) => path !== "/v1/health" && !(stage.isReadOnly && path === "/v1/store"),
  );
  for (const { path, methods } of paths) {
    const ticket = "forged.ticket";
    if (methods.includes("GET")) replies.push(await stage.withTicket(path, ticket, service, { origin }));
    replies.push(await stage.post(path, { ticket, service, tokenData: {} }, { origin }));
    replies.push(await stage.post(path, "{", { origin }));
  }
  expects(
    replies.slice(1).every(({ status }) => status >= 400),
    "A request with a forged ticket or a broken body succeeded.",
  );
  return replies;
}

/** Sends the calls of Token Vault and of the owner with a page's Origin; each is refused, or changes nothing. */
async function repliesElsewhere(stage: Stage): Promise<Reply[]> {
  const { tokenVault } = stage;
  const list = { operation: "list_batch", collections: [] };
  const service = `${stage.prefix}elsewhere`;
  const calls: readonly (readonly [path: string, body: object, needs: Capability])[] = [
    ["/v1/storage", list, "storage"],
    ["/v1/refresh", { action: "get", service }, "tv-refresh"],
    ["/v1/refresh-notify", { service }, "refresh"],
  ];
  const replies = [
    await stage.send({ target: "/v1/register-url", headers: { origin } }),
    await stage.post("/v1/exchange", { code: crypto.randomUUID() }, { origin }),
  ];
  for (const [path, body] of calls.filter(([, , needs]) => stage.has(needs))) {
    replies.push(await tokenVault.signed(path, body, { headers: { origin } }));
    replies.push(await stage.post(path, body, { origin }));
  }
  return replies;
}

/** Names of methods and headers, separated by commas, in any letter case. */
function lists(reply: Reply, header: string, name: string): void {
  const named = reply.headers(header).flatMap((value) => value.split(",").map((part) => part.trim().toLowerCase()));
  if (named.includes(name.toLowerCase())) return;
  report(new CheckFailure(`${header} does not name ${name}.`, { reply }));
}
