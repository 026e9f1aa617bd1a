import { isIP } from "node:net";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readConfig } from "../../src/config.js";
import { deploymentFile, longestStopMs, secretNames, settingNames } from "./deployment-files.js";

interface Service {
  readonly profiles?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
  readonly image: string;
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks: Readonly<Record<string, { ipv4_address: string }>>;
  readonly stop_grace_period?: string;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { ipam: { config: { subnet: string; gateway: string }[] } }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { file: string }>>;
}

const compose = parse(deploymentFile("compose.yaml"), { merge: true }) as Compose;
const { webhook, ...others } = compose.services as Compose["services"] & { webhook: Service };
const environment = webhook.environment ?? {};

describe.each(Object.entries(compose.services))("the service %s", (_name, service) => {
  it("is confined: read-only, no capability that it has no use for, no way to more", () => {
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(["ALL"]);
    expect(service.security_opt).toContain("no-new-privileges:true");
    expect(service.privileged).toBeUndefined();
    expect(service.cap_add ?? []).toEqual(service.ports?.includes("443:443") ? ["NET_BIND_SERVICE"] : []);
  });

  it("takes a secret from a file that is declared, and writes to a volume that is", () => {
    for (const secret of service.secrets ?? []) expect(compose.secrets[secret]?.file).toMatch(/^\.\/secrets\//);
    for (const volume of service.volumes ?? []) {
      const [source = "", , mode] = volume.split(":");
      if (source.startsWith("./")) expect(mode).toBe("ro");
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
  });
});

describe("the webhook in Compose", () => {
  it("is published on loopback alone", () => {
    expect(webhook.ports).toEqual(["127.0.0.1:8080:8080"]);
    expect(webhook.profiles).toBeUndefined();
  });

  it("gets settings that exist, and no secret but as a file", () => {
    for (const name of Object.keys(environment)) expect(settingNames).toContain(name);
    for (const name of secretNames) expect(environment).not.toHaveProperty(name);
    const files = Object.entries(environment).filter(([name]) => name.endsWith("_FILE"));
    expect(files.map(([, path]) => path)).toEqual(webhook.secrets?.map((name) => `/run/secrets/${name}`));
  });

  it("has data and keys on volumes of their own", () => {
    expect(webhook.volumes).toEqual(["data:/state", "keys:/state/data-keys"]);
  });

  it("is waited for when it stops as long as it may take", () => {
    const [, seconds] = /^(\d+)s$/.exec(webhook.stop_grace_period ?? "") ?? [];
    expect(Number(seconds) * 1000).toBeGreaterThan(longestStopMs);
  });

  it("trusts the proxies of the profiles, and not the gateway that the published port comes through", () => {
    const variables = { TRUSTED_PROXIES: environment["TRUSTED_PROXIES"] };
    const { trustedProxies } = readConfig({ variables, readFile: () => undefined });
    const addresses = Object.values(others).map(({ networks }) => networks["front"]?.ipv4_address ?? "");
    expect(addresses.map(isIP)).toEqual([4, 4, 4]);
    expect(addresses.filter((address) => !trustedProxies.has(address))).toEqual([]);
    expect(trustedProxies.has("127.0.0.1")).toBe(true);
    const [network] = compose.networks["front"]?.ipam.config ?? [];
    expect(trustedProxies.has(network?.gateway ?? "")).toBe(false);
    expect(trustedProxies.has(webhook.networks["front"]?.ipv4_address ?? "")).toBe(false);
  });
});

it("has one way to the world a profile, none by default, and only Caddy opens a port for it", () => {
  expect(Object.entries(others).map(([name, { profiles }]) => [name, profiles])).toEqual([
    ["cloudflared", ["cloudflared"]],
    ["ngrok", ["ngrok"]],
    ["caddy", ["caddy"]],
  ]);
  expect(Object.values(others).map(({ ports }) => ports?.length ?? 0)).toEqual([0, 0, 3]);
  expect(deploymentFile("Caddyfile")).toContain("reverse_proxy {$WEBHOOK_UPSTREAM:127.0.0.1:8080}");
  expect(others["caddy"]?.environment).toMatchObject({ WEBHOOK_UPSTREAM: "webhook:8080" });
});
