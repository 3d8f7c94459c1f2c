// What the hosts of a receiver said before the last one was tried, which Postfix logs as lines of their own (smtp_trouble.c, smtp_proto.c):
//
//   host mx1.example[192.0.2.1] refused to talk to me: 554 5.7.1 Client host [203.0.113.1] blocked using zen.spamhaus.org
//   host mx2.example[192.0.2.2] said: 451 4.7.1 try again later (in reply to RCPT TO command)
//
// Of the last host the line `to=<…>` tells. Hosts that said nothing (`lost connection with …`) have not refused anything.
import type { HostRefused } from '../../../mail/event.js';
import { type Page, SPACE, word } from '../page.js';
import type { Names } from './names.js';

const HOST = word('host ');
const REFUSED = word(' refused to talk to me: ');
const SAID = word(' said: ');

/** The refusal in bytes[from, end), with the reply as `status=deferred (…)` has it; undefined when the line says something else. */
export function readHostRefusal(
  page: Page,
  from: number,
  end: number,
  names: Names,
): Omit<HostRefused, 'kind' | 'at' | 'message'> | undefined {
  if (!page.has(HOST, from)) return undefined;
  const nameAt = from + HOST.length;
  const nameEnd = page.findByte(SPACE, nameAt, end);
  if (nameEnd < 0 || !(page.has(REFUSED, nameEnd) || page.has(SAID, nameEnd))) return undefined;
  const { name, ip } = names.hosts.get(page, nameAt, nameEnd);
  return {
    ...(name === undefined ? {} : { remoteHost: name }),
    ...(ip === undefined ? {} : { remoteIp: ip }),
    reply: page.text(from, end),
  };
}
