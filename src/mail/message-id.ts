// Message-IDs (RFC 5322 section 3.6.4) in one form. Logs and programs write the same one as `<a@b>`, as `a@b`, or with words around it. Pure.

/** What stands in the angle brackets, where there are some, else the first word; without spaces of folded lines. '' for none. */
export function bareMessageId(text: string): string {
  const open = text.lastIndexOf('<');
  const close = open < 0 ? -1 : text.indexOf('>', open);
  const id = close > open ? text.slice(open, close) : (text.trim().split(/\s/, 1)[0] ?? '');
  return id.replace(/[<>\s]+/g, '');
}

/** The same with its angle brackets, as most logs have it; '' for none. */
export function messageIdKey(text: string): string {
  if (IS_KEY.test(text)) return text;
  const bare = bareMessageId(text);
  return bare === '' ? '' : `<${bare}>`;
}

const IS_KEY = /^<[^<>\s]+>$/;
