// Hosts that refused us before any message was named, as KumoMTA logs them: one TransientFailure of its own (400) for all hosts tried, their
// answers printed within as Rust prints a value. Authority: kumod's ready_queue.rs and smtp_dispatcher.rs, since 2023-05:
//   KumoMTA internal: failed to connect to any candidate hosts: connect to 192.0.2.1:25 and read initial banner: Command rejected
//   Response { code: 554, enhanced_code: None, content: "mx.b.example no", command: None }, connect to …
import { readEndpoint } from '../endpoint.js';

interface ShutOut {
  /** The host's words, behind `after initial connection: ` when it greeted with them. */
  reply: string;
  /** Enhanced status code, '' for none. */
  dsn: string;
  remoteIp?: string;
}

const OWN_WORDS = 'KumoMTA internal: failed to connect to any candidate hosts: ';
const REJECTED = ': Command rejected Response { code: ';
const REST =
  /^([245]\d\d), enhanced_code: (?:None|Some\(EnhancedStatusCode \{ class: (\d), subject: (\d{1,3}), detail: (\d{1,3}) \}\)), content: "/;
/** What stands before REJECTED: the host, with its port, and what was done when it refused. */
const GREETED = /connect to (\S{1,80}) and read initial banner$/;
const NAMED = /(?:^|[ ,])(\S{1,80}): [EL]HLO after banner$/;
const LONGEST_BEFORE = 160;
const GREETING = 'after initial connection: ';

/** Of several hosts the first that refused for good, else the first that refused; undefined where none did. */
export function readShutOut(content: string): ShutOut | undefined {
  if (!content.startsWith(OWN_WORDS)) return undefined;
  let first: ShutOut | undefined;
  let from = OWN_WORDS.length;
  for (let at = content.indexOf(REJECTED, from); at >= 0; at = content.indexOf(REJECTED, from)) {
    const before = content.slice(Math.max(from, at - LONGEST_BEFORE), at);
    from = at + REJECTED.length;
    const head = REST.exec(content.slice(from, from + 120));
    if (!head) continue;
    const start = from + head[0].length;
    // Whatever the host said is within quotes: it cannot pass for what another said.
    from = endOfQuoted(content, start);
    const host = GREETED.exec(before) ?? NAMED.exec(before);
    if (!host) continue;
    const [, code = '', ...status] = head;
    const dsn = status[0] === undefined ? '' : status.join('.');
    const words = [code, dsn, unescaped(content.slice(start, from))].filter((part) => part !== '').join(' ');
    const remoteIp = readEndpoint(host[1] as string);
    const one = {
      reply: GREETED.test(before) ? `${GREETING}${words}` : words,
      dsn,
      ...(remoteIp === undefined ? {} : { remoteIp }),
    };
    if (code.startsWith('5')) return one;
    first ??= one;
  }
  return first;
}

/** Where the closing quote stands, or the end of what was cut off. */
function endOfQuoted(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at, text.length);
}

const ESCAPES: Record<string, string> = { n: '\n', r: '', t: ' ' };

/** `\n`, `\"`, `\\`, `\u{2028}`: as Rust writes them. */
function unescaped(text: string): string {
  return text.replace(/\\(?:u\{([0-9a-f]{1,6})\}|(.))/g, (_, hex: string | undefined, one: string) =>
    hex === undefined ? (ESCAPES[one] ?? one) : characterOf(Number.parseInt(hex, 16)),
  );
}

function characterOf(codePoint: number): string {
  return codePoint > 0x10ffff ? '\ufffd' : String.fromCodePoint(codePoint);
}
