// Reading what came over the wire: Slack's payloads are JSON whose shape nobody has promised us.

export type Json = Record<string, unknown>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value when it is an object, otherwise an empty one. */
export function obj(value: unknown): Json {
  return isJson(value) ? value : {};
}

/** The objects of an array; anything else in it, or no array at all, is left out. */
export function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

export function str(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Parses a JSON text, or returns undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
