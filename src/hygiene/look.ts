// What a look at the DNS of an address or a domain found. Three values: fine, wrong, or not to be told now. A question that nobody
// answered is never a record that is missing.

/** ok: as it should be · bad: somebody has to change something · unknown: the DNS gave no answer, so nothing can be said. */
export type PointState = 'ok' | 'bad' | 'unknown';

/** A record for the DNS, as the form of any DNS provider asks for it. */
export interface DnsRecord {
  /** `_dmarc.kvist.example` */
  name: string;
  type: 'TXT' | 'PTR' | 'A' | 'AAAA';
  value: string;
  /** The value as it has to be split when it is longer than one string of a TXT record may be; receivers join them without a blank. */
  strings?: string[];
  /** What stands at the name and has to go, word for word; outsiders' text. Beside it the record would do harm: two SPF records are none. */
  replaces?: string[];
}

/** Octets in one string of a TXT record (RFC 1035 section 3.3). */
const STRING_AT_MOST = 255;

/** A TXT record of ASCII text, in as many strings as it takes. */
export function txtAt(name: string, value: string): DnsRecord {
  if (value.length <= STRING_AT_MOST) return { name, type: 'TXT', value };
  return { name, type: 'TXT', value, strings: stringsOf(value) };
}

/** Parted within words: a form that trims what it is given takes no blank away. */
function stringsOf(value: string): string[] {
  let end = STRING_AT_MOST;
  while (end > 1 && value.slice(end - 1, end + 1).includes(' ')) end--;
  return value.length <= STRING_AT_MOST ? [value] : [value.slice(0, end), ...stringsOf(value.slice(end))];
}

/** The value as a zone file has it, and as the forms of DNS providers take it: in quotation marks where it is several strings. */
export function written({ value, strings }: DnsRecord): string {
  return strings === undefined ? value : strings.map((text) => `"${text}"`).join(' ');
}

/** One thing looked at. Texts are plain, may hold outsiders' text, and are escaped where they are shown. */
export interface Point {
  state: PointState;
  /** DKIM: the selector, by which the point is known again. */
  selector?: string;
  /** What was found, for people: "mail1.example.net, and back to 203.0.113.17". */
  text: string;
  /** What stands in the DNS, word for word; outsiders' text. */
  record?: string;
  /** What to do, in whole sentences. */
  advice?: string;
  /** The records to publish, word for word; outsiders' text where it mends theirs. */
  publish?: DnsRecord[];
  /** Unknown now: what the last answer said, and when (ms) that was. */
  lastKnown?: { state: 'ok' | 'bad'; text: string; record?: string; at: number };
}

/** One of our outbound addresses. */
export interface AddressLook {
  kind: 'address';
  ip: string;
  lookedAt: number;
  /** The reverse name exists, leads back to the address, and is not one that a machine made up. */
  ptr: Point;
  /** The reverse name is the name the relay greets with. */
  helo: Point;
  /** SPF of the greeting name (RFC 7208 section 2.3) authorises the address. */
  spf: Point;
}

/** A domain whose mail we carry. */
export interface DomainLook {
  kind: 'domain';
  domain: string;
  lookedAt: number;
  /** It is not in the DNS, and is no name of our own: this alone is told, and stands in place of every other point. */
  name?: Point;
  spf: Point;
  /** One per selector that is configured. */
  dkim: Point[];
  dmarc: Point;
}

export type Look = AddressLook | DomainLook;

/** The key a look is kept under: `ip:203.0.113.17`, `domain:kvist.example`. */
export function subjectOf(look: Look): string {
  return look.kind === 'address' ? `ip:${look.ip}` : `domain:${look.domain}`;
}

/** The points of a look with their names for people, in the order they are shown. */
export function pointsOf(look: Look): { name: string; point: Point }[] {
  if (look.kind === 'address')
    return [
      { name: 'PTR', point: look.ptr },
      { name: 'HELO', point: look.helo },
      { name: 'SPF', point: look.spf },
    ];
  return look.name ? [{ name: 'name', point: look.name }] : recordPoints(look);
}

/** What is known of each record, also where the name is not there and nothing of it is told. */
export function recordPoints(look: Look): { name: string; point: Point }[] {
  if (look.kind === 'address') return pointsOf(look);
  return [
    { name: 'SPF', point: look.spf },
    ...look.dkim.map((point) => ({ name: `DKIM ${point.selector ?? ''}`.trimEnd(), point })),
    { name: 'DMARC', point: look.dmarc },
  ];
}

/** Reports whether nobody looked at the domain's DKIM: the DNS does not tell which keys there are, so the selectors have to be known. */
export function isWithoutDkim(look: Look): boolean {
  return look.kind === 'domain' && !look.name && look.dkim.length === 0;
}

/** bad when anything is, else unknown when anything is. */
export function stateOf(look: Look): PointState {
  const states = pointsOf(look).map(({ point }) => point.state);
  return states.includes('bad') ? 'bad' : states.includes('unknown') ? 'unknown' : 'ok';
}
