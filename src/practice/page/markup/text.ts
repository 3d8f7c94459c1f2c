// The words of a text object without any drawing, for labels, options and screen readers.
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Message } from 'slack-blocks-to-jsx';
import { obj, str } from '../../slack/json.js';

/** The text with its `:emoji:` and escapes resolved. */
export function textOf(text: unknown): string {
  const { text: raw, emoji } = obj(text);
  const decoded = unescaped(str(raw));
  return emoji === false ? decoded : withEmoji(decoded);
}

/** What a screen reader or a notification says of a mrkdwn text: its words. */
export function spoken(mrkdwn: string): string {
  const words = mrkdwn.replace(
    /<[^|>]*\|([^>]*)>|<([^>]*)>/g,
    (_, label?: string, target?: string) => label ?? target ?? '',
  );
  return withEmoji(unescaped(words.replace(/[*_~`]/g, ''))).slice(0, 300);
}

function unescaped(text: string): string {
  return text.replace(/&(lt|gt|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', amp: '&' })[name] ?? '');
}

/** Emoji codes as characters; what is no emoji stays as it is. */
export function withEmoji(text: string): string {
  return text.replace(/:([a-z0-9_+-]+):/g, (_, name: string) => emojiOf(name));
}

const known = new Map<string, string>();

/** The library knows the emoji names; ask it once for each. */
function emojiOf(name: string): string {
  const remembered = known.get(name);
  if (remembered !== undefined) return remembered;
  const blocks = [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text: `:${name}:` } }];
  const html = renderToStaticMarkup(createElement(Message, { blocks, name: '', logo: '', withoutWrapper: true }));
  const drawn = /class="slack_emoji">([^<]*)</.exec(html)?.[1] ?? name;
  const emoji = drawn === name ? `:${name}:` : drawn;
  known.set(name, emoji);
  return emoji;
}
