// What the outbox does in Slack: an incident's card and thread, digests, health alerts. Each is safe to run again.
import { createHash } from 'node:crypto';
import type { AuditRow } from '../audit/record.js';
import { auditRow } from '../audit/verify.js';
import type { HeldNotice } from '../blocklists/watch/hold.js';
import type { Context } from '../context.js';
import { whenFree } from '../db/patience.js';
import { changesIn, HYGIENE_NEWS, type HygieneNews } from '../hygiene/announce.js';
import type { Incident } from '../incidents/incident.js';
import type { ListingNote } from '../incidents/listings/listing-round.js';
import { findIncident, updateIncident } from '../incidents/store.js';
import { type EffectHandler, EffectImpossible, type OutboxRow } from '../outbox/run.js';
import { type DigestRequest, readDigest } from './digest.js';
import { showHeldList } from './held-list.js';
import { alertMessage } from './messages/alert.js';
import { context as contextBlock, type Message, message as withWords } from './messages/blocks.js';
import { incidentCard } from './messages/card.js';
import { digestMessage } from './messages/digest.js';
import { dnscheckNews, namedChanges } from './messages/dnscheck-news.js';
import { listingNote } from './messages/listing/listing-note.js';
import { esc } from './messages/text/escape.js';
import { timelineReply } from './messages/timeline.js';
import type { Posted, Poster, PostOptions } from './poster.js';
import { channelLink, ownerName, type ReadDeps } from './read.js';
import { readCard } from './read-card.js';
import { refusedInWords, whyRefused } from './refusals.js';
import { type Trouble, troubleOf } from './web-client.js';

interface EffectDeps extends ReadDeps, Pick<Context, 'config' | 'log' | 'describeList'> {
  poster: Poster;
  /** `https://….slack.com/` once known. */
  workspaceUrl: () => string | undefined;
}

/** The handlers of every effect that Slack shows, by kind; for startOutbox. */
export function slackEffects(deps: EffectDeps): Record<string, EffectHandler> {
  const shown: CardsShown = new Map();
  return {
    'incident.card': (row) => showCard(deps, shown, row),
    'incident.timeline': (row) => replyInThread(deps, row),
    'listing.note': (row) => postNote(deps, row),
    'digest.post': (row) => postDigest(deps, row),
    [HYGIENE_NEWS]: (row) => postHygieneNews(deps, row),
    'list.held': (row) => postHeldList(deps, row),
    'health.alert': (row) => postAlert(deps, row),
  };
}

type AlertDeps = Pick<EffectDeps, 'config' | 'poster' | 'log'>;

/** Posts an alert about ourselves straight away; needs no database, which may be the trouble. Throws when Slack does not take it. */
export async function healthAlert(deps: AlertDeps, text: string): Promise<void> {
  const [channel, message] = [healthChannel(deps), alertMessage(text)];
  const post = (to: string, what: Message) => deps.poster.post(to, what);
  try {
    await post(channel, message);
  } catch (error) {
    const { kind, code } = troubleOf(error);
    if (kind !== 'channel-closed' && kind !== 'not-known') throw error;
    await postElsewhere({ ...deps, post }, channel, message, code);
  }
}

/** The same by the outbox: once, also when the process died in between. */
async function postAlert(deps: EffectDeps, row: OutboxRow): Promise<void> {
  await postOnce(deps, row, healthChannel(deps), alertMessage((row.payload as { text: string }).text));
}

async function postHygieneNews(deps: EffectDeps, row: OutboxRow): Promise<void> {
  const news = row.payload as HygieneNews;
  const message = dnscheckNews(news.first, namedChanges(changesIn(deps.db, news), ownerName(deps)));
  if (message) await postOnce(deps, row, deps.config.channels.listing, message);
}

async function postHeldList(deps: EffectDeps, row: OutboxRow): Promise<void> {
  const held = row.payload as HeldNotice;
  await showHeldList(deps, held, (message) => postOnce(deps, row, deps.config.channels.listing, message));
}

/**
 * What Slack shows of each incident, as a hash of its card: one that would not change is not sent, for Slack counts every change. Lost with
 * the process, and unknown while a change is on its way: then the card is sent.
 */
type CardsShown = Map<number, string>;

async function showCard(deps: EffectDeps, shown: CardsShown, row: OutboxRow): Promise<void> {
  const view = readCard(deps, (row.payload as { incidentId: number }).incidentId);
  if (!view) throw new EffectImpossible('the incident is gone');
  const { incident } = view;
  const message = incidentCard(view);
  const drawn = createHash('sha256').update(JSON.stringify(message)).digest('base64');
  if (incident.messageTs !== null && shown.get(incident.id) === drawn) return;
  shown.delete(incident.id);
  await sendCard(deps, row, incident, message);
  shown.set(incident.id, drawn);
}

async function sendCard(deps: EffectDeps, row: OutboxRow, incident: Incident, message: Message): Promise<void> {
  if (incident.messageTs === null) return postCard(deps, row, incident, message);
  try {
    await deps.poster.update({ channel: incident.channel, ts: incident.messageTs }, message);
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble.kind === 'message-gone' || trouble.kind === 'channel-closed' || isHopeless(row, trouble))
      return postCard(deps, row, incident, message);
    throw giveUpOr(error, trouble);
  }
}

/** Posts the root message and remembers where; after a crash between the two, finds it again instead of posting twice. */
async function postCard(deps: EffectDeps, row: OutboxRow, incident: Incident, message: Message): Promise<void> {
  const posted = await postOnce(deps, row, incident.channel, message);
  const place = { channel: posted.channel, messageTs: posted.ts };
  await whenFree(() => updateIncident(deps.db, incident.id, place));
}

/** News in a thread that must not wait until somebody looks there. */
function isLoud({ verb, details }: AuditRow): boolean {
  return verb === 'not-contained' || details.inChannel === true;
}

async function replyInThread(deps: EffectDeps, row: OutboxRow): Promise<void> {
  const { incidentId, seq } = row.payload as { incidentId: number; seq: number };
  const entry = auditRow(deps.db, seq);
  const isInChannel = entry !== undefined && isLoud(entry);
  if (!deps.config.slack.timeline && !isInChannel) return;
  const incident = findIncident(deps.db, incidentId);
  if (!entry || !incident) throw new EffectImpossible('the audit row is gone');
  if (incident.messageTs === null) throw new EffectImpossible('the incident has no message to reply to');
  await postOnce(deps, row, incident.channel, timelineReply(entry, deps.customerName), {
    threadTs: incident.messageTs,
    isInChannel,
  });
}

async function postNote(deps: EffectDeps, row: OutboxRow): Promise<void> {
  const { list, targets } = row.payload as ListingNote;
  await postOnce(deps, row, deps.config.channels.listing, listingNote(targets, deps.describeList(list)));
}

async function postDigest(deps: EffectDeps, row: OutboxRow): Promise<void> {
  const request = row.payload as DigestRequest;
  const view = readDigest(deps, request, await deps.trafficIn(request.from, request.to));
  if (request.whenQuiet === 'skip' && view.isQuiet) return;
  await postOnce(deps, row, request.channel, digestMessage(view.digest));
}

/** Posts; an earlier try of the same row may have come through unnoticed, so look for it first. */
async function postOnce(
  deps: EffectDeps,
  row: OutboxRow,
  channel: string,
  message: Message,
  options: PostOptions = {},
): Promise<Posted> {
  const post = async (to: string, what: Message) => {
    const earlier = row.attempts > 0 ? await deps.poster.find(to, row.key, options.threadTs) : undefined;
    return earlier ?? deps.poster.post(to, what, { ...options, mark: row.key });
  };
  try {
    return await post(channel, message);
  } catch (error) {
    const trouble = troubleOf(error);
    const hopeless = isHopeless(row, trouble, options.threadTs ? 'line' : 'message');
    if (options.threadTs && hopeless) throw new EffectImpossible(refusedInWords(trouble.code), { cause: error });
    if (options.threadTs || (trouble.kind !== 'channel-closed' && !hopeless)) throw giveUpOr(error, trouble);
    return await postElsewhere({ ...deps, post }, channel, message, trouble.code);
  }
}

/** A channel that takes nothing from us must not swallow an alert: the health channel gets it, with a word about why. */
async function postElsewhere(
  deps: Pick<AlertDeps, 'config' | 'log'> & { post: (channel: string, message: Message) => Promise<Posted> },
  channel: string,
  message: Message,
  code: string,
): Promise<Posted> {
  const note = `:warning: Meant for ${channelLink(channel)}, which does not take it (${whyRefused(code) ?? esc(code, 60)}).`;
  const candidates = [healthChannel(deps), deps.config.channels.compromise, deps.config.channels.listing];
  const noted = withWords(`${message.text} ${note}`, [contextBlock(note), ...message.blocks]);
  const refused = [{ channel, code }];
  for (const fallback of new Set(candidates.filter((candidate) => candidate !== channel))) {
    try {
      const posted = await deps.post(fallback, noted);
      deps.log.warn({ channel, fallback, code }, 'a channel takes no messages; posted elsewhere');
      return posted;
    } catch (error) {
      const trouble = troubleOf(error);
      if (!['channel-closed', 'not-known'].includes(trouble.kind)) throw error;
      refused.push({ channel: fallback, code: trouble.code });
    }
  }
  throw new EffectImpossible(`no channel takes it. ${allRefused(refused)}`);
}

/** Two sentences for each reason, the channel it was meant for first. */
function allRefused(refused: readonly { channel: string; code: string }[]): string {
  const codes = [...new Set(refused.map(({ code }) => code))];
  const channelsOf = (wanted: string) => refused.filter(({ code }) => code === wanted).map(({ channel }) => channel);
  return codes.map((code) => refusedInWords(code, channelsOf(code).join(', '))).join(' ');
}

function healthChannel({ config }: Pick<EffectDeps, 'config'>): string {
  return config.channels.health ?? config.channels.compromise;
}

/**
 * Tries before an effect that Slack refuses with an error unknown to us is given up: a quarter of a minute for a message; three seconds for
 * a line in a thread, which holds up the card and stands in the history anyway.
 */
const TRIES = { message: 4, line: 2 } as const;

/**
 * Reports whether an unknown error of Slack's has come too often: what waits behind it, the card above all, must go on. It has come the time
 * before, too: earlier tries may have failed because Slack was away, and say nothing of this error.
 */
function isHopeless(
  { attempts, error }: OutboxRow,
  { kind, code }: Trouble,
  what: keyof typeof TRIES = 'message',
): boolean {
  return kind === 'not-known' && attempts >= TRIES[what] && error?.includes(code) === true;
}

/** The error to throw on: given up when trying again is pointless. A bad token or a missing right may be mended. */
function giveUpOr(error: unknown, { kind, code }: Trouble): unknown {
  const isPointless = kind === 'impossible' || kind === 'message-gone' || kind === 'channel-closed';
  if (isPointless) return new EffectImpossible(refusedInWords(code), { cause: error });
  return kind === 'bad-token' || kind === 'missing-scope' ? new Error(refusedInWords(code), { cause: error }) : error;
}
