// A classified reply in words, for whoever reads a refusal: what it means, who refuses, and what to do next. A few short lines each.
import type { Meaning } from '../intake/replies/index.js';
import type { Classified } from './classify.js';
import { visible } from './terminal/visible.js';

/** So much of a reply is shown, of which the log has the whole: what is longer than any reply that explains itself. */
const REPLY_SHOWN = 500;

/** The names that go with the ids of a reply. */
export interface Names {
  /** Of the list and of who runs it: "Spamhaus ZEN, run by The Spamhaus Project". */
  list?: string | undefined;
  provider?: string | undefined;
}

/** So many different replies are held at once; a file with more is told in parts. */
const MOST_GROUPS = 10_000;

interface Group {
  /** The first of them. */
  classified: Classified;
  names: Names;
  count: number;
}

/** Replies that say the same, told once with their number, in the order in which the first of each came. */
export class AlikeReplies {
  private readonly groups = new Map<string, Group>();

  get isFull(): boolean {
    return this.groups.size >= MOST_GROUPS;
  }

  add(classified: Classified, names: Names): void {
    const { reply, ...result } = classified;
    const key = `${wordingOf(reply)}\n${JSON.stringify(result)}`;
    const group = this.groups.get(key);
    if (group) group.count++;
    else this.groups.set(key, { classified, names, count: 1 });
  }

  /** The words for each group; none is left afterwards. */
  take(): string[] {
    const blocks = [...this.groups.values()].map(classifiedText);
    this.groups.clear();
    return blocks;
  }
}

/** A reply without what differs from one to the next: addresses, hosts, queue ids, times. */
function wordingOf(reply: string): string {
  return shownReply(reply).replace(/\S*[\d@]\S*/g, '#');
}

/** A few lines, an empty one at the end. */
function classifiedText({ classified, names, count }: Group): string {
  const { meaning, ip, list, provider, delisting, rerouteHelps } = classified;
  const { says, next } = WORDS[meaning];
  const todo = delisting === null ? [next] : removalSteps(delisting);
  return [
    shownReply(classified.reply),
    ...(count > 1 ? [`  ${count.toLocaleString('en-US')} replies like this`] : []),
    `  ${says}${ip === null ? '' : `: ${ip}`} (${meaning})`,
    ...(list === null || list === provider ? [] : [`  list: ${visible(names.list ?? list, 200)}`]),
    ...(provider === null ? [] : [`  refused by: ${visible(names.provider ?? provider, 200)}`]),
    ...[...todo, ...(rerouteHelps ? [REROUTE] : [])].map((step) => `  → ${visible(step, 500)}`),
    '',
  ].join('\n');
}

/** Without what stands before it in a log line. A cut is shown: half a link looks like a whole one. */
function shownReply(line: string): string {
  const [, reply] = LOG_LINE.exec(line) ?? [];
  const text = withoutStrayBracket(visible(reply ?? line, line.length).trim());
  return text.length <= REPLY_SHOWN ? text : `${text.slice(0, REPLY_SHOWN - 1)}…`;
}

/** `grep -o "said: .*"` leaves the bracket at its end that Postfix opened before the host. */
function withoutStrayBracket(text: string): string {
  const isStray = text.endsWith(')') && text.split(')').length > text.split('(').length;
  return isStray ? text.slice(0, -1) : text;
}

/** Postfix puts what the receiver said, and who it was, in brackets behind the status. */
const LOG_LINE = /status=\S+ \((.*?)\)?\s*$/s;

const REROUTE = 'Mail from another, clean address of yours would be taken.';

/** A removal that is asked for while the spam goes on is refused, or the listing comes back. */
const STOP_FIRST = 'Find and stop the mail that brought it';

function removalSteps({ url, method, asks, expectedHours }: NonNullable<Classified['delisting']>): string[] {
  const [least, most] = expectedHours;
  const takes = `takes ${least === most ? most : `${least} to ${most}`} hours`;
  if (method === 'automatic-expiry') return [`${STOP_FIRST}; the listing then ends by itself, which ${takes}.`];
  const where = url === null ? 'ask the receiver’s postmaster for removal' : `ask for removal at ${url}`;
  if (method === 'none') return [`${STOP_FIRST}; no way to ask for removal is known.${url ? ` See ${url}` : ''}`];
  const wanted = asks.length === 0 ? [] : [`They want: ${asks.join('; ')}.`];
  return [`${STOP_FIRST}, then ${where.replace('mailto:', '')} (${takes}).`, ...wanted];
}

const ASK_POSTMASTER = 'then ask the receiver’s postmaster.';

const WORDS: Record<Meaning | 'unknown', { says: string; next: string }> = {
  'ip-block': { says: 'The receiver itself blocks our address', next: `${STOP_FIRST}, ${ASK_POSTMASTER}` },
  'ip-throttle': {
    says: 'The receiver slows our address down',
    next: `${STOP_FIRST}, and send to this receiver more slowly.`,
  },
  dnsbl: { says: 'Our address is on a blocklist', next: `${STOP_FIRST}, then ask whoever runs the list.` },
  'domain-block': { says: 'The sender’s domain is blocked', next: `${STOP_FIRST}, ${ASK_POSTMASTER}` },
  'domain-throttle': {
    says: 'The receiver slows the sender’s domain down',
    next: `${STOP_FIRST}; have the domain send more slowly.`,
  },
  content: {
    says: 'The message itself was taken for spam or a virus',
    next: 'Look at what the sender sent; is the mailbox or website stolen? Another address does not help.',
  },
  auth: {
    says: 'SPF, DKIM or DMARC of the sender’s domain does not pass',
    next: '`relaywarden dnscheck` and the sender’s domain: it prints the records to publish.',
  },
  ptr: {
    says: 'Our address has no good reverse name',
    next: '`relaywarden dnscheck` and our address: it prints the record to publish.',
  },
  tls: {
    says: 'The receiver wants TLS, or another kind of it',
    next: 'Look at the relay’s TLS settings for this receiver (Postfix: smtp_tls_policy_maps).',
  },
  volume: {
    says: 'The receiver takes no more for now: too much, too fast',
    next: 'The relay tries again; send to this receiver more slowly when it goes on.',
  },
  'recipient-volume': {
    says: 'The recipient gets too much mail just now',
    next: 'Nothing: the relay tries again. Many at once are a mailbox that somebody bombs.',
  },
  'recipient-policy': {
    says: 'The recipient does not take this mail',
    next: 'Tell the sender: only the recipient or its administrator can allow it.',
  },
  policy: {
    says: 'The receiver refuses by a rule of its own',
    next: 'Read the reply; when it says no more, ask the receiver’s postmaster.',
  },
  'unknown-user': {
    says: 'There is no such mailbox',
    next: 'Have the sender take the address off the list; many of them mean an old or bought list, or a guesser.',
  },
  'mailbox-full': { says: 'The recipient’s mailbox is full', next: 'Tell the sender; nothing is wrong with us.' },
  temporary: { says: 'The receiver could not take it just now', next: 'Nothing: the relay tries again.' },
  'receiver-misconfigured': {
    says: 'Something is wrong at the receiver',
    next: 'Tell the receiver’s postmaster by another way; nothing is wrong with us.',
  },
  unknown: { says: 'It tells nothing that is known here', next: 'Read the reply; is it a refusal at all?' },
};
