// What a partner is told when our addresses or domains are listed, and when they are clear again. Plain text, written once for all partners
// with `{partner}` and `{customers}` in it, so that the desk can read and change it before it goes out. Pure.

export interface NoticeListing {
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
}

const MOST_CUSTOMERS_NAMED = 50;
/** A mail longer than this is not read. */
const MOST_LISTINGS_NAMED = 20;

/** "One of our outgoing addresses is listed": what, how much of the mail, what we do, what the partner can do. */
export function listedNotice(facts: NoticeFacts): NoticeTemplate {
  const { listings, done } = facts;
  const { isOne, addresses, domains } = namedIn(listings);
  const { headline, subject, until, title } = whatHappened(listings);
  const them = isOne ? 'it' : 'them';
  const whose = addresses > 0 ? `with mail over ${them} in the last 24 hours` : `whose mail was refused for ${them}`;
  const otherWay = addresses > 0 ? ': we can send its mail to Hotmail and Outlook.com another way' : '';
  return {
    subject,
    body: paragraphs(
      'Hello {partner},',
      `${headline}. ${until} mail that ${waysOf(addresses, domains, them)}.`,
      whatIsListed(title, listings),
      [...reach(facts, them), `Your customers ${whose}: {customers}`].join('\n'),
      // With its time: the desk goes on while the letter waits, or lies unread.
      `What we do (as of ${utc(done.at)}): ${oneLine(done.text, 1_000)} We write again when it is clear.`,
      `What you can do: a message that came back may be refused again, so wait with it until we write that it is clear. Tell us of a customer that cannot wait${otherWay}.`,
      signature(facts),
    ),
  };
}

/** Of whom, a letter that several partners get does not say. */
const HELD_BACK = 'that of a sender who is blocked, or of a customer who is suspended';

/** "It is clear again." */
export function clearNotice(facts: NoticeFacts): NoticeTemplate {
  const { listings, clearedAt, isHeldBack } = facts;
  const { addresses, domains } = namedIn(listings);
  const ours = [...(addresses > 0 ? ['outgoing mail addresses'] : []), ...(domains > 0 ? ['domains'] : [])].join(
    ' and ',
  );
  const { names, count, areAll } = blockersIn(listings);
  const subject = areAll
    ? `${names} ${count === 1 ? 'takes' : 'take'} mail from our ${ours} again`
    : `Our ${ours} are off the blocklist`;
  const since = clearedAt === undefined ? '' : ` since ${utc(clearedAt)}`;
  const usual = isHeldBack ? `as usual, except what we still refuse ourselves: ${HELD_BACK}` : 'as usual';
  const again = isHeldBack ? ', except what we still refuse; if any other' : '; if one';
  return {
    subject,
    body: paragraphs(
      'Hello {partner},',
      `the ${areAll ? 'block' : 'blocklisting'} we wrote about is over${since}. Mail of {customers} leaves ${usual}.`,
      whatIsListed(areAll ? 'What was refused' : 'What was listed', listings),
      `Some receivers keep old answers for a few hours. Messages that came back can be sent again${again} is still refused, send us the text of the refusal.`,
      signature(facts),
    ),
  };
}

/** The template as one partner reads it. */
export function fillIn({ subject, body }: NoticeTemplate, { partner, customers }: Reader): NoticeTemplate {
  const named = customers.slice(0, MOST_CUSTOMERS_NAMED).map((name) => oneLine(name));
  const more = customers.length - named.length;
  const words: Record<string, string> = {
    '{partner}': oneLine(partner),
    '{customers}': `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}` || 'none seen',
  };
  const fill = (text: string) => text.replace(/\{partner\}|\{customers\}/g, (mark) => words[mark] ?? mark);
  return { subject: oneLine(fill(subject)), body: fill(body) };
}

/** Added to a letter that waited while a part of it came to an end. */
export function sinceWritten(ended: readonly (Place & { endedAt: number })[]): string {
  const lines = ended
    .slice(0, MOST_LISTINGS_NAMED)
    .map(({ endedAt, ...place }) => `  ${inWords(place)}, over since ${utc(endedAt)}`);
  const more = ended.length - lines.length;
  return ['Over since this was written:', ...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

/** The first line, the subject, until when mail is refused and by whom, and the title of what follows. */
function whatHappened(listings: readonly NoticeListing[]): Record<'headline' | 'subject' | 'until' | 'title', string> {
  const { ours, isOne } = namedIn(listings);
  const { names, count, areAll } = blockersIn(listings);
  if (areAll) {
    const headline = `${names} ${count === 1 ? 'refuses' : 'refuse'} mail from ${ours}`;
    return {
      headline,
      subject: headline,
      until: `Until the block is lifted, ${count === 1 ? 'it refuses' : 'they refuse'}`,
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
    until: `Until ${isOne ? 'it is' : 'they are'} taken off, some receivers refuse`,
    title: 'What is listed',
  };
}

/** How many addresses and how many domains are listed, and both in words. */
function namedIn(listings: readonly NoticeListing[]) {
  const count = (ofDomains: boolean) =>
    new Set(listings.filter(({ isDomain = false }) => isDomain === ofDomains).map(({ target }) => target)).size;
  const [addresses, domains] = [count(false), count(true)];
  const part = (n: number, what: string) => (n === 0 ? [] : [`${n === 1 ? 'one' : n} of our ${what}`]);
  const ours = [...part(addresses, 'outgoing mail addresses'), ...part(domains, 'domains')].join(' and ');
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

function waysOf(addresses: number, domains: number, them: string): string {
  return [...(addresses > 0 ? [`leaves over ${them}`] : []), ...(domains > 0 ? [`names ${them}`] : [])].join(' or ');
}

function whatIsListed(title: string, listings: readonly NoticeListing[]): string {
  return [title, ...listings.slice(0, MOST_LISTINGS_NAMED).map(listingLine), ...andMore(listings.length)].join('\n');
}

function listingLine({ firstSeenAt, ...place }: NoticeListing): string {
  return `  ${inWords(place)}, since ${utc(firstSeenAt)}`;
}

/** `203.0.113.17 on Spamhaus ZEN`, `203.0.113.17 refused by Microsoft` */
function inWords({ target, listName, isOwnBlock }: Place): string {
  return `${oneLine(target)} ${isOwnBlock ? 'refused by' : 'on'} ${oneLine(listName)}`;
}

function andMore(count: number): string[] {
  return count > MOST_LISTINGS_NAMED ? [`  and ${count - MOST_LISTINGS_NAMED} more`] : [];
}

function reach({ share, cleanRelays }: NoticeFacts, them: string): string[] {
  if (share === undefined) return [];
  const rest =
    cleanRelays > 0
      ? `; the rest leaves over ${cleanRelays === 1 ? 'another server' : `${cleanRelays} other servers`}`
      : '';
  return [`How much: about ${percent(share)} of our outgoing mail leaves over ${them}${rest}.`];
}

function percent(share: number): string {
  return share > 0 && share < 0.01 ? 'less than 1 %' : `${Math.round(share * 100)} %`;
}

function signature({ support: { name, phone, url } }: NoticeFacts): string {
  return [name, ...(phone ? [`Phone ${phone}`] : []), ...(url ? [url] : [])].join('\n');
}

function paragraphs(...texts: string[]): string {
  return `${texts.join('\n\n')}\n`;
}

/** `21 Nov 2026 10:39 UTC`: partners sit in many zones. */
export function utc(at: number): string {
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
