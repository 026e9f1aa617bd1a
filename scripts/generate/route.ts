import type { ContractOperation, Parameter } from "./contract.js";

const places = ["query", "path", "header"];

/** How an operation's path is matched. */
export interface Route {
  /** The path in the router's notation: `/v1/webhooks/:id`. */
  route: string;
  /** The parameter that takes all of the path from its place on, slashes and all. */
  restParameter: string | null;
}

/** Holds the path's template against the parameters; refuses what is in one of them only. */
export function readRoute({ path, parameters }: ContractOperation, refuse: (problem: string) => never): Route {
  const otherPlace = parameters.find((parameter) => !places.includes(parameter.in));
  if (otherPlace) refuse(`parameter ${otherPlace.name} is not in ${places.join(", ")}`);
  const ofPath = parameters.filter((parameter) => parameter.in === "path");
  const segments = path.split("/");
  const names = segments.flatMap((segment) => /^\{([A-Za-z][A-Za-z0-9]*)\}$/.exec(segment)?.[1] ?? []);
  const odd = segments.find((segment) => /[{}:*]/.test(segment) && !/^\{[A-Za-z][A-Za-z0-9]*\}$/.test(segment));
  if (odd !== undefined) refuse(`the path's segment ${odd} must be text or one parameter`);
  const undeclared = names.find((name) => !ofPath.some((parameter) => parameter.name === name));
  if (undeclared !== undefined) refuse(`the path's {${undeclared}} is not among the parameters`);
  const unused = ofPath.find(({ name }) => names.filter((one) => one === name).length !== 1);
  if (unused) refuse(`parameter ${unused.name} must stand once in the path`);
  const optional = ofPath.find(({ required }) => required !== true);
  if (optional) refuse(`parameter ${optional.name} of the path must be required`);
  const rest = parameters.filter(isRest);
  const misplaced = rest.find(({ name }) => segments.at(-1) !== `{${name}}`);
  if (misplaced) refuse(`parameter ${misplaced.name} has x-rest and is not the end of the path`);
  const restParameter = rest[0]?.name ?? null;
  return { route: segments.map((segment) => routeSegment(segment, restParameter)).join("/"), restParameter };
}

function routeSegment(segment: string, restParameter: string | null): string {
  if (!segment.startsWith("{")) return segment;
  const name = segment.slice(1, -1);
  return name === restParameter ? `:${name}{.+}` : `:${name}`;
}

function isRest(parameter: Parameter): boolean {
  return parameter["x-rest"] === true;
}
