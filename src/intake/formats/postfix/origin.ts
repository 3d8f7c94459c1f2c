// Who wrote a log line: host, Postfix instance and daemon, from `relay2 postfix-out/submission/smtpd[77]: `. What the daemon is says
// how the rest is read; the same few hosts and daemons come again and again, so each is worked out once.
import type { Joiner } from '../../join.js';
import type { QueueScope } from '../../open-messages.js';
import { ByteCache } from '../byte-cache.js';
import { LF, type Page, SPACE } from '../page.js';

/** `delivery`: every agent that hands mail on; `quiet`: the daemons that say nothing about a message we need; `foreign`: other programs. */
export type Role =
  | 'smtpd'
  | 'postscreen'
  | 'cleanup'
  | 'qmgr'
  | 'delivery'
  | 'bounce'
  | 'pickup'
  | 'postsuper'
  | 'quiet'
  | 'foreign';

export interface Origin {
  /** Host and syslog_name of the instance: `postfix`, `postfix-out`. */
  scope: QueueScope;
  role: Role;
}

/** Programs of Postfix 3.4 to 3.11 that write about messages. */
const ROLES = new Map<string, Role>([
  ['smtpd', 'smtpd'],
  ['qmqpd', 'smtpd'],
  ['postscreen', 'postscreen'],
  ['cleanup', 'cleanup'],
  ['qmgr', 'qmgr'],
  ['oqmgr', 'qmgr'],
  ['nqmgr', 'qmgr'],
  ['bounce', 'bounce'],
  ['pickup', 'pickup'],
  ['postsuper', 'postsuper'],
  ...['smtp', 'lmtp', 'local', 'virtual', 'pipe', 'error', 'retry', 'discard', 'relay'].map(
    (name) => [name, 'delivery'] as const,
  ),
]);

const OPEN = 0x5b;
const CLOSE = 0x5d;
const COLON = 0x3a;

/** Reads origins. `next` is where the text begins that follows the last one. */
export class OriginReader {
  next = 0;
  private readonly known: ByteCache<Origin>;

  constructor(joiner: Joiner) {
    this.known = new ByteCache(1024, (page, from, to) => originOf(page.text(from, to), joiner));
  }

  /** The origin at `from`; undefined when the line is no syslog line. */
  read(page: Page, from: number): Origin | undefined {
    const { bytes } = page;
    let at = from;
    while (bytes[at] !== SPACE) if (bytes[at++] === LF) return undefined;
    let code = bytes[++at] as number;
    while (code !== OPEN && code !== COLON && code > SPACE) code = bytes[++at] as number;
    const tagEnd = at;
    if (code === OPEN) at = endOfPid(page, at);
    if (bytes[at] !== COLON) return undefined;
    at++;
    this.next = bytes[at] === SPACE ? at + 1 : at;
    return this.known.get(page, from, tagEnd);
  }
}

/** What follows `[812]`; a process id may be padded with spaces or missing. */
function endOfPid(page: Page, open: number): number {
  let at = open + 1;
  while (page.byte(at) !== CLOSE) if (page.byte(at++) === LF) return open;
  return at + 1;
}

/** `relay2 postfix-out/submission/smtpd`: what stands behind the last slash is the program. */
function originOf(text: string, joiner: Joiner): Origin {
  const hostEnd = text.indexOf(' ');
  const tag = text.slice(hostEnd + 1);
  const slash = tag.indexOf('/');
  const known = slash > 0 ? ROLES.get(tag.slice(tag.lastIndexOf('/') + 1)) : undefined;
  const role = known ?? (slash > 0 && tag.startsWith('postfix') ? 'quiet' : 'foreign');
  if (role === 'foreign') return { scope: NOWHERE, role };
  return { scope: joiner.scopeOf(text.slice(0, hostEnd), tag.slice(0, slash)), role };
}

const NOWHERE: QueueScope = { relay: '', instance: '' };
