import { expect, test } from "vitest";
import { startBoundServer } from "../support/test-server.js";

test("of 60 parallel writes all are answered with 200, and all are there after a restart", async () => {
  const server = await startBoundServer();
  const keys = Array.from({ length: 60 }, (_, index) => `key-${String(index).padStart(2, "0")}`);
  const responses = await Promise.all(
    keys.map((key) =>
      server.tokenVault.storage({ operation: "set", collection: "vault_config", key, data: { value: key } }),
    ),
  );
  expect(responses.map(({ status }) => status)).toEqual(keys.map(() => 200));
  const { tokenVault } = await server.restart();
  const response = await tokenVault.storage({ operation: "list", collection: "vault_config" });
  const { items } = (await response.json()) as { items: { key: string; meta: { value: string } }[] };
  expect(items.map(({ key, meta }) => [key, meta.value])).toEqual(keys.map((key) => [key, key]));
});
