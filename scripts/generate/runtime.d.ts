export function ucs2length(text: string): number;
export function equal(a: unknown, b: unknown): boolean;
export const formats: Readonly<Record<string, (text: string) => boolean>>;
