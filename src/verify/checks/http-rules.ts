import type { Check } from "../check.js";
import { refusedCase, same, succeededCase } from "../expectation.js";

const maxNameLength = 256;

export const httpChecks: readonly Check[] = [
  {
    name: "http.paths",
    level: "strict",
    rule: "R5",
    proves: "A path counts as it was sent: another spelling of a known one is 404.",
    fix: "Compare the path before it is decoded or normalised, byte for byte.",
    async run(stage) {
      const spellings = ["/v1/%68ealth", "/v1/health/", "//v1/health", "/v1//health", "/V1/health", "/v1/Health"];
      spellings.push("/v1/./health", "/v1/x/../health", "/v1/%2e/health", "/v1/x/%2e%2e/health", "/v1/health%20");
      for (const target of spellings) refusedCase(target, await stage.send({ target }), "not_found");
      succeededCase("the path itself", await stage.send({ target: "/v1/health?more" }));
    },
  },
  {
    name: "http.host",
    level: "strict",
    rule: "R6",
    proves: "A request without a Host, or with two, is 400.",
    fix: "Refuse both with 400 (RFC 9112, section 3.2): what stands in front may take another Host than you do.",
    async run(stage) {
      const cases = [
        ["no Host", []],
        ["two Hosts", [stage.url.host, "other.verify.example"]],
      ] as const;
      for (const [what, hosts] of cases) {
        // At a path that nothing has: some servers answer malformed HTTP in words of their own.
        const reply = await stage.send({ target: `/${stage.prefix}host` }, { hosts });
        same(`The status with ${what}`, reply.status, 400);
      }
    },
  },
  {
    name: "http.name-lengths",
    level: "strict",
    rule: "R10",
    proves: "A service name has at most 256 characters, and a code too.",
    fix: "Compare lengths with the contract's bounds before anything is looked up, and answer 400 invalid_request.",
    capabilities: ["credential"],
    async run(stage) {
      const longest = stage.service("long").padEnd(maxNameLength, "n");
      refusedCase("256 characters", await stage.credential(longest), "token_not_found");
      const reply = await stage.credential(`${longest}n`);
      refusedCase("257 characters", reply, "invalid_request");
      const code = "c".repeat(maxNameLength + 1);
      refusedCase("a code of 257 characters", await stage.post("/v1/exchange", { code }), "invalid_request");
    },
  },
];
