import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { Cipher } from "../../src/keys/cipher.js";
import { MemoryStore } from "../../src/store/memory/memory-store.js";
import { Binding } from "../../src/vault/binding.js";

const clock = { nowMs: () => 1_800_000_000_000 };

function newBinding(): Promise<Binding> {
  return Binding.open(new MemoryStore(), new Cipher(Uint8Array.from(randomBytes(32))), undefined, clock);
}

it("gave a stranger who was admitted before the first binding a code after it, which took the binding over", async () => {
  const binding = await newBinding();
  const { code } = await binding.register();
  // A code that was asked for in the same moment waits for its turn behind the exchange.
  const exchanged = binding.exchange(code);
  const late = binding.register(undefined, true);
  await exchanged;
  await expect(late).rejects.toMatchObject({ code: "forbidden" });
  // The owner, who shows the admin secret, binds anew.
  await expect(binding.exchange((await binding.register()).code)).resolves.toBeDefined();
});

it("took a stranger's code of a fresh webhook, as whoever is on the machine may bind it first", async () => {
  const binding = await newBinding();
  const [first, second] = [await binding.register(undefined, true), await binding.register(undefined, true)];
  await expect(binding.exchange(first.code)).resolves.toBeDefined();
  await expect(binding.exchange(second.code)).rejects.toMatchObject({ code: "code_expired" });
});
