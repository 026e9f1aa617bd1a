/*
 * Objects made of the members of other ones, whatever these are called. What is added name by name to a new object is
 * added in a tenth of the time that it takes after a spread, or by way of Object.entries and Object.fromEntries.
 */
type Members<Value = unknown> = Readonly<Record<string, Value>>;

/** All members of all; of the same name the last one, in the place of the first. */
export function mergeMembers(...all: readonly Members[]): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const members of all) for (const name of Object.keys(members)) add(merged, name, members[name]);
  return merged;
}

/** Those that are wanted. */
export function filterMembers<Value>(
  members: Members<Value>,
  isWanted: (name: string, value: Value) => boolean,
): Record<string, Value> {
  const wanted: Record<string, Value> = {};
  for (const name of Object.keys(members)) {
    const value = members[name] as Value;
    if (isWanted(name, value)) add(wanted, name, value);
  }
  return wanted;
}

/** All but one. */
export function omitMember(members: Members, omitted: string): Record<string, unknown> {
  return filterMembers(members, (name) => name !== omitted);
}

/** Others of the same names. */
export function mapMembers<From, To>(
  members: Members<From>,
  map: (name: string, value: From) => To,
): Record<string, To> {
  return membersNamed(Object.keys(members), (name) => map(name, members[name] as From));
}

/** One of each name. */
export function membersNamed<Value>(names: readonly string[], valueOf: (name: string) => Value): Record<string, Value> {
  const named: Record<string, Value> = {};
  for (const name of names) add(named, name, valueOf(name));
  return named;
}

function add<Value>(target: Record<string, Value>, name: string, value: Value): void {
  if (name !== "__proto__") target[name] = value;
  // Assigned, it would be no member but the object's prototype.
  else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
