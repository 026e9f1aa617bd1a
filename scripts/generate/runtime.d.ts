export function ucs2length(text: string): number;
export function equal(a: unknown, b: unknown): boolean;
export function refuse(
  validate: { errors?: unknown },
  instancePath: string,
  schemaPath: string,
  keyword: string,
  params: object,
): false;
export const formats: Readonly<Record<string, (text: string) => boolean>>;
