// The answer to "why do our mails bounce?", in three sentences the desk can read out or paste: what is listed, how much of the mail
// it touches, what happens next. It names no customer, and promises nothing that nobody has begun.
import { isOwnBlock } from '../../blocklists/receivers.js';
import type { HealthItem } from '../../context.js';
import { type Progress, progressWords } from '../../delisting/progress.js';
import { isDomain } from '../../delisting/read.js';
import type { ListedEntry } from '../../incidents/incident.js';
import type { Impact } from '../../incidents/listings/impact.js';
import { type PartBlock, partWords } from '../../incidents/targets.js';
import { andMore, count, utc } from '../../words.js';
import { context, type Message, section } from './blocks.js';
import { partName } from './parts.js';
import { esc, plain } from './text/escape.js';
import { isNearlyAll } from './text/words.js';

export interface StatusView extends Progress {
  /** Addresses mail leaves from. */
  addresses: number;
  /** Everything that stands, worst first; mere notes are left out. */
  entries: ListedEntry[];
  impact: Impact | undefined;
  /** Incidents whose mail is not held back, or in part alone, of causes and of what could bring the next listing. */
  notStopped: { id: number; link: string | undefined; part?: PartBlock | undefined }[];
  now: number;
  /** What waits to be read, and what reports said, where any are taken. */
  intake: HealthItem[];
  /** Why it is not known whether anything is listed; empty while the blocklists answer. */
  blind: HealthItem[];
}

export function statusMessage(view: StatusView): Message {
  const sentences = statusSentences(view);
  const text = sentences.map((sentence) => esc(sentence, 900)).join(' ');
  const health = [...view.blind.map((item) => ({ ...item, ok: false })), ...view.intake].map(
    (item) => `${item.ok ? '' : ':warning: '}*${partName(item.name)}*: ${esc(item.text, 200)}`,
  );
  return {
    text,
    blocks: [
      section(text),
      context('Ready to read out or paste: no customer is named in it.'),
      ...(view.entries.length > 0 && view.notStopped.length > 0 ? [section(notStopped(view.notStopped))] : []),
      ...(health.length > 0 ? [context(health.join('\n'))] : []),
    ],
  };
}

/** For the desk alone: it is known, and its mail may go on. */
function notStopped(causes: StatusView['notStopped']): string {
  const whole = causes.filter(({ part }) => !part);
  const parts = causes.flatMap(({ part, ...cause }) => (part ? { ...cause, part } : []));
  const shown = whole.slice(0, MOST_NAMED).map(incidentName);
  const unheld =
    whole.length > 0
      ? `:warning: *Nothing holds back the mail of ${andMore(shown, whole.length)}*, which caused it or can bring it back. Block the sender or suspend the customer there.`
      : undefined;
  const leaky = parts
    .slice(0, MOST_NAMED)
    .map(
      (cause) =>
        `:warning: *${incidentName(cause)}: ${partWords(cause.part)}*. It caused the listing or can bring it back.`,
    );
  const rest = parts.length - leaky.length;
  return [
    ...(unheld ? [unheld] : []),
    ...leaky,
    ...(rest > 0 ? [`… and ${count(rest, 'more incident')} blocked in part: \`/relay incidents\``] : []),
  ].join('\n');
}

function incidentName({ id, link }: Omit<StatusView['notStopped'][number], 'part'>): string {
  return link ? `<${link}|incident ${id}>` : `incident ${id}`;
}

/** Three sentences, plain text. */
export function statusSentences(view: StatusView): [string, string, string] {
  if (view.entries.length > 0) return [what(view), howMuch(view), progressWords(view, view.now)];
  return view.blind.length > 0 || view.addresses === 0 ? UNKNOWN(view) : NOTHING(view);
}

const SEND_TEXT = 'Please send us the text of the refusal: it names the reason, and we look it up in the log.';

const NOTHING = ({ addresses }: StatusView): [string, string, string] => [
  addresses === 1
    ? 'Our outgoing address is on no blocklist that we could ask, and no large receiver blocks it.'
    : `None of our ${addresses} outgoing addresses is on a blocklist that we could ask, and no large receiver blocks one of them.`,
  'A message that came back was refused for a reason of its own: a wrong address, a full mailbox, or its content.',
  SEND_TEXT,
];

/** Nobody is to be told that all is well while nobody has looked. */
const UNKNOWN = ({ addresses }: StatusView): [string, string, string] => [
  `We cannot tell at the moment whether ${addresses === 1 ? 'our outgoing address' : 'one of our outgoing addresses'} is on a blocklist.`,
  'A message that came back may have been refused for that, or for a reason of its own: a wrong address, a full mailbox, or its content.',
  SEND_TEXT,
];

const MOST_NAMED = 3;

function what({ entries, addresses }: StatusView): string {
  const since = Math.min(...entries.map(({ firstSeenAt }) => firstSeenAt));
  const { lists, blockers } = placesOf(entries);
  const areMany = new Set(entries.map(({ target }) => target)).size > 1;
  const which = whichOfOurs(entries, addresses);
  const seen = `seen since ${utc(since)}`;
  if (lists.length === 0)
    return `${someOf(blockers)} ${blockers.length > 1 ? 'refuse' : 'refuses'} mail from ${which.replace(/,$/, '')}, ${seen}.`;
  const on = `on ${lists.length > 1 ? `${lists.length} blocklists` : 'a blocklist'} (${someOf(lists)})`;
  const places = [on, ...(blockers.length > 0 ? [`refused by ${someOf(blockers)}`] : [])];
  const text = `${which} ${areMany ? 'are' : 'is'} ${places.join(areMany ? ' or ' : ' and ')}, ${seen}.`;
  return text.replace(/^a /, 'A ');
}

/** The names of the blocklists; and of the receivers that block by themselves, which only their own mail asks. */
function placesOf(entries: readonly ListedEntry[]): { lists: string[]; blockers: string[] } {
  const names = (areOwn: boolean) => [
    ...new Set(entries.filter(({ list }) => isOwnBlock(list) === areOwn).map(({ listName }) => plain(listName, 60))),
  ];
  return { lists: names(false), blockers: names(true) };
}

/** `A and B`, or `A, B, C and 2 more`. */
function someOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  const shown = more > 0 ? [...names.slice(0, MOST_NAMED), `${more} more`] : names;
  return [...(shown.length > 1 ? [shown.slice(0, -1).join(', ')] : []), ...shown.slice(-1)].join(' and ');
}

function whichOfOurs(entries: readonly ListedEntry[], addresses: number): string {
  const targets = [...new Set(entries.map(({ target }) => target))];
  const [only] = targets;
  const domains = targets.filter(isDomain).length;
  if (targets.length === 1)
    return domains > 0
      ? 'a domain that sends over us'
      : `${plain(only ?? '', 80)}, ${addresses > 1 ? `one of our ${addresses} outgoing addresses` : 'our outgoing address'},`;
  if (domains === targets.length) return `${targets.length} domains that send over us`;
  return domains > 0
    ? `${targets.length - domains} of our ${addresses} outgoing addresses and ${count(domains, 'domain')} that ${domains === 1 ? 'sends' : 'send'} over us`
    : `${targets.length} of our ${Math.max(addresses, targets.length)} outgoing addresses`;
}

function howMuch({ impact, entries }: StatusView): string {
  const who = whoRefuses(entries);
  if (impact?.share === undefined)
    return `${who} some of our mail; all other mail goes out as usual.`.replace(/^r/, 'R');
  const { share, customers, addresses, cleanAddresses } = impact;
  const only = `only ${who} it`;
  const from = new Set(entries.map(({ target }) => target)).size > 1 ? 'them' : 'it';
  const part =
    share > 0 && share < 0.01
      ? 'Less than 1 %'
      : isNearlyAll(share)
        ? 'Nearly all'
        : `About ${Math.round(share * 100)} %`;
  if (entries.every(({ target }) => isDomain(target)))
    return `${part} of our outgoing mail (${count(customers, 'customer')}) comes from ${from}, and ${only}; all other mail goes out as usual.`;
  const rest =
    cleanAddresses > 0
      ? `; ${cleanAddresses} of our ${addresses} outgoing addresses ${cleanAddresses === 1 ? 'is' : 'are'} not affected`
      : '';
  return `${part} of our outgoing mail (${count(customers, 'customer')}) leaves over ${from}, and ${only}${rest}.`;
}

/** `receivers that use that list refuse`, `Microsoft refuses`, or both. */
function whoRefuses(entries: readonly ListedEntry[]): string {
  const { lists, blockers } = placesOf(entries);
  const users = `receivers that use ${lists.length > 1 ? 'one of those lists' : 'that list'}`;
  const all = [...(blockers.length > 0 ? [someOf(blockers)] : []), ...(lists.length > 0 ? [users] : [])];
  return `${all.join(' and ')} ${lists.length === 0 && blockers.length === 1 ? 'refuses' : 'refuse'}`;
}
