// The shape of a sender address: what is left when the parts that a program makes for each message are taken out. Ticket systems,
// mailing-list software and forwarders write a new address for every message (VERP, SRS, `ticket+4711@`); if each counted as a new sender
// they would look like forgers. Pure.
import { domainOf } from '../../mail/address.js';

/**
 * The address with its variable parts replaced: `ticket+4711@a.example` → `ticket+@a.example`,
 * `bounce-99-ann=b.example@a.example` → `bounce=@a.example`, `SRS0=x=y@a.example` → `srs0=@a.example`.
 */
export function shapeOf(sender: string): string {
  const at = sender.lastIndexOf('@');
  if (at < 0) return sender;
  const local = sender.slice(0, at);
  return `${shapeOfLocalPart(local)}@${domainOf(sender)}`;
}

/** Stands in a shape for a number or an id. */
export const NUMBER = '#';
/** Letters of an id that is no name: half an MD5. */
const LONG_ID = 16;

function shapeOfLocalPart(local: string): string {
  if (isInventedName(local)) return local;
  const plus = local.indexOf('+');
  if (plus > 0) return `${local.slice(0, plus)}+`;
  // VERP and SRS write another address into the local part, with `=` for its `@`.
  if (local.includes('=')) return `${/^[a-z]+\d?/.exec(local)?.[0] ?? ''}=`;
  // Digits inside a name (`ann2@`) are the person's; three and more, or a long hexadecimal word, are a counter.
  const counted = local.replace(/(?<![0-9a-f])[0-9a-f]*\d[0-9a-f]{7,}/g, NUMBER).replace(/\d{3,}/g, NUMBER);
  if (!/[\d#]/.test(counted)) return counted;
  const words = counted.split(/([-._])/);
  const number = words.findIndex((word) => word.includes(NUMBER));
  // Behind its number a program may write an id (`ticket-145522-92bbcd`), which nobody's name is.
  return words.map((word, i) => (number >= 0 && i > number && /[\d#]/.test(word) ? NUMBER : withoutId(word))).join('');
}

/**
 * Reports whether a local part is one short word of letters and digits mixed (`9cfbac6e`, `x7k2p9`): a mailbox somebody invented. A program
 * writes its ids beside a word (`ticket-4711`), longer, or in digits alone (the numbers of a fax gateway).
 */
function isInventedName(local: string): boolean {
  return local.length < LONG_ID && /^(?=.*[a-z])[a-z]*\d[a-z\d]*[a-z][a-z\d]*$/.test(local);
}

/** A word in which letters and digits alternate (`ad34a4`) is an id that a program made. */
function withoutId(word: string): string {
  const changes = word.match(/[a-z][\d#]|[\d#][a-z]/g)?.length ?? 0;
  return changes >= 2 ? NUMBER : word;
}

/** Reports whether a program made the address for one message or one recipient: with another address in it, or text behind a plus. */
export function isNumbered(sender: string): boolean {
  return /[+=]/.test(sender.slice(0, Math.max(0, sender.lastIndexOf('@'))));
}

/** Reports whether a forwarder wrote the sender (SRS; Gmail's `+caf_=`): refusals of such mail say nothing of the customer's own. */
export function isForwarding(sender: string): boolean {
  return /^srs[01][=+-]/.test(sender) || sender.includes('+caf_=');
}
