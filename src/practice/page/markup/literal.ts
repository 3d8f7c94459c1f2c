// Keeps slack-blocks-to-jsx from reading markup where Slack reads none: in plain text, and in escaped characters
// (it decodes `&lt;!channel&gt;` and then rings the bell). Such characters travel through it as private-use code points.
import { onlySlackMarkers } from './markers.js';

const base = 0xe000;

/** Colons that begin and end no emoji, as in the address ::1: the library takes the pair for an emoji without a name. */
const NO_EMOJI = /(?<![a-z0-9_+-])::+|::+(?![a-z0-9_+-]+:)/g;

/** mrkdwn as Slack reads it: `&lt;`, `&gt;` and `&amp;` are characters, never the start of a token. */
export function mrkdwnLiteral(text: string, verbatim: boolean): string {
  const decoded = stripped(text).replace(/&(lt|gt|amp);/g, (_, name: string) =>
    hidden({ lt: '<', gt: '>', amp: '&' }[name] ?? ''),
  );
  const marked = onlySlackMarkers(decoded.replace(NO_EMOJI, hidden), hidden);
  return verbatim ? marked.replace(/<[^>]*>|@|:\/\//g, (hit) => (hit.startsWith('<') ? hit : hidden(hit))) : marked;
}

/** The same with quotes as text. */
export function unquoted(literal: string): string {
  return literal.replace(/<[^<>\s][^<>\r\n\u2028\u2029]*>|>/g, (hit) => (hit === '>' ? hidden(hit) : hit));
}

/** plain_text: no bold, no links, no mentions; only `:emoji:` unless switched off. */
export function plainLiteral(text: string, emoji: boolean): string {
  const decoded = stripped(text).replace(
    /&(lt|gt|amp);/g,
    (_, name: string) => ({ lt: '<', gt: '>', amp: '&' })[name] ?? '',
  );
  const special = emoji ? /:[a-z0-9_+'-]+:|:\/\/|[*_~`<>&@#|!\\]/g : /[*_~`<>&@#|!\\:]/g;
  return decoded.replace(special, (hit) => (/^:[^/]+:$/.test(hit) ? hit : hidden(hit)));
}

/** Puts the hidden characters back, escaped for HTML; in links they arrive percent-encoded. */
export function revealed(html: string): string {
  return html
    .replace(/%EE%8[01]%[89AB][0-9A-F]/g, (code) => decodeURIComponent(code))
    .replace(/[\uE000-\uE07F]/g, (char) => escaped(String.fromCharCode(char.charCodeAt(0) - base)));
}

export function escaped(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (char) => names[char] ?? char);
}

function stripped(text: string): string {
  return text.replace(/[\uE000-\uE0FF]/g, '');
}

function hidden(text: string): string {
  return [...text].map((char) => String.fromCharCode(base + char.charCodeAt(0))).join('');
}
