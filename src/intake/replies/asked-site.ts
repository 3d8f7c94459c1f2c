// The list whose page a link in a refusal asks about our address, where nothing else names one. What is read is outsiders' text, and the
// name found heads a card and stands in letters: a page must say that it is a list's, and be nobody's that is known for something else.
import { getDomain } from 'tldts';
import { hostIn } from './normalise.js';
import { providers } from './providers/index.js';
import { recogniser } from './recognise.js';
import { DIGITS, type ReplyMeaning, re, ZONE } from './reply.js';

/** What lists call themselves and their pages, as words of a name or a path; `spam` only as a host: many pages of help are about it. */
const LIST_WORD = `(?:dnsbl|(?<![a-z])rbl|(?<![a-z])(?:ip)?bl(?![a-z])|(?:black|block)[-_]?list|(?<![a-z]|de-)(?:reputation|listing)(?![a-z])|(?<=[/.])lookups?(?![a-z]))`;
const SPAM_HOST = String.raw`(?<![a-z\d-])(?:anti-?)?spam\d{0,2}\.`;
/** Pages that ask many lists at once, or about something else, are nobody's list. */
const MANY_LISTS = String.raw`(?!\S{0,60}?(?:mx-?toolbox|dnsbl\.info|multirbl|valli\.org|rbls\.org|robtex|openspf|spf|whois|blacklistalert|anti-abuse|dnsstuff|whatismyip|ipvoid|hetrixtools|dnschecker|blacklist-?(?:master|checker)))`;
const ASKED = re`\bhttps?://(?=[^\s/?]{0,80}?${SPAM_HOST}|[^\s?]{0,160}?${LIST_WORD})${MANY_LISTS}(?:www\.)?${ZONE}(?:/[^\s?]{0,100})?\?(?:[^\s?&=]{1,20}=[^\s?&=]{0,40}&(?:amp;)?){0,4}(?:[a-z_-]{1,20}=)?${DIGITS}(?![\d.]*[a-z])`;

/** A mailbox provider is no list, it is known by its name. */
const { byHost } = recogniser(providers.map((each) => ({ ...each, hosts: [...each.hosts, ...each.domains] })));

/** Behind a shortened link may be anybody's page. */
const SHORTENERS: ReadonlySet<string> = new Set(
  'bit.ly buff.ly cutt.ly goo.gl is.gd lnkd.in ow.ly rb.gy rebrand.ly shorturl.at t.co t.ly tiny.cc tinyurl.com'.split(
    ' ',
  ),
);

const readFromLink = new WeakSet<ReplyMeaning>();

/** Puts the host of the page into `read` as its zone, lower case, where the text (normalised) has such a link. */
export function readAskedSite(read: ReplyMeaning, text: string): void {
  const site = ASKED.exec(text)?.groups?.zone?.toLowerCase();
  const domain = site === undefined ? null : getDomain(site);
  if (site === undefined || domain === null || SHORTENERS.has(domain) || byHost(site).length > 0) return;
  read.zone = site;
  readFromLink.add(read);
}

/**
 * A meaning without the zone that a link gave it, where that is a page of the receiver's own domain; else as it is. The receiver is the
 * host spoken to, which the reply as it came (`raw`) may tell, and the recipient's domain.
 */
export function withoutOwnSite(
  meaning: ReplyMeaning,
  raw: string,
  relayHost: string | undefined,
  recipientDomain: string | undefined,
): ReplyMeaning {
  if (meaning.zone === undefined || !readFromLink.has(meaning)) return meaning;
  const domain = getDomain(meaning.zone);
  const isOwn = [relayHost ?? hostIn(raw), recipientDomain].some((host) => getDomain(host ?? '') === domain);
  if (!isOwn) return meaning;
  const { zone: _, ...without } = meaning;
  return without;
}
