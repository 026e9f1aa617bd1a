import type { Check } from "../check.js";
import { refusedCase, same, succeeded, succeededCase } from "../expectation.js";
import { ownProperty, parsed, type Json } from "../reply.js";

const moment = Date.UTC(2031, 1, 3, 4, 5, 6);

export const storeMemberChecks: readonly Check[] = [
  {
    name: "store.times",
    level: "strict",
    rule: "R37",
    proves: "expiresAt is understood in each form of R37, and what is no time is refused.",
    fix: "Read ISO 8601 (UTC where it names no zone), HTTP dates, Unix seconds from 1e9 and ms from 1e11; answer 400 to anything else.",
    writes: true,
    capabilities: ["store"],
    async run(stage) {
      const sent = (expiresAt: unknown): Json => ({ accessToken: stage.secretText(), expiresAt });
      const times: readonly (readonly [unknown, number | undefined])[] = [
        ["2031-02-03T04:05:06.000000Z", moment],
        ["2031-02-03T04:05:06.123456Z", moment + 123],
        ["2031-02-03T04:05:06", moment],
        ["2031-02-03T04:05:06+00:00", moment],
        ["2031-02-02T22:35:06-05:30", moment],
        ["Mon, 03 Feb 2031 04:05:06 GMT", moment],
        [moment / 1000, moment],
        [String(moment / 1000), moment],
        [moment, moment],
        ["", undefined],
        [0, undefined],
        ["0001-01-01T00:00:00Z", undefined],
      ];
      for (const [expiresAt, expected] of times) {
        const reply = await stage.store(stage.service(), sent(expiresAt));
        succeededCase(JSON.stringify(expiresAt), reply);
        same(`expiryTime of ${JSON.stringify(expiresAt)}`, reply.at("meta", "expiryTime"), expected);
      }
      for (const expiresAt of ["soon", "3600", "2031-02-30T00:00:00Z", "2031-13-01T00:00:00Z"])
        refusedCase(JSON.stringify(expiresAt), await stage.store(stage.service(), sent(expiresAt)), "invalid_request");
    },
  },
  {
    name: "store.special-members",
    level: "strict",
    rule: "R10",
    proves: "Members named __proto__, constructor and the like are kept as any other.",
    fix: "Keep members in a map, or in objects without a prototype; never assign to a name that came from outside.",
    writes: true,
    capabilities: ["store", "credential"],
    async run(stage) {
      const service = stage.service();
      const accessToken = stage.secretText();
      const special = '{"__proto__":{"x":1},"constructor":"c","prototype":[2],"toString":3,"hasOwnProperty":false}';
      const tokenData = `${special.slice(0, -1)},"accessToken":${JSON.stringify(accessToken)}}`;
      const ticket = await stage.tokenVault.ticket(service, "store");
      const body = `{"ticket":"${ticket}","service":"${service}","tokenData":${tokenData}}`;
      const stored = succeeded(await stage.post("/v1/store", body));
      const token = succeeded(await stage.credential(service)).at("token");
      for (const [name, value] of Object.entries(parsed(special) as Json)) {
        same(`${name} in meta`, ownProperty(stored.at("meta"), name), value);
        same(`${name} in the credential`, ownProperty(token, name), value);
      }
      same("accessToken", ownProperty(token, "accessToken"), accessToken);
    },
  },
];
