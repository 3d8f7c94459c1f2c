// Draws blocks with slack-blocks-to-jsx, so that practice shows somebody else's reading of Slack, and evens out its output.
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { type Block, Message } from 'slack-blocks-to-jsx';
import { isJson, type Json } from '../../slack/json.js';
import { dateToken, type PageClock } from '../clock.js';
import { escaped, mrkdwnLiteral, plainLiteral, revealed, unquoted } from './literal.js';
import { withEmoji } from './text.js';

/** What tokens in a text stand for. */
export interface Lexicon {
  users: { id: string; name: string }[];
  channels: { id: string; name: string }[];
  clock: PageClock;
  /** Links that begin so lead to this page and stay in it. */
  ownLinks: string;
}

/** The HTML of display blocks: header, section, context, divider, image, table, rich text, … */
export function kit(blocks: Json[], lexicon: Lexicon): string {
  const key = JSON.stringify(blocks);
  const known = drawn.get(key);
  if (known?.ownLinks === lexicon.ownLinks) return dated(known.html, lexicon);
  const html = draw(blocks, lexicon);
  remember(key, { html, ownLinks: lexicon.ownLinks });
  return dated(html, lexicon);
}

/** Date tokens are the only part that changes while the text stays ("today", "4 min ago"): filled in at the end; the page writes on. */
function dated(html: string, { clock }: Lexicon): string {
  return html.replace(/\uE080(-?\d+)\|([^\uE081]*)\uE081/g, (_, seconds: string, format: string) =>
    escaped(dateToken(Number(seconds), decodeURIComponent(format), clock)),
  );
}

/** Parsing mrkdwn costs a millisecond a block, and a channel is drawn for every reader: what was drawn is kept. */
const drawn = new Map<string, { html: string; ownLinks: string }>();
const mostDrawn = 2000;

function remember(key: string, entry: { html: string; ownLinks: string }): void {
  drawn.set(key, entry);
  const oldest = drawn.keys().next().value;
  if (drawn.size > mostDrawn && oldest !== undefined) drawn.delete(oldest);
}

function draw(blocks: Json[], lexicon: Lexicon): string {
  try {
    return drawLiterals(
      blocks.map((block) => literal(block)),
      lexicon,
    );
  } catch {
    // The library fails at Markdown in a quote that is none in Slack: a rule, a definition, a fence of tildes.
    return drawLiterals(
      blocks.map((block) => literal(block, unquoted)),
      lexicon,
    );
  }
}

function drawLiterals(literals: unknown[], lexicon: Lexicon): string {
  const { users, channels } = lexicon;
  const blocks = literals as Block[];
  const html = renderToStaticMarkup(
    <Message blocks={blocks} name="" logo="" withoutWrapper data={{ users, channels }} hooks={hooks(lexicon)} />,
  );
  return revealed(evened(html));
}

/** The HTML of one mrkdwn or plain_text object, inline enough for a label or a dialog. */
export function kitText(text: unknown, lexicon: Lexicon): string {
  return isJson(text) ? kit([{ type: 'section', text }], lexicon) : '';
}

/** The library's own drawing of a button, taken apart so that a press can be told from it. */
export function kitButton({ text, style }: Json, lexicon: Lexicon): { attributes: string; content: string } {
  const button = { type: 'button', action_id: 'drawn', text, ...(style ? { style } : {}) };
  const html = kit([{ type: 'actions', elements: [button] }], lexicon);
  const [, attributes = '', content = ''] = /<button([^>]*)>(.*)<\/button>/s.exec(html) ?? [];
  return { attributes: attributes.replace(/ data-id="[^"]*"/, ''), content };
}

function hooks({ ownLinks }: Lexicon) {
  return {
    date: (token: { timestamp: string; format: string; fallback: string }): ReactNode => (
      <time
        dateTime={new Date(Number(token.timestamp) * 1000).toISOString()}
        title={token.fallback}
        data-form={token.format}
      >
        {`\uE080${Number(token.timestamp)}|${encodeURIComponent(token.format)}\uE081`}
      </time>
    ),
    emoji: <T extends { name: string }>(emoji: T, parse: (emoji: T) => string): ReactNode => {
      const drawn = parse(emoji);
      return drawn === emoji.name ? `:${emoji.name}:` : drawn;
    },
    link: ({ href, children, className }: { href: string; children?: ReactNode; className?: string }): ReactNode =>
      href.startsWith(`${ownLinks}/archives/`) ? (
        <a href={href} className={className} data-permalink="">
          {children}
        </a>
      ) : (
        <a href={href} className={className} target="_blank" rel="noreferrer noopener">
          {children}
        </a>
      ),
  };
}

/** Every message has the library's ids in it; ids must be unique in a page, so they become data. */
function evened(html: string): string {
  return html
    .replace(/<link rel="preload"[^>]*>/g, '')
    .replaceAll(' id="slack_blocks_to_jsx" data-theme="light"', '')
    .replaceAll(' id="', ' data-id="')
    .replaceAll(/ for="[^"]*"/g, '');
}

/** The library misses an emoji that follows a link or a colon on the line before: they are drawn before it reads the text. */
function emojiBeside(mrkdwn: string): string {
  return mrkdwn
    .split(/(`[^`]*`|<[^>]*>)/)
    .map((part, i) => (i % 2 === 0 ? withEmoji(part) : part))
    .join('');
}

/** Texts with their inert characters hidden; `verbatim` is done with then (the library takes it for "not mrkdwn"). */
function literal(value: unknown, change = (mrkdwn: string) => mrkdwn): unknown {
  if (Array.isArray(value)) return value.map((inner) => literal(inner, change));
  if (!isJson(value)) return value;
  if (typeof value.text === 'string') {
    const { verbatim, emoji, ...rest } = value;
    if (value.type === 'mrkdwn')
      return { ...rest, text: change(mrkdwnLiteral(emojiBeside(value.text), verbatim === true)) };
    if (value.type === 'plain_text') return { ...rest, text: plainLiteral(value.text, emoji !== false) };
    if (value.type === 'raw_text') return { ...rest, text: plainLiteral(value.text, true) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literal(inner, change)]));
}
