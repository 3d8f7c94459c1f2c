// Who wrote a log line: host, Postfix instance and daemon, from `relay2 postfix-out/submission/smtpd[77]: `. What the daemon is says
// how the rest is read; the same few hosts and daemons come again and again, so each is worked out once.
import type { Joiner } from '../../join.js';
import type { QueueScope } from '../../open-messages.js';
import { ByteCache } from '../byte-cache.js';
import { Page, SPACE } from '../page.js';

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
  /** Host and syslog_name: `postfix`, `postfix-out`. */
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

/** Host and program, as long as they are looked for among the recent ones. */
const LONGEST = 80;
const RECENT = 64;
const RECENT_SHIFT = 26;
const SLASH = 0x2f;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const COLON = 0x3a;

/** Reads origins. `next` is where the text begins that follows the last one. */
export class OriginReader {
  next = 0;
  private readonly known: ByteCache<Origin>;
  /** The origins seen last, by a few of their bytes: a line's is nearly always among them, and then nothing need be searched. */
  private readonly recent: Recent[] = new Array(RECENT).fill(NEVER);
  /** Where, in the last line, the host ended and the program's name began. */
  private hostLength = 4;
  private headLength = 0;

  constructor(joiner: Joiner) {
    this.known = new ByteCache(1024, (page, from, to) => originOf(page.text(from, to), joiner));
  }

  /** The origin at `from`, in a line that ends before `end`; undefined when it is no syslog line. */
  read(page: Page, from: number, end: number): Origin | undefined {
    if (from + LONGEST > page.end) return this.search(page, from, end);
    const recent = this.recent[this.placeOf(page.view, from)] as Recent;
    if (!recent.stands(page.view, from)) return this.search(page, from, end);
    return this.endAt(page, from + recent.length, end) ? recent.origin : undefined;
  }

  private search(page: Page, from: number, end: number): Origin | undefined {
    const { bytes } = page;
    const hostEnd = page.findByte(SPACE, from, end);
    if (hostEnd < 0) return undefined;
    let at = hostEnd + 1;
    let slash = 0;
    for (
      let code = bytes[at] as number;
      code !== OPEN && code !== COLON && code > SPACE;
      code = bytes[++at] as number
    ) {
      if (code === SLASH && slash === 0) slash = at;
    }
    if (!this.endAt(page, at, end)) return undefined;
    const origin = this.known.get(page, from, at);
    if (slash > 0 && hostEnd - from >= 4 && at - from <= LONGEST - 8 && from + LONGEST <= page.end) {
      this.hostLength = hostEnd - from;
      this.headLength = slash + 1 - from;
      const recent = new Recent(page, from, at, origin);
      if (recent.isCertain) this.recent[this.placeOf(page.view, from)] = recent;
    }
    return origin;
  }

  private placeOf(view: DataView, from: number): number {
    const name = from + this.headLength;
    const host = view.getInt32(from + this.hostLength - 4, true);
    const bits = view.getInt32(name, true) ^ Math.imul(view.getUint8(name + 4) ^ host, 0x85ebca6b);
    return Math.imul(bits, 0x9e3779b1) >>> RECENT_SHIFT;
  }

  /** Passes over `[812]: ` or `: `; false when neither stands at `from`. A process id may be padded with spaces, or missing. */
  private endAt({ bytes }: Page, from: number, end: number): boolean {
    let at = from;
    if (bytes[at] === OPEN) {
      while (at < end && bytes[at] !== CLOSE) at++;
      at++;
    }
    if (at >= end || bytes[at] !== COLON) return false;
    this.next = bytes[at + 1] === SPACE ? at + 2 : at + 1;
    return true;
  }
}

/** An origin and the bytes it is known by, eight at a time. Declared as `OpenMessage` is. */
class Recent {
  declare readonly length: number;
  declare private readonly first: number;
  declare private readonly last: number;
  private readonly between: Float64Array;

  constructor(
    page: Page,
    from: number,
    to: number,
    readonly origin: Origin | undefined,
  ) {
    this.length = to - from;
    this.first = page.eight(from);
    this.last = page.eight(to - 8);
    this.between = Float64Array.from({ length: Math.max(0, (this.length - 9) >> 3) }, (_, i) =>
      page.eight(from + 8 + i * 8),
    );
  }

  /** Reports whether no other bytes are equal to these. */
  get isCertain(): boolean {
    return this.length >= 8 && this.first !== 0 && this.last !== 0 && !this.between.includes(0);
  }

  /** Whoever asks has seen that there are as many bytes. */
  stands(view: DataView, from: number): boolean {
    const { between, length } = this;
    if (view.getFloat64(from, true) !== this.first) return false;
    if (view.getFloat64(from + length - 8, true) !== this.last) return false;
    for (let i = 0; i < between.length; i++) if (view.getFloat64(from + 8 + i * 8, true) !== between[i]) return false;
    const end = view.getUint8(from + length);
    return end === OPEN || end === COLON;
  }
}

const NEVER = new Recent(new Page(), 0, 0, undefined);

/** `relay2 postfix-out/submission/smtpd`: what stands behind the last slash is the program. */
function originOf(text: string, joiner: Joiner): Origin {
  const hostEnd = text.indexOf(' ');
  const tag = text.slice(hostEnd + 1);
  const slash = tag.indexOf('/');
  const known = slash > 0 ? ROLES.get(tag.slice(tag.lastIndexOf('/') + 1)) : undefined;
  const role = known ?? (slash > 0 && tag.startsWith('postfix') ? 'quiet' : 'foreign');
  if (role === 'foreign') return { scope: NOWHERE, role };
  const scope = joiner.scopeOf(text.slice(0, hostEnd), tag.slice(0, slash));
  if (role === 'qmgr') scope.hasQueue = true;
  return { scope, role };
}

const NOWHERE: QueueScope = { relay: '', instance: '', hasQueue: false };
