// Tag lists, `v=DKIM1; k=rsa; p=…`: what DKIM keys and DMARC policies are written in (RFC 6376 section 3.2). Pure.

export type Tags = { tags: Map<string, string>; names: string[] } | { fault: string };

const MAX_CHARACTERS = 16_384;

/** Reads a list. Values lose the white space around them; names are case-sensitive in DKIM, so they stay as they are. Never throws. */
export function readTags(text: string): Tags {
  if (text.length > MAX_CHARACTERS) return { fault: `it is ${text.length} characters long` };
  const tags = new Map<string, string>();
  const parts = text.split(';').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  for (const part of parts) {
    const at = part.indexOf('=');
    const name = part.slice(0, Math.max(0, at)).trim();
    if (!/^[a-z][a-z0-9_]*$/i.test(name)) return { fault: `"${part.slice(0, 60)}" is no tag` };
    if (tags.has(name)) return { fault: `the tag ${name.slice(0, 60)} stands there twice` };
    tags.set(name, part.slice(at + 1).trim());
  }
  return { tags, names: [...tags.keys()] };
}
