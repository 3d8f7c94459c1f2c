// What a partner is told when our addresses or domains are listed, and when they are clear again. Plain text, written once for all partners
// with `{partner}`, `{customers}` and `{earlier}` in it, so that the desk can read and change it before it goes out. Pure.
import { andMore, series } from '../words.js';

interface NoticeListing {
  /** One of our addresses, or of our domains. */
  target: string;
  isDomain?: boolean;
  listName: string;
  /** Reports whether `listName` is a receiver that refuses by itself, and no list that many ask. */
  isOwnBlock?: boolean;
  firstSeenAt: number;
}

type Place = Pick<NoticeListing, 'target' | 'listName' | 'isOwnBlock'>;

export interface NoticeFacts {
  listings: NoticeListing[];
  /** Part of all our mail that leaves over the listed addresses, 0..1; undefined when the logs do not tell. */
  share: number | undefined;
  /** Relays none of whose addresses is listed. */
  cleanRelays: number;
  /** What was done and what comes next, a sentence or two, and when that was so. */
  done: { text: string; at: number };
  /** listed: reports whether some of its readers had a letter about it before. */
  hasEarlier?: boolean;
  /** clear: when the last of them was seen gone. */
  clearedAt?: number;
  /** clear: reports whether we still block a sender of theirs, or suspend a customer. */
  isHeldBack?: boolean;
  support: { name: string; phone?: string | undefined; url?: string | undefined };
}

/** A mail with the marks still in it. */
export interface NoticeTemplate {
  subject: string;
  body: string;
}

/** A partner reads of its own customers alone, never of another partner's. */
export interface Reader {
  partner: string;
  customers: string[];
  earlier?: EarlierLetter | undefined;
}

/** What a partner was told before of the same matter. */
export interface EarlierLetter {
  at: number;
  /** Addresses and domains that it told of. */
  about: readonly string[];
  /** Those that have come to them since. */
  since: readonly string[];
}

const MOST_CUSTOMERS_NAMED = 50;
/** A mail longer than this is not read. */
const MOST_LISTINGS_NAMED = 20;

/** "One of our outgoing addresses is listed": what, how much of the mail, what we do, what the partner can do. */
export function listedNotice(facts: NoticeFacts): NoticeTemplate {
  const { listings, done } = facts;
  const { isOne, addresses, domains } = namedIn(listings);
  const { headline, subject, meaning, title } = whatHappened(listings);
  const whose =
    addresses > 0
      ? `was sent from ${addressesInWords(addresses)} in the last 24 hours`
      : `was refused because of ${isOne ? 'it' : 'them'}`;
  const otherWay = addresses > 0 ? ': we can send its mail to Hotmail and Outlook.com another way' : '';
  return {
    subject,
    body: paragraphs(
      'Hello {partner},',
      ...(facts.hasEarlier ? [EARLIER] : []),
      `${headline}. ${meaning} mail that ${waysOf(addresses, domains)}. Whoever sent it gets it back.`,
      whatIsListed(title, listings),
      [...reach(facts, addresses, domains), `Your customers whose mail ${whose}: {customers}`].join('\n'),
      // With its time: the desk goes on while the letter waits, or lies unread.
      `What we do (as of ${letterTime(done.at)}): ${oneLine(done.text, 1_000)} We write again when it is over.`,
      `What you can do: a message that came back may be refused again, so wait until we write that it is over before you send it again. If a customer cannot wait, tell us${otherWay}.`,
      signature(facts),
    ),
  };
}

/** Of whom, a letter that several partners get does not say. */
const HELD_BACK = 'because we have blocked its sender or suspended all mail of the customer';

/** "It is clear again." */
export function clearNotice(facts: NoticeFacts): NoticeTemplate {
  const { listings, clearedAt, isHeldBack } = facts;
  const { addresses, domains } = namedIn(listings);
  const ours = [...(addresses > 0 ? ['IP addresses'] : []), ...(domains > 0 ? ['domains'] : [])].join(' and ');
  const { names, count, areAll } = blockersIn(listings);
  const subject = areAll
    ? `${names} ${count === 1 ? 'takes' : 'take'} our mail again`
    : `Our ${ours} are off the blocklist`;
  const over = clearedAt === undefined ? 'is over' : `has been over since ${letterTime(clearedAt)}`;
  const usual = isHeldBack ? `as usual, except what we still refuse ourselves ${HELD_BACK}` : 'as usual';
  const again = isHeldBack ? ', except what we still refuse. If any other' : '. If one';
  return {
    subject,
    body: paragraphs(
      'Hello {partner},',
      `the ${areAll ? 'block' : 'blocklisting'} we wrote about ${over}. Mail of {customers} is sent ${usual}.`,
      whatIsListed(areAll ? 'What was refused' : 'What was listed', listings),
      `Messages that came back can be sent again${again} is still refused, wait a few hours, until every receiver has noticed; after that send us the text of the refusal.`,
      signature(facts),
    ),
  };
}

/** A line of its own in the text of a beginning, which is left out for whom this is the first letter. */
const EARLIER = '{earlier}';

/** The template as one partner reads it. */
export function fillIn({ subject, body }: NoticeTemplate, { partner, customers, earlier }: Reader): NoticeTemplate {
  const named = customers.slice(0, MOST_CUSTOMERS_NAMED).map((name) => oneLine(name));
  const words: Record<string, string> = {
    '{partner}': oneLine(partner),
    '{customers}': andMore(named, customers.length) || 'none seen',
    [EARLIER]: earlier ? earlierWords(earlier) : '',
  };
  const fill = (text: string) => text.replace(MARKS, (mark) => words[mark] ?? mark);
  const kept = earlier ? body : body.replace(/^[ \t]*\{earlier\}[ \t]*\r?\n(?:[ \t]*\r?\n)?/gm, '');
  return { subject: oneLine(fill(subject)), body: fill(kept) };
}

const MARKS = /\{partner\}|\{customers\}|\{earlier\}/g;

/** `We wrote on 21 Nov 2026 10:39 UTC about 203.0.113.17. New since then: 203.0.113.18.` */
export function earlierWords({ at, about, since }: EarlierLetter): string {
  const news = since.length > 0 ? ` New since then: ${someOf(since)}.` : '';
  return `We wrote on ${letterTime(at)} about ${someOf(about)}.${news}`;
}

const MOST_TARGETS_NAMED = 5;

function someOf(targets: readonly string[]): string {
  const named = targets.slice(0, MOST_TARGETS_NAMED).map((target) => oneLine(target));
  return targets.length > named.length ? andMore(named, targets.length) : series(named);
}

/** What stands in braces and is filled in for nobody: `{kunden}`; a brace without its other half, too. */
export function unknownMarks(text: string, mayHaveEarlier = true): string[] {
  const known = mayHaveEarlier ? MARKS : /\{partner\}|\{customers\}/g;
  return text.replace(known, '').match(/\{[^{}\n]{0,40}\}?|\}/g) ?? [];
}

/** Reports whether `{earlier}` stands beside other words, which mean nothing where it is left out. */
export function isEarlierAmongWords(text: string): boolean {
  return text.split('\n').some((line) => line.includes(EARLIER) && line.trim() !== EARLIER);
}

/** Reports whether a line of the text names a place in the letter's words, and not as over. */
export function saysListed(text: string, place: Place): boolean {
  return text.split('\n').some((line) => hasWords(line, inWords(place)) && !line.includes('over since'));
}

/** Reports whether the words stand in the text by themselves: `b.example` does not stand in `a.b.example`. */
export function hasWords(text: string, words: string): boolean {
  const escaped = words.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_][.:-]*)${escaped}(?![.:]?[\\p{L}\\p{N}]|[/_-])`, 'u').test(text);
}

/** Added to a letter that waited while a part of it came to an end. */
export function sinceWritten(ended: readonly (Place & { endedAt: number })[]): string {
  const lines = ended
    .slice(0, MOST_LISTINGS_NAMED)
    .map(({ endedAt, ...place }) => `  ${inWords(place)}, over since ${letterTime(endedAt)}`);
  const more = ended.length - lines.length;
  return ['Over since this was written:', ...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

/** The first line, the subject, what it means (a sentence without its end), and the title of what follows. */
function whatHappened(
  listings: readonly NoticeListing[],
): Record<'headline' | 'subject' | 'meaning' | 'title', string> {
  const { ours, isOne } = namedIn(listings);
  const { names, count, areAll } = blockersIn(listings);
  if (areAll) {
    const headline = `${names} ${count === 1 ? 'refuses' : 'refuse'} mail from ${ours}`;
    return {
      headline,
      subject: headline,
      meaning: `Until ${count === 1 ? 'it lifts the block, it refuses' : 'they lift the block, they refuse'}`,
      title: 'What is refused',
    };
  }
  const lists = new Set(listings.filter(({ isOwnBlock }) => !isOwnBlock).map(({ listName }) => listName));
  const where = `on ${lists.size === 1 ? 'a blocklist' : 'blocklists'}`;
  const also = count > 0 ? ` ${isOne ? 'and' : 'or'} refused by ${names}` : '';
  const headline = `${ours.replace(/^o/, 'O')} ${isOne ? 'is' : 'are'} ${where}${also}`;
  return {
    headline,
    subject: `${headline}: some mail may be refused`,
    meaning: `${A_BLOCKLIST} Until ${isOne ? 'ours is' : 'ours are'} taken off, some receivers refuse`,
    title: 'What is listed',
  };
}

/** Not every reader of such a letter knows. */
const A_BLOCKLIST = 'A blocklist names where spam came from, and many mail servers ask it before they take mail.';

/** How many addresses and how many domains are listed, and both in words. */
function namedIn(listings: readonly NoticeListing[]) {
  const count = (ofDomains: boolean) =>
    new Set(listings.filter(({ isDomain = false }) => isDomain === ofDomains).map(({ target }) => target)).size;
  const [addresses, domains] = [count(false), count(true)];
  const part = (n: number, what: string) => (n === 0 ? [] : [`${n === 1 ? 'one' : n} of our ${what}`]);
  const ours = [...part(addresses, 'IP addresses for outgoing mail'), ...part(domains, 'domains')].join(' and ');
  return { ours, isOne: addresses + domains === 1, addresses, domains };
}

/** The receivers that refuse by themselves: `Microsoft and GMX`; and whether there is nothing else. */
function blockersIn(listings: readonly NoticeListing[]): { names: string; count: number; areAll: boolean } {
  const own = listings.filter(({ isOwnBlock }) => isOwnBlock);
  const names = [...new Set(own.map(({ listName }) => oneLine(listName)))];
  return {
    names: [...(names.length > 1 ? [names.slice(0, -1).join(', ')] : []), ...names.slice(-1)].join(' and '),
    count: names.length,
    areAll: own.length === listings.length && own.length > 0,
  };
}

function addressesInWords(addresses: number): string {
  return addresses === 1 ? 'that address' : 'those addresses';
}

function domainsInWords(domains: number): string {
  return domains === 1 ? 'that domain' : 'those domains';
}

function waysOf(addresses: number, domains: number): string {
  return [
    ...(addresses > 0 ? [`is sent from ${addressesInWords(addresses)}`] : []),
    ...(domains > 0 ? [`names ${domainsInWords(domains)}`] : []),
  ].join(' or ');
}

function whatIsListed(title: string, listings: readonly NoticeListing[]): string {
  return [title, ...listings.slice(0, MOST_LISTINGS_NAMED).map(listingLine), ...moreLine(listings.length)].join('\n');
}

function listingLine({ firstSeenAt, ...place }: NoticeListing): string {
  return `  ${inWords(place)}, since ${letterTime(firstSeenAt)}`;
}

/** `203.0.113.17 on Spamhaus ZEN`, `203.0.113.17 refused by Microsoft` */
function inWords({ target, listName, isOwnBlock }: Place): string {
  return `${oneLine(target)} ${isOwnBlock ? 'refused by' : 'on'} ${oneLine(listName)}`;
}

function moreLine(count: number): string[] {
  return count > MOST_LISTINGS_NAMED ? [`  and ${count - MOST_LISTINGS_NAMED} more`] : [];
}

function reach({ share, cleanRelays }: NoticeFacts, addresses: number, domains: number): string[] {
  if (share === undefined) return [];
  const from = addresses > 0 ? addressesInWords(addresses) : domainsInWords(domains);
  const rest = addresses > 0 && cleanRelays > 0 && share < NEARLY_ALL ? '; the others leave from other addresses' : '';
  return [`How much: of every 100 messages that we send, ${ofHundred(share)} from ${from}${rest}.`];
}

const NEARLY_ALL = 0.995;

function ofHundred(share: number): string {
  if (share === 0) return 'hardly any leave';
  if (share < 0.01) return 'less than one leaves';
  if (share >= NEARLY_ALL) return 'nearly all leave';
  const of = Math.round(share * 100);
  return of === 1 ? 'about one leaves' : `about ${of} leave`;
}

function signature({ support: { name, phone, url } }: NoticeFacts): string {
  return [name, ...(phone ? [`Phone ${phone}`] : []), ...(url ? [url] : [])].join('\n');
}

function paragraphs(...texts: string[]): string {
  return `${texts.join('\n\n')}\n`;
}

/** `21 Nov 2026 10:39 UTC`: partners sit in many zones. */
export function letterTime(at: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) (\d\d:\d\d)/.exec(new Date(at).toUTCString()) ?? [];
  return `${day} ${month} ${year} ${time} UTC`;
}

/** Names come from files and other people's DNS: none may begin a line, or a header, of its own. */
function oneLine(text: string, most = 200): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, most);
}
