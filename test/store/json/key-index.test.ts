import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyIndex } from "../../../src/store/json/key-index.js";

const keys = fc.oneof(
  fc.nat(40).map((number) => `key ${String(number)}`),
  fc.constantFrom("__proto__", "constructor", "", "ключ", "\ud83d"),
  fc.string(),
);

describe("the index of keys", () => {
  it("finds what a Map would, whatever is added and removed", () => {
    const steps = fc.array(fc.record({ key: keys, removes: fc.boolean() }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (given) => {
        const names: string[] = [];
        const index = new KeyIndex((record) => names[record] ?? "");
        const model = new Map<string, number>();
        for (const { key, removes } of given) {
          if (removes) {
            index.remove(key);
            model.delete(key);
          } else if (!model.has(key)) {
            model.set(key, names.push(key) - 1);
            index.add(key, names.length - 1);
          }
          expect(index.size).toBe(model.size);
          for (const name of [...names, key]) expect(index.find(name)).toBe(model.get(name));
        }
      }),
    );
  });

  it("still finds all of many thousands after most of them went", () => {
    const names = Array.from({ length: 50_000 }, (_none, number) => `service-${String(number)}`);
    const index = new KeyIndex((record) => names[record] ?? "");
    for (const [record, name] of names.entries()) index.add(name, record);
    for (const [record, name] of names.entries()) if (record % 10 !== 0) index.remove(name);
    expect(names.filter((name, record) => index.find(name) !== (record % 10 === 0 ? record : undefined))).toEqual([]);
  });
});
