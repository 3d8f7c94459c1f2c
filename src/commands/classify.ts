// `relaywarden classify`: what refusals mean, whose list we are on, and the way off it. A line of JSON for each reply, or words for people.
import { createReadStream } from 'node:fs';
import { type Removal, removalOf } from '../delisting/removal.js';
import { fileTrouble, statOf, UserError } from '../errors.js';
import { classifyReply, type Meaning, type ReplyMeaning } from '../intake/replies/index.js';
import { ReplyLines } from '../intake/reply-lines.js';
import { unpacked } from '../intake/unpacked.js';
import { catalogueOf } from '../wiring/describe-list.js';
import { AlikeReplies, type Names } from './classify-text.js';
import {
  endQuietlyOnClosedPipe,
  inviteToType,
  isForPeople,
  makeCommand,
  optionalConfig,
  printLine,
} from './terminal/options.js';

interface Options {
  config?: string;
  text?: boolean;
  json?: boolean;
}

/** What is printed for a reply; stable, scripts rest on it. */
export interface Classified {
  reply: string;
  meaning: Meaning | 'unknown';
  provider: string | null;
  /**
   * Id of the list in the catalogue, or its zone where the catalogue does not know it. Of a company whose opinion many receivers ask,
   * without a list in the DNS: its id, as `provider`.
   */
  list: string | null;
  ip: string | null;
  rerouteHelps: boolean;
  /** `url` is the form or page, or a mailto: address where one writes. */
  delisting: (Pick<Removal, 'method' | 'asks' | 'expectedHours'> & { url: string | null }) | null;
}

export function classifyCommand() {
  return makeCommand(
    'classify',
    'say what SMTP replies mean, and the way off a list',
    'grep -o "said: .*" mail.log | relaywarden classify\n  relaywarden classify --text replies.txt',
  )
    .argument('[file]', 'replies, one a line, gzip is unpacked; without it, or with -, they are read from stdin', '-')
    .option('--json', 'a line of JSON for each reply (the default where stdout is no terminal)')
    .option(
      '--text',
      'a few lines of words for each, alike ones together: what it means, who refuses, what to do next (the default on a terminal)',
    )
    .addHelpText('after', HELP)
    .action(run);
}

const HELP = `
Each line of JSON has
  reply         the reply as it was read
  meaning       see below
  provider      who refused, as in the catalogue; null when nothing tells
  list          the blocklist it names: its id, or its zone where the catalogue does not know it; of a company that many
                receivers ask about addresses (Cloudmark, Proofpoint, Talos), its id, as in provider; else null
  ip            our address, when the reply names it; else null
  rerouteHelps  whether mail from another address would be taken
  delisting     the way off: url (a page, or mailto:), method, asks (what they want), expectedHours (least and most); else null

meaning is one of ip-block, ip-throttle, dnsbl, domain-block, domain-throttle, content, auth, ptr, tls, volume, recipient-volume,
recipient-policy, policy, unknown-user, mailbox-full, temporary, receiver-misconfigured, unknown.

Exit code: 0 the replies were read, whatever they mean; 2 the call is wrong, or the file: it is empty, or most of its
lines are no replies.`;

async function run(file: string, options: Options): Promise<void> {
  endQuietlyOnClosedPipe();
  const { classify, namesOf } = classifier(optionalConfig(options.config));
  const alike = isForPeople(options) ? new AlikeReplies() : undefined;
  const name = file === '-' ? 'stdin' : file;
  const lines = new ReplyLines();
  const doubt = new Doubt(isTyped(file), lines);
  const take = async (replies: string[], isLast: boolean) => {
    const results = doubt.take(replies.map(classify), isLast);
    if (!isLast && doubt.isHopeless) throw new UserError(doubt.remark(name, `first ${lines.count}`));
    if (!alike) return print(results.map((result) => JSON.stringify(result)));
    for (const result of results) alike.add(result, namesOf(result));
    if (isLast || alike.isFull) await print(alike.take());
  };
  // Who types waits for the answer to each paste.
  for await (const chunk of bytesOf(file)) await take(lines.feed(chunk), isTyped(file));
  await take(lines.finish(), true);
  const remark = doubt.remark(name, `${lines.count}`);
  // A filter before us may find nothing; a file that somebody names has something in it.
  if (remark && (doubt.isWrongFile || (doubt.isEmpty && file !== '-'))) throw new UserError(remark);
  if (remark) process.stderr.write(`${remark}\n`);
}

function isTyped(file: string): boolean {
  return file === '-' && process.stdin.isTTY;
}

/** From so many lines on, a file most of whose lines are no replies is the wrong one; a few lines may be one reply, pasted as it was folded. */
const ENOUGH_TO_TELL = 10;
/** So many results are held back; then the rest is not read any more. */
const MOST_HELD = 10_000;

/** Whether it is the right file at all. Holds the results back as long as most are of lines that are no replies, and once they are not, never. */
class Doubt {
  private held: Classified[] = [];
  private count = 0;
  private strange = 0;

  constructor(
    private isOver: boolean,
    private readonly lines: Pick<ReplyLines, 'isCut'>,
  ) {}

  /** Takes the next results; answers those that are to be shown. */
  take(results: Classified[], isLast: boolean): Classified[] {
    this.count += results.length;
    this.strange += results.filter(isNoReply).length;
    if (this.isOver) return results;
    this.held = this.held.concat(results);
    this.isOver = !this.areMostStrange || (isLast && !this.isWrongFile);
    return this.isOver ? this.held.splice(0) : [];
  }

  /** No more can be held back, and most is still no reply. */
  get isHopeless(): boolean {
    return this.held.length > MOST_HELD;
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** A single line may be a piece of a reply, but not when it is longer than any. */
  get isWrongFile(): boolean {
    const isNone = (this.count > 1 || this.lines.isCut) && this.strange === this.count;
    return isNone || (this.count >= ENOUGH_TO_TELL && this.areMostStrange);
  }

  /** `lines`: how many the file has, or which of them were read, empty ones too. */
  remark(name: string, lines: string): string | undefined {
    if (this.isEmpty) return `There is no reply in ${name}.`;
    if (!this.areMostStrange || (this.count < 2 && !this.isWrongFile)) return undefined;
    const good = this.count - this.strange;
    const some = `${good === 0 ? 'None' : `Only ${good}`} of the ${lines} lines ${good > 1 ? 'are SMTP replies' : 'is an SMTP reply'}`;
    const found = this.count === 1 ? 'The only line is no SMTP reply: it is too long' : some;
    return `${found}. Is ${name} the right file? Expected: replies, one a line.`;
  }

  private get areMostStrange(): boolean {
    return this.strange * 2 > this.count;
  }
}

/** It means nothing, and no code stands in it (RFC 5321 section 4.2). */
function isNoReply({ reply, meaning }: Classified): boolean {
  return meaning === 'unknown' && !/(?<![\w.])[245]\d\d(?![\w.])/.test(reply);
}

async function print(results: string[]): Promise<void> {
  if (results.length > 0) await printLine(results.join('\n'));
}

async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  if (file !== '-' && !statOf(file)) throw new UserError(`There is no file ${file}.`);
  const name = file === '-' ? 'stdin' : file;
  if (file === '-') inviteToType('replies, one a line');
  try {
    for await (const chunk of unpacked(file === '-' ? process.stdin : createReadStream(file))) {
      if (chunk.includes(0)) throw new UserError('it is no text, expected replies, one a line.');
      yield chunk;
    }
  } catch (error) {
    const reason = error instanceof UserError ? error.message : `${fileTrouble(error)}.`;
    throw new UserError(`${name} cannot be read: ${reason}`, { cause: error });
  }
}

function classifier(config: Parameters<typeof catalogueOf>[0]) {
  const { idOf, lists, receivers } = catalogueOf(config);
  const namesOf = ({ list, provider }: Classified): Names => {
    const known = lists.find(({ id }) => id === list);
    return {
      list: known && `${known.name}${known.operator === known.name ? '' : `, run by ${known.operator}`}`,
      provider: receivers.find(({ id }) => id === provider)?.name,
    };
  };
  const keepers = new Set(receivers.filter(({ kind }) => kind !== 'mailbox').map(({ id }) => id));
  /** Their block is one at all who ask them. */
  const isAskedByMany = ({ meaning, provider }: ReplyMeaning) => meaning === 'ip-block' && keepers.has(provider ?? '');
  const classify = (reply: string): Classified => {
    const read = classifyReply(inLines(reply));
    if (!read) return { reply, ...UNKNOWN };
    const own = isAskedByMany(read) ? read.provider : undefined;
    const list = (read.zone === undefined ? undefined : idOf(read.zone)) ?? own;
    return {
      reply,
      meaning: read.meaning,
      provider: read.provider ?? null,
      list: list ?? read.zone ?? null,
      ip: read.ip ?? null,
      rerouteHelps: read.rerouteHelps,
      delisting: wayOff(read, list, (id) => removalOf(id, { lists, receivers }, read.code)),
    };
  };
  return { classify, namesOf };
}

/** Exim writes the ends of lines so in its log. */
function inLines(reply: string): string {
  return reply.includes('\\n') ? reply.replaceAll('\\r', '').replaceAll('\\n', '\n') : reply;
}

const UNKNOWN = {
  meaning: 'unknown',
  provider: null,
  list: null,
  ip: null,
  rerouteHelps: false,
  delisting: null,
} as const;

/** Meanings that somebody can be asked to end. */
const ASKABLE: ReadonlySet<Meaning> = new Set(['ip-block', 'ip-throttle', 'dnsbl', 'domain-block', 'domain-throttle']);

/** At the list when the refusal names one we know, else at the receiver. */
function wayOff(
  { meaning, zone, provider }: ReplyMeaning,
  list: string | undefined,
  removalOfId: (id: string) => Removal,
): Classified['delisting'] {
  const at = list ?? (zone === undefined || meaning === 'ip-block' ? provider : undefined);
  if (at === undefined || !ASKABLE.has(meaning)) return null;
  const { url, mail, method, asks, expectedHours } = removalOfId(at);
  const letter = mail === undefined ? null : `mailto:${mail}`;
  return { url: method === 'email' ? (letter ?? url ?? null) : (url ?? letter), method, asks, expectedHours };
}
