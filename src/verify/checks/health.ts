import { capabilityValues, protocolVersion } from "../../../generated/operations.js";
import type { Check } from "../check.js";
import { holds, refused, same, succeeded } from "../expectation.js";
import { numberOf } from "../reply.js";

export const healthChecks: readonly Check[] = [
  {
    name: "health.get",
    level: "required",
    rule: "R17",
    proves: "GET /v1/health answers without authentication, with status healthy.",
    fix: "Answer GET /v1/health to everybody, with the members of Health.",
    async run(stage) {
      same("status", succeeded(await stage.send({ target: "/v1/health" })).at("status"), "healthy");
    },
  },
  {
    name: "health.head",
    level: "required",
    rule: "R17",
    proves: "HEAD /v1/health answers 200 without a body.",
    fix: "Answer HEAD as GET, without the body: Token Vault warms the webhook up with it.",
    async run(stage) {
      const reply = succeeded(await stage.send({ method: "HEAD", target: "/v1/health" }));
      same("The length of the body", reply.body.length, 0);
    },
  },
  {
    name: "health.signed",
    level: "required",
    rule: "R17",
    proves: "A signed POST /v1/health answers as GET does.",
    fix: "Answer POST /v1/health with Health once its signature was checked.",
    async run({ tokenVault }) {
      same("status", succeeded(await tokenVault.health()).at("status"), "healthy");
    },
  },
  {
    name: "health.unsigned",
    level: "required",
    rule: "R19",
    proves: "POST /v1/health without a signature is refused.",
    fix: "Check the signature of POST /v1/health; only GET and HEAD are open.",
    async run(stage) {
      refused(await stage.post("/v1/health", {}), "auth_failed");
    },
  },
  {
    name: "health.token-count",
    level: "required",
    rule: "R17",
    proves: "tokenCount is the number of documents in tokens.",
    fix: "Count the documents of the collection tokens when health is asked for.",
    writes: true,
    capabilities: ["store"],
    async run(stage) {
      const count = async (): Promise<number> => numberOf((await stage.tokenVault.health()).at("tokenCount"));
      const before = await count();
      await stage.stored({ accessToken: stage.secretText() });
      same("tokenCount after one credential more", await count(), before + 1);
    },
  },
  {
    name: "health.capabilities",
    level: "required",
    rule: "R17",
    proves: "The capabilities are known ones in the contract's order, the same in health and exchange.",
    fix: "Give the same list in health and exchange, in the order of R17.",
    async run(stage) {
      const capabilities = (await stage.tokenVault.health()).at("capabilities");
      holds(Array.isArray(capabilities), "capabilities is no list.");
      const known = capabilityValues.filter((capability) => capabilities.includes(capability));
      same("capabilities", capabilities, known);
      if (stage.binding.exchange)
        same("capabilities of the exchange", stage.binding.exchange.at("capabilities"), known);
    },
  },
  {
    name: "health.version",
    level: "informational",
    rule: "R17",
    proves: `The webhook speaks protocol ${protocolVersion}.`,
    fix: "Look for a newer version of the webhook, or of this kit.",
    async run(stage) {
      same("version", (await stage.send({ target: "/v1/health" })).at("version"), protocolVersion);
    },
  },
  {
    name: "health.https",
    level: "informational",
    rule: "R15",
    proves: "The address is https, or on this machine.",
    fix: "Put a tunnel or a reverse proxy that does TLS in front of it: tickets and credentials travel here.",
    async run({ url, isLocal }) {
      holds(url.protocol === "https:" || isLocal, "Credentials would travel unencrypted.");
    },
  },
];
