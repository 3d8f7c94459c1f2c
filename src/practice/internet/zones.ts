// The practice DNS: what the responder says about the practice blocklists and our own hosts, as things stand in the world at that moment.
import ipaddr from 'ipaddr.js';
import type { DnsQuestion, DnsReply } from './dns-server.js';
import { MAIL_RECORDS } from './mail-records.js';
import { CLEAN_MTA, RELAYS } from './people.js';
import { PRACTICE_LISTS, type PracticeList } from './practice-lists.js';
import type { World } from './world.js';

/** Short, so that a listing that ends is seen to end. */
const TTL_S = 30;

const HOSTS = [
  ...RELAYS.map(({ host, name, outbound_ip: ip }) => ({ name: name ?? host, ip: ip ?? '' })),
  { name: CLEAN_MTA.host, ip: CLEAN_MTA.ip },
];

/** Our hosts' names and their reverse names agree, as receivers expect (RFC 1912 section 2.1), and their greetings pass SPF. */
const HOST_RECORDS = new Map<string, DnsReply>(
  HOSTS.flatMap(({ name, ip }) => [
    [name, { a: [ip], txt: ['v=spf1 a -all'], ttlS: TTL_S }],
    [`${ip.split('.').reverse().join('.')}.in-addr.arpa`, { ptr: [name], ttlS: TTL_S }],
  ]),
);

/** The `answer` of a DNS responder for the practice internet; `now` gives practice ms. */
export function answerZones(world: World, now: () => number): (question: DnsQuestion) => DnsReply | undefined {
  return ({ name }) => {
    const list = PRACTICE_LISTS.find(({ entry }) => name === entry.zone || name.endsWith(`.${entry.zone}`));
    if (list) return listReply(list, name.slice(0, -list.entry.zone.length - 1), now(), world);
    return HOST_RECORDS.get(name) ?? MAIL_RECORDS.get(name);
  };
}

function listReply(list: PracticeList, prefix: string, at: number, world: World): DnsReply | undefined {
  switch (list.manner) {
    case 'dead':
      return { fault: 'silent' };
    case 'refuses':
      return listed('127.255.255.254', 'Open resolver; see https://www.portcullis.example/usage');
    case 'lists the world':
      return listed('127.0.0.2', 'This list has closed');
    case 'sound': {
      const found = testEntry(list, prefix) ?? list.look?.(targetOf(prefix), at, world);
      return found && listed(found.code, found.text);
    }
  }
}

function listed(code: string, text: string): DnsReply {
  return { a: [code], txt: [text], ttlS: TTL_S };
}

/** 127.0.0.2, ::FFFF:7F00:2 and the name `test` are always listed (RFC 5782 section 5), with the first code the list documents. */
function testEntry({ entry }: PracticeList, prefix: string): { code: string; text: string } | undefined {
  const target = targetOf(prefix);
  if (target !== '127.0.0.2' && target !== 'test') return undefined;
  const [first = '127.0.0.2'] = Object.keys(entry.return_codes ?? {});
  return { code: first.includes('.') ? first : `127.0.0.${first}`, text: 'Test entry' };
}

/** The address or domain that a blocklist is asked about (RFC 5782 section 2); a mapped IPv4 address comes out as IPv4. */
export function targetOf(prefix: string): string {
  const labels = prefix.split('.').reverse();
  if (labels.length === 4 && ipaddr.IPv4.isValidFourPartDecimal(labels.join('.'))) return labels.join('.');
  if (labels.length === 32 && labels.every((label) => /^[0-9a-f]$/.test(label))) {
    const groups = labels.join('').match(/.{4}/g) ?? [];
    return ipaddr.process(groups.join(':')).toString();
  }
  return prefix;
}
