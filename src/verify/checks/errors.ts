import type { Check } from "../check.js";
import { CheckFailure } from "../check-errors.js";
import { report } from "../collected-failures.js";
import { expects, refused, refusedCase, same, succeeded, succeededCase } from "../expectation.js";
import type { Reply } from "../reply.js";

const deepLevels = 20_000;

export const errorChecks: readonly Check[] = [
  {
    name: "errors.unknown-path",
    level: "strict",
    rule: "R6",
    proves: "An unknown path is 404 not_found, whatever the method.",
    fix: "Let the router's fallback answer 404 with the code not_found, in JSON.",
    async run(stage) {
      const target = `/v1/${stage.prefix}nothing`;
      inWords("GET", await stage.send({ target }), "not_found");
      inWords("POST", await stage.post(target, {}), "not_found");
      inWords("GET outside /v1", await stage.send({ target: `/${stage.prefix}nothing` }), "not_found");
    },
  },
  {
    name: "errors.wrong-method",
    level: "strict",
    rule: "R6",
    proves: "A known path with another method is 405 method_not_allowed, and Allow names the methods that it has.",
    fix: "Answer 405 with the code method_not_allowed and a header Allow that lists the path's methods.",
    async run(stage) {
      const cases = [
        { method: "DELETE", target: "/v1/health", allowed: ["GET", "HEAD", "POST"] },
        { method: "GET", target: "/v1/exchange", allowed: ["POST"] },
        ...(stage.has("storage") ? [{ method: "GET", target: "/v1/storage", allowed: ["POST"] }] : []),
        ...(stage.has("credential") ? [{ method: "PUT", target: "/v1/credential", allowed: ["GET", "POST"] }] : []),
      ];
      for (const { method, target, allowed } of cases) {
        const reply = await stage.send({ method, target });
        inWords(`${method} ${target}`, reply, "method_not_allowed");
        const named = reply.headers("allow").flatMap((list) => list.split(",").map((name) => name.trim()));
        const missing = allowed.filter((name) => !named.includes(name));
        expects(missing.length === 0, `Allow of ${target} does not name ${missing.join(", ")}.`);
        expects(!named.includes(method), `Allow of ${target} names ${method}, which was refused.`);
      }
    },
  },
  {
    name: "errors.malformed-json",
    level: "protocol",
    rule: "R10",
    proves: "A signed body that is not JSON is 400 invalid_request.",
    fix: "Parse the body where failures are caught, and answer 400 invalid_request.",
    capabilities: ["storage"],
    async run({ tokenVault, prefix }) {
      const request = JSON.stringify({ operation: "get", collection: "tokens", key: `${prefix}odd` });
      const cases: readonly (readonly [string, string])[] = [
        ["JSON that ends early", request.slice(0, -1)],
        ["JSON with something behind it", `${request}}`],
        ["no JSON", "operation=get"],
        ["an empty body", ""],
      ];
      for (const [what, body] of cases)
        refusedCase(what, await tokenVault.signed("/v1/storage", body), "invalid_request");
    },
  },
  {
    name: "errors.odd-json",
    level: "strict",
    rule: "R10",
    proves: "A signed body that is not UTF-8, or JSON but no object, is 400 invalid_request.",
    fix: "Decode strictly as UTF-8, parse, and require an object, before any member is read.",
    capabilities: ["storage"],
    async run({ tokenVault, prefix }) {
      const request = JSON.stringify({ operation: "get", collection: "tokens", key: `${prefix}odd` });
      const cases: readonly (readonly [string, string | Uint8Array])[] = [
        ["invalid UTF-8", Buffer.from(request.replace("odd", "\u00ff"), "latin1")],
        ["half a surrogate pair", request.replace("odd", "\\ud800")],
        ["an array", `[${request}]`],
        ["null", "null"],
        ["a text", '"get"'],
        ["a number", "1"],
      ];
      for (const [what, body] of cases)
        refusedCase(what, await tokenVault.signed("/v1/storage", body), "invalid_request");
    },
  },
  {
    name: "errors.deep-json",
    level: "security",
    rule: "R10",
    proves: `${deepLevels.toLocaleString("en")} levels of nesting are 400 invalid_request, and the server lives on.`,
    fix: "Count the levels before or while parsing and refuse more than 64; a recursive parser runs out of stack.",
    capabilities: ["storage"],
    async run(stage) {
      const deep = `${"[".repeat(deepLevels)}${"]".repeat(deepLevels)}`;
      const body = `{"operation":"get","collection":"tokens","key":"${stage.prefix}deep","more":${deep}}`;
      refused(await stage.tokenVault.signed("/v1/storage", body), "invalid_request");
      succeeded(await stage.send({ target: "/v1/health" }));
    },
  },
  {
    name: "errors.unknown-members",
    level: "protocol",
    rule: "R10",
    proves: "Members that the contract does not know are ignored.",
    fix: "Do not refuse additional members: newer versions of Token Vault may send more.",
    async run(stage) {
      const { tokenVault } = stage;
      const more = { verifyExtra: { nested: [1, null] } };
      succeededCase("health", await tokenVault.signed("/v1/health", more));
      if (stage.has("storage")) {
        const get = { operation: "get", collection: "tokens", key: `${stage.prefix}more`, ...more };
        succeededCase("storage get", await tokenVault.signed("/v1/storage", get));
        const list = { operation: "list", collection: "tokens", options: { limit: 1, ...more }, ...more };
        succeededCase("storage list", await tokenVault.signed("/v1/storage", list));
      }
      if (stage.has("credential")) {
        const service = stage.service();
        const ticket = await tokenVault.ticket(service, "agent_credential", more);
        refusedCase(
          "a credential that is not there",
          await stage.post("/v1/credential", { ticket, service, ...more }),
          "token_not_found",
        );
      }
    },
  },
  {
    name: "errors.content-type",
    level: "protocol",
    rule: "R10",
    proves: "A body is read as JSON whatever its Content-Type says.",
    fix: "Parse the raw bytes yourself; let no framework choose a parser by Content-Type.",
    async run(stage) {
      const { tokenVault } = stage;
      const health = { requestId: "req_verify_content_type" };
      for (const type of [
        "text/plain;charset=UTF-8",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
      ]) {
        const reply = await tokenVault.signed("/v1/health", health, { headers: { "content-type": type } });
        succeededCase(type, reply);
      }
      if (stage.has("storage")) {
        const get = { operation: "get", collection: "tokens", key: `${stage.prefix}type` };
        const request = await tokenVault.signedRequest("/v1/storage", get);
        const { "content-type": _type, ...headers } = request.headers;
        succeededCase("no Content-Type", await stage.send({ ...request, headers }));
      }
      if (stage.has("credential")) {
        const service = stage.service();
        const ticket = await tokenVault.ticket(service, "agent_credential");
        const reply = await stage.post("/v1/credential", { ticket, service }, { "content-type": "text/plain" });
        refusedCase("POST /v1/credential as text/plain, with nothing stored", reply, "token_not_found");
      }
    },
  },
  {
    name: "errors.headers",
    level: "strict",
    rule: "R6",
    proves: "Answers, errors too, carry Cache-Control: no-store and X-Content-Type-Options: nosniff.",
    fix: "Set both headers in one place that every answer passes, errors included.",
    async run(stage) {
      const replies = [
        await stage.send({ target: "/v1/health" }),
        await stage.tokenVault.health(),
        await stage.post("/v1/health", {}),
        await stage.send({ target: `/v1/${stage.prefix}nothing` }),
        await stage.send({ method: "DELETE", target: "/v1/health" }),
      ];
      for (const reply of replies) {
        const noStore = reply.headers("cache-control").some((value) => /\bno-store\b/i.test(value));
        const noSniff = reply.header("x-content-type-options")?.toLowerCase() === "nosniff";
        if (noStore && noSniff) continue;
        const missing = [...(noStore ? [] : ["Cache-Control: no-store"]), ...(noSniff ? [] : ["nosniff"])];
        report(new CheckFailure(`An answer ${String(reply.status)} lacks ${missing.join(" and ")}.`, { reply }));
      }
    },
  },
];

/** Expects the contract's own words too. */
function inWords(what: string, reply: Reply, code: "not_found" | "method_not_allowed"): void {
  refusedCase(what, reply, code);
  same(`error of ${what}`, reply.at("error"), code);
}
