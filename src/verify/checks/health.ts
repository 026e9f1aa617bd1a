import { capabilityValues, protocolVersion } from "../../../generated/operations.js";
import type { Check } from "../check.js";
import { CheckSkipped } from "../check-errors.js";
import { holds, refused, same, succeeded } from "../expectation.js";
import { notOfferedReason } from "../outcome.js";
import { numberOf, type Reply } from "../reply.js";

export const healthChecks: readonly Check[] = [
  {
    name: "health.get",
    level: "protocol",
    rule: "R17",
    proves: "GET /v1/health answers without authentication, with status healthy.",
    fix: "Answer GET /v1/health to everybody, with the members of Health.",
    async run(stage) {
      same("status", succeeded(await stage.send({ target: "/v1/health" })).at("status"), "healthy");
    },
  },
  {
    name: "health.head",
    level: "protocol",
    since: "2.2.0",
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
    level: "protocol",
    rule: "R17",
    proves: "A signed POST /v1/health answers as GET does.",
    fix: "Answer POST /v1/health with Health once its signature was checked.",
    async run({ tokenVault }) {
      same("status", succeeded(await tokenVault.health()).at("status"), "healthy");
    },
  },
  {
    name: "health.unsigned",
    level: "security",
    rule: "R19",
    proves: "POST /v1/health without a signature is refused.",
    fix: "Check the signature of POST /v1/health; only GET and HEAD are open.",
    async run(stage) {
      refused(await stage.post("/v1/health", {}), "auth_failed");
    },
  },
  {
    name: "health.token-count",
    level: "strict",
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
    level: "protocol",
    rule: "R17",
    proves: "Health lists the capabilities, the same ones to everybody and as in the exchange.",
    fix: "Give one list of capabilities in health, with and without a signature, and in the exchange.",
    async run(stage) {
      const listed = capabilitiesOf(await stage.send({ target: "/v1/health" }));
      holds(listed !== undefined, "capabilities is no list of texts.");
      const toTokenVault = capabilitiesOf(await stage.tokenVault.health());
      same("capabilities for Token Vault", toTokenVault?.sort(), listed.sort());
      const { exchange } = stage.binding;
      if (exchange) same("capabilities of the exchange", capabilitiesOf(exchange)?.sort(), listed);
    },
  },
  {
    name: "health.capability-order",
    level: "strict",
    rule: "R17",
    proves: "The capabilities are known ones in the contract's order, in health and in the exchange.",
    fix: "Give the list of R17 in its order, in health and in the exchange.",
    async run(stage) {
      const replies = [await stage.send({ target: "/v1/health" }), await stage.tokenVault.health()];
      for (const reply of [...replies, ...(stage.binding.exchange ? [stage.binding.exchange] : [])]) {
        const listed = capabilitiesOf(reply) ?? [];
        same(
          "capabilities",
          listed,
          capabilityValues.filter((capability) => listed.includes(capability)),
        );
      }
    },
  },
  {
    name: "health.version",
    level: "strict",
    rule: "R17",
    proves: `The webhook speaks protocol ${protocolVersion}, and says so wherever it names its version.`,
    fix: "Look for a newer version of the webhook, or of this kit; give one version in health and exchange.",
    async run(stage) {
      const replies = [await stage.send({ target: "/v1/health" }), await stage.tokenVault.health()];
      const { exchange } = stage.binding;
      const versions = [...replies, ...(exchange ? [exchange] : [])].map((reply) => reply.at("version"));
      const [first] = versions;
      for (const version of versions) same("version", version, first);
      const isOlder = typeof first === "string" && first.split(".")[0] === protocolVersion.split(".")[0];
      if (stage.isOlder && isOlder) throw new CheckSkipped(notOfferedReason(`it speaks ${first}`));
      same("version", first, protocolVersion);
    },
  },
  {
    name: "health.https",
    level: "security",
    rule: "R15",
    proves: "The address is https, or on this machine.",
    fix: "Put a tunnel or a reverse proxy that does TLS in front of it: tickets and credentials travel here.",
    async run({ url, isLocal }) {
      holds(url.protocol === "https:" || isLocal, "Credentials would travel unencrypted.");
    },
  },
];

/** Returns the list; undefined when it is none, or holds anything but texts. */
function capabilitiesOf(reply: Reply): string[] | undefined {
  const capabilities = reply.at("capabilities");
  const isList = Array.isArray(capabilities) && capabilities.every((one) => typeof one === "string");
  return isList ? [...capabilities] : undefined;
}
