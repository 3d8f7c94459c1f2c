// What a partner is told when our addresses or domains are listed, and when they are clear again. Plain text, written once for all partners
// with `{partner}` and `{customers}` in it, so that the desk can read and change it before it goes out. Pure.

export interface NoticeListing {
  /** One of our addresses, or of our domains. */
  target: string;
  isDomain?: boolean;
  listName: string;
  firstSeenAt: number;
}

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
  const { ours, isOne, addresses, domains } = namedIn(listings);
  const where = new Set(listings.map(({ listName }) => listName)).size === 1 ? 'a blocklist' : 'blocklists';
  const which = `${ours} ${isOne ? 'is' : 'are'}`;
  const them = isOne ? 'it' : 'them';
  const ways = [...(addresses > 0 ? [`leaves over ${them}`] : []), ...(domains > 0 ? [`names ${them}`] : [])].join(
    ' or ',
  );
  const whose = addresses > 0 ? `with mail over ${them} in the last 24 hours` : `whose mail was refused for ${them}`;
  const otherWay = addresses > 0 ? ': we can send its mail to Hotmail and Outlook.com another way' : '';
  return {
    subject: `${which} on ${where}: some mail may be refused`,
    body: paragraphs(
      'Hello {partner},',
      `${which} on ${where}. Until ${isOne ? 'it is' : 'they are'} taken off, some receivers refuse mail that ${ways}.`,
      whatIsListed('What is listed', listings),
      [...reach(facts, them), `Your customers ${whose}: {customers}`].join('\n'),
      // With its time: the desk goes on while the letter waits, or lies unread.
      `What we do (as of ${utc(done.at)}): ${oneLine(done.text, 1_000)} We write again when it is clear.`,
      `What you can do: a message that came back can be sent again. Tell us of a customer that cannot wait${otherWay}.`,
      signature(facts),
    ),
  };
}

/** "It is clear again." */
export function clearNotice(facts: NoticeFacts): NoticeTemplate {
  const { listings, clearedAt } = facts;
  const { addresses, domains } = namedIn(listings);
  const ours = [...(addresses > 0 ? ['outgoing mail addresses'] : []), ...(domains > 0 ? ['domains'] : [])];
  return {
    subject: `Our ${ours.join(' and ')} are off the blocklist`,
    body: paragraphs(
      'Hello {partner},',
      `the blocklisting we wrote about is over${clearedAt === undefined ? '' : ` since ${utc(clearedAt)}`}. Mail of {customers} leaves as usual.`,
      whatIsListed('What was listed', listings),
      'Some receivers keep old answers for a few hours. Messages that came back can be sent again; if one is still refused, send us the text of the refusal.',
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
export function sinceWritten(ended: readonly { target: string; listName: string; endedAt: number }[]): string {
  const lines = ended
    .slice(0, MOST_LISTINGS_NAMED)
    .map(({ target, listName, endedAt }) => `  ${oneLine(target)} on ${oneLine(listName)}, over since ${utc(endedAt)}`);
  const more = ended.length - lines.length;
  return ['Over since this was written:', ...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

/** How many addresses and how many domains are listed, and both in words. */
function namedIn(listings: readonly NoticeListing[]) {
  const count = (ofDomains: boolean) =>
    new Set(listings.filter(({ isDomain = false }) => isDomain === ofDomains).map(({ target }) => target)).size;
  const [addresses, domains] = [count(false), count(true)];
  const part = (n: number, what: string) => (n === 0 ? [] : [`${n === 1 ? 'one' : n} of our ${what}`]);
  const ours = [...part(addresses, 'outgoing mail addresses'), ...part(domains, 'domains')].join(' and ');
  return { ours: ours.replace(/^o/, 'O'), isOne: addresses + domains === 1, addresses, domains };
}

function whatIsListed(title: string, listings: readonly NoticeListing[]): string {
  return [title, ...listings.slice(0, MOST_LISTINGS_NAMED).map(listingLine), ...andMore(listings.length)].join('\n');
}

function listingLine({ target, listName, firstSeenAt }: NoticeListing): string {
  return `  ${oneLine(target)} on ${oneLine(listName)}, since ${utc(firstSeenAt)}`;
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
