import fc from "fast-check";
import { expect, test } from "vitest";
import { filterMembers, mapMembers, mergeMembers, omitMember } from "../../src/vault/members.js";

const names = fc.oneof(
  fc.string(),
  fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "0", "a"),
);
/** As JSON.parse makes them: `__proto__` is a member like any other. */
const objects = fc
  .array(fc.tuple(names, fc.oneof(fc.integer(), fc.constant(null), fc.constant({ nested: true }))))
  .map((entries) => Object.fromEntries(entries) as Record<string, unknown>);

test("merged members are those of a spread, in its order, and the objects themselves stay as they are", () => {
  fc.assert(
    fc.property(objects, objects, objects, (a, b, c) => {
      const before = JSON.stringify([a, b, c]);
      const merged = mergeMembers(a, b, c);
      expect(Object.entries(merged)).toEqual(Object.entries({ ...a, ...b, ...c }));
      expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
      expect(JSON.stringify([a, b, c])).toBe(before);
    }),
  );
});

test("filtered and mapped members are those of Object.fromEntries, in its order", () => {
  fc.assert(
    fc.property(objects, names, (members, unwanted) => {
      const entries = Object.entries(members);
      const isWanted = (name: string, value: unknown): boolean => name !== unwanted && value !== null;
      const wanted = entries.filter(([name, value]) => isWanted(name, value));
      expect(Object.entries(filterMembers(members, isWanted))).toEqual(Object.entries(Object.fromEntries(wanted)));
      expect(Object.entries(omitMember(members, unwanted))).toEqual(entries.filter(([name]) => name !== unwanted));
      const mapped = mapMembers(members, (name, value) => [name, value]);
      expect(Object.entries(mapped)).toEqual(entries.map((entry) => [entry[0], entry]));
      expect(Object.getPrototypeOf(mapped)).toBe(Object.prototype);
    }),
  );
});

test("a member called __proto__ is a member, and changes no prototype", () => {
  const hostile = JSON.parse('{"__proto__": {"isOwner": true}, "a": 1}') as Record<string, unknown>;
  for (const made of [
    mergeMembers({}, hostile),
    filterMembers(hostile, () => true),
    mapMembers(hostile, (_name, value) => value),
  ]) {
    expect(JSON.stringify(made)).toBe('{"__proto__":{"isOwner":true},"a":1}');
    expect((made as { isOwner?: boolean }).isOwner).toBeUndefined();
  }
});
