// One message as it stands in a channel or a thread: who, when, blocks or text, and the way into its thread.
import { renderToStaticMarkup } from 'react-dom/server';
import type { Ephemeral, StandInMessage, Workspace } from '../../slack/index.js';
import { type Json, list, str } from '../../slack/json.js';
import { type Stamp, stampOf } from '../clock.js';
import type { MessageShortcut } from '../commands.js';
import { blocksHtml } from './blocks.js';
import { AppAvatar, Icon, PersonAvatar } from './icons.js';
import { kit, type Lexicon } from './kit.js';
import { escaped } from './literal.js';
import { spoken } from './text.js';

export interface MessageParts {
  workspace: Workspace;
  lexicon: Lexicon;
  shortcuts: MessageShortcut[];
  /** When the message with this `ts` was posted, real ms. */
  postedAt(ts: string): number;
}

/** The HTML of a message that everybody sees. */
export function messageHtml(message: StandInMessage, parts: MessageParts): string {
  const { lexicon } = parts;
  const body = [
    message.isBroadcast ? renderToStaticMarkup(<RepliedMark />) : '',
    contentHtml(message.text, message.blocks, lexicon),
    ...message.attachments.map((attachment) => attachmentHtml(attachment, lexicon)),
    message.isEdited && message.blocks.length === 0 ? '<span class="rw-edited">(edited)</span>' : '',
    repliesHtml(message, parts),
  ];
  return articleHtml(message, body.join(''), parts, toolsHtml(message, parts));
}

/** The HTML of a message that one person sees. */
export function ephemeralHtml(ephemeral: Ephemeral, parts: MessageParts): string {
  const body = contentHtml(ephemeral.text, ephemeral.blocks, parts.lexicon);
  return articleHtml({ ...ephemeral, isEphemeral: true }, body, parts, '');
}

interface Article {
  ts: string;
  channel: string;
  text: string;
  threadTs?: string;
  user?: string;
  botId?: string;
  from?: 'app' | 'slackbot';
  isEphemeral?: boolean;
}

function articleHtml(article: Article, body: string, parts: MessageParts, tools: string): string {
  const { ts, channel, threadTs, isEphemeral } = article;
  const stamp = stampOf(parts.postedAt(ts), parts.lexicon.clock);
  const by = author(article, parts.workspace);
  const words = spoken(article.text);
  const attributes = [
    `data-ts="${escaped(ts)}" data-channel="${escaped(channel)}" data-thread="${escaped(threadTs ?? '')}"`,
    `data-day="${escaped(stamp.day)}" data-spoken="${escaped(`${by.name}: ${words}`)}"`,
    isEphemeral ? 'data-ephemeral' : '',
  ];
  const mark = isEphemeral ? renderToStaticMarkup(<EphemeralMark />) : '';
  const head = renderToStaticMarkup(<Head author={by} stamp={stamp} />);
  return `<article class="rw-message" tabindex="-1" ${attributes.join(' ')} aria-label="${escaped(`${by.name}, ${stamp.time}: ${words.slice(0, 120)}`)}">${mark}<div class="rw-gutter">${renderToStaticMarkup(by.picture)}</div><div class="rw-main">${head}<div class="rw-body">${body}</div></div>${tools}</article>`;
}

function author(article: Article, { people, bot }: Workspace) {
  const index = people.findIndex(({ id }) => id === article.user);
  const person = people[index];
  if (article.from === 'slackbot')
    return { name: 'Slackbot', isApp: false, picture: <PersonAvatar name="S" index={3} /> };
  if (person && !article.isEphemeral)
    return { name: person.realName, isApp: false, picture: <PersonAvatar name={person.realName} index={index} /> };
  return { name: bot.realName, isApp: true, picture: <AppAvatar /> };
}

function Head({ author, stamp }: { author: { name: string; isApp: boolean }; stamp: Stamp }) {
  return (
    <div className="rw-head">
      <span className="rw-author">{author.name}</span>
      {author.isApp ? <span className="rw-app">APP</span> : null}
      <time dateTime={stamp.iso} title={`${stamp.day}, ${stamp.time}`}>
        {stamp.time}
      </time>
    </div>
  );
}

function EphemeralMark() {
  return (
    <div className="rw-only-you">
      <Icon name="eye" size={14} /> Only visible to you
    </div>
  );
}

/** Above a reply that stands in the channel, too; in its thread the page hides it. */
function RepliedMark() {
  return (
    <div className="rw-replied">
      replied to{' '}
      <button type="button" data-open-thread="">
        a thread
      </button>
    </div>
  );
}

function contentHtml(text: string, blocks: Json[], lexicon: Lexicon): string {
  if (blocks.length > 0) return blocksHtml(blocks, lexicon);
  if (text === '') return '';
  return kit([{ type: 'section', text: { type: 'mrkdwn', text } }], lexicon);
}

function attachmentHtml(attachment: Json, lexicon: Lexicon): string {
  const colour = /^#?[0-9a-f]{6}$/i.test(str(attachment.color)) ? `#${str(attachment.color).replace('#', '')}` : '#ccc';
  const inner = contentHtml(str(attachment.text) || str(attachment.fallback), list(attachment.blocks), lexicon);
  return `<div class="rw-attachment" style="border-color:${colour}">${inner}</div>`;
}

function repliesHtml({ replyCount, replyUsers }: StandInMessage, { workspace }: MessageParts): string {
  if (replyCount === 0) return '';
  const faces = replyUsers.slice(0, 3).map((id) => {
    const index = workspace.people.findIndex((person) => person.id === id);
    const person = workspace.people[index];
    return person ? (
      <PersonAvatar key={id} name={person.realName} index={index} size={22} />
    ) : (
      <AppAvatar key={id} size={22} />
    );
  });
  return renderToStaticMarkup(
    <button type="button" className="rw-replies" data-open-thread="">
      {faces}
      <span>{replyCount === 1 ? '1 reply' : `${replyCount} replies`}</span>
      <small>View thread</small>
    </button>,
  );
}

function toolsHtml(message: StandInMessage, { shortcuts }: MessageParts): string {
  return renderToStaticMarkup(
    <div className="rw-tools">
      {message.threadTs ? null : (
        <button type="button" data-open-thread="" aria-label="Reply in thread" title="Reply in thread">
          <Icon name="reply" size={16} />
        </button>
      )}
      {shortcuts.map(({ name, callbackId }) => (
        <button key={callbackId} type="button" data-shortcut={callbackId} title={name}>
          {name}
        </button>
      ))}
    </div>,
  );
}
