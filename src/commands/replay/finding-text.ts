// A finding of a replay in words, for whoever reads it at a terminal: who, since when, one address or many, how sure, and why. And what other
// thresholds change about findings, as a table.
import { findReceiver } from '../../blocklists/receivers.js';
import type { BlockFinding, CompromiseFinding, Finding } from '../../detection/finding.js';
import { refusedOf } from '../../detection/finding.js';
import type { ReplayReport, ReportRow } from '../../detection/replay/replay-report.js';
import { UNATTRIBUTED } from '../../mail/customer.js';
import type { Directory } from '../../partners/directory.js';
import { sure } from '../../slack/messages/text/words.js';
import { type PageClock, pageClock } from '../../web/replay-page/clock.js';
import { aboutWhom, outcomeOf, shortened } from '../../web/replay-page/sentences.js';
import { andMore, count } from '../../words.js';
import { tableLines } from '../terminal/table.js';
import { visible } from '../terminal/visible.js';

/** So many names of a kind are shown of a finding; --json prints up to 200. */
const NAMES_SHOWN = 5;
const TEXT_SHOWN = 400;

/** What the texts need of who is who. */
export interface Teller {
  clock: PageClock;
  /** `Kvist AS (cust-04)` */
  nameOf: (customer: string) => string;
}

export function tellerOf({ customers, log_timezone: timeZone }: Pick<Directory, 'customers' | 'log_timezone'>): Teller {
  const names = new Map(customers.map(({ id, name }) => [id, name]));
  const nameOf = (id: string) => {
    const name = names.get(id);
    if (id === UNATTRIBUTED) return 'Nobody’s mail';
    return name === undefined || name === id ? id : `${name} (${id})`;
  };
  return { clock: pageClock(timeZone), nameOf };
}

/** A few lines, an empty one at the end. Without what could steer a terminal. */
export function findingText(finding: Finding, teller: Teller): string {
  const lines = finding.kind === 'blocklist' ? blockLines(finding, teller) : compromiseLines(finding, teller);
  return [...lines.map((line) => shortened(visible(line), TEXT_SHOWN)), ''].join('\n');
}

function compromiseLines(finding: CompromiseFinding, { clock, nameOf }: Teller): string[] {
  const { kind, at, since, customer, senders, senderCount, logins, clientIps, evidence, evidenceOf } = finding;
  const shape = kind === 'single' ? 'one address' : `many addresses (${senderCount.toLocaleString('en-US')})`;
  const how = `${sure(finding.confidence)}${finding.isCold ? ', less sure: no history yet' : ''}`;
  const much = `${count(finding.messages, 'message')} to ${count(finding.recipients, 'recipient')}`;
  return [
    `${moment(clock, at)} ${clock.zone}  ${nameOf(customer)}: ${shape}, ${how}`,
    `  since    ${moment(clock, since)}, ${much} by then`,
    ...namesLine('senders', senders, senderCount),
    ...namesLine('logins', logins),
    ...namesLine('from IP', clientIps),
    ...namesLine('judged by', evidenceOf?.sender === undefined ? [] : [evidenceOf.sender]),
    ...evidence.map((reason) => `  • ${reason}`),
  ];
}

function blockLines(finding: BlockFinding, { clock, nameOf }: Teller): string[] {
  const { at, since, provider, code, reply, refusals, customers } = finding;
  return [
    `${moment(clock, at)} ${clock.zone}  ${refusedOf(finding)} is refused by ${receiverName(provider)}${code === '' ? '' : ` (${code})`}`,
    `  since    ${moment(clock, since)}, ${count(refusals, 'refusal')} by then`,
    ...namesLine('hits', customers.map(nameOf)),
    `  • ${reply}`,
  ];
}

/** As a card calls it: the name of a receiver that we know, else as the finding has it. */
function receiverName(provider: string): string {
  return findReceiver(provider)?.name ?? provider;
}

function namesLine(what: string, names: readonly string[], total = names.length): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, NAMES_SHOWN).map((name) => (name === '' ? '<>' : visible(name, 80)));
  return [`  ${what.padEnd(8)} ${andMore(shown, total)}`];
}

function moment({ date, time }: PageClock, at: number): string {
  return `${date(at)} ${time(at)}`;
}

/** A row for each incident that either run tells; none when there is none. */
export function changesTable({ changes }: ReplayReport, teller: Teller): string[] {
  if (changes.length === 0) return [];
  const rows = changes.map(({ row }) => changeRow(row, teller).map((cell) => visible(cell, 120)));
  return tableLines([
    ['', `since (${teller.clock.zone})`, 'now', 'with the change', 'known to be', 'whose', 'what'],
    ...rows,
  ]);
}

function changeRow(row: ReportRow, { clock, nameOf }: Teller): string[] {
  const { kind, names } = aboutWhom(row);
  const isSameDay = (at: number) => clock.date(at) === clock.date(row.since);
  const told = (alarm: ReportRow['now']) =>
    alarm ? (isSameDay(alarm.at) ? clock.time : clock.both)(alarm.at) : 'never';
  return [
    ...[outcomeOf(row).word, moment(clock, row.since), told(row.now), told(row.changed), row.verdict ?? ''],
    ...[row.kind === 'blocklist' ? row.whose : nameOf(row.whose), `${kind}: ${names}`],
  ];
}
