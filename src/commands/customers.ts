// `relaywarden customers`: what is wrong in the customer file, which mail belongs to nobody, and whose a name is.
import { existsSync } from 'node:fs';
import type { Config } from '../config.js';
import { counted } from '../detection/replay-words.js';
import { savedHints } from '../detection/saved-hints.js';
import { volumeOf } from '../detection/traffic-report.js';
import { isOnlyRefused } from '../detection/unowned.js';
import { UserError } from '../errors.js';
import type { Customer, Directory } from '../partners/directory.js';
import { type Found, findCustomer } from '../partners/find.js';
import { mergeDirectory } from '../partners/load.js';
import { type Fault, faultsOf } from '../partners/overlaps.js';
import { type Answer, whose } from '../partners/whose.js';
import { type Stray, straysInDb, straysInLogs } from './customers-strays.js';
import { endQuietlyOnClosedPipe, makeCommand, makeGroup, type OnExit, optionalConfig, printLine } from './options.js';
import { tableLines } from './table.js';
import { visible } from './visible.js';

const DAY_MS = 86_400_000;
const EXIT_FOUND = 1;
const EXIT_NOBODYS = 1;
/** Lines of a table for people; --json prints all. */
const MOST_SHOWN = 50;

interface Options {
  config?: string;
  customers?: string;
  log?: string[];
  days: string;
  refused?: boolean;
  json?: boolean;
}

export function customersCommand(onExit: OnExit) {
  const group = makeGroup(
    'customers',
    'check the customer file, or ask whose something is',
    'relaywarden customers check',
  );
  group.addCommand(
    makeCommand(
      'check',
      'overlaps and gaps in the customer file, and mail that belongs to nobody',
      'relaywarden customers check\n  relaywarden customers check --customers customers.yml --log /var/log/mail.log',
    )
      .option('--customers <file>', 'the customer file, JSON or YAML (default: as in the configuration)')
      .option('--log <file...>', 'look in these logs for mail that is nobody’s (default: what was counted so far)')
      .option('--days <n>', 'how many days of what was counted', '14')
      .option('--refused', 'also addresses and sender domains of which no message was ever taken')
      .option('--json', 'a line of JSON for each finding')
      .addHelpText(
        'after',
        '\nExit code: 0 nothing to say, 1 something to mend or to find an owner for, 2 the call is wrong.',
      )
      .action(async (options) => onExit(await check(options))),
  );
  group.addCommand(
    makeCommand(
      'show',
      'whose a login, sender, domain or client address is, and by what rule; or all of a customer',
      'relaywarden customers show anna@example.com\n  relaywarden customers show 198.51.100.7',
    )
      .argument('<what>', 'customer id or name, mail address, login, domain or IP address')
      .option('--customers <file>', 'the customer file, JSON or YAML (default: as in the configuration)')
      .option('--json', 'a line of JSON for each answer')
      .addHelpText('after', '\nExit code: 0 somebody’s, 1 nobody’s, 2 the call is wrong.')
      .action(async (what, options) => onExit(await show(what, options))),
  );
  return group;
}

async function check(options: Options): Promise<number> {
  endQuietlyOnClosedPipe();
  const { directory, localDomains, traffic } = whoIsWho(options);
  const faults = faultsOf(directory);
  const days = daysOf(options.days);
  const all = options.log
    ? await straysInLogs(options.log, directory, localDomains)
    : straysInDb(traffic, directory, localDomains, Date.now() - days * DAY_MS);
  const strays = options.refused ? all : all.filter((stray) => !isOnlyRefused(stray));
  if (options.json) {
    for (const fault of faults) await printLine(JSON.stringify(fault));
    for (const stray of strays) await printLine(JSON.stringify(asJson(stray)));
  } else {
    const isCounted = options.log !== undefined || (traffic !== undefined && existsSync(traffic));
    const last = isCounted
      ? strayCounts(strays)
      : 'no mail was counted yet, --log FILE looks for what is nobody’s in a log';
    const closing = `${directory.customers.length} customers: ${faults.length} to mend; ${last}.`;
    const left = refusedLines(all.length - strays.length);
    for (const line of [...faultLines(faults), ...strayLines(strays), ...left, closing]) await printLine(line);
  }
  return faults.length + strays.length > 0 ? EXIT_FOUND : 0;
}

/** What is counted by the hour is not said to have been seen later than now. */
function asJson({ firstSeenAt, lastSeenAt, isByHour, ...stray }: Stray) {
  const iso = (at: number) => new Date(at).toISOString();
  const last = isByHour ? Math.min(lastSeenAt, Date.now()) : lastSeenAt;
  return { kind: 'unowned', ...stray, firstSeen: iso(firstSeenAt), lastSeen: iso(last) };
}

/** Most of those are nobody's business: machines that knock at every mail server. */
function refusedLines(count: number): string[] {
  if (count === 0) return [];
  const what = count === 1 ? '1 more address or sender domain was' : `${count} more addresses and sender domains were`;
  return [`${what} refused every time: strangers, mostly. --refused lists them.`];
}

function faultLines(faults: readonly Fault[]): string[] {
  return faults.flatMap(({ text, advice }) => [visible(text), `  → ${visible(advice)}`]);
}

function strayLines(strays: readonly Stray[]): string[] {
  if (strays.length === 0) return [];
  const minute = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  /** Counted by the hour: `2026-01-14 10h` is somewhen in that hour. */
  const time = (at: number, isByHour: boolean) => (isByHour ? `${minute(at).slice(0, 13)}h` : minute(at));
  const rows = strays
    .slice(0, MOST_SHOWN)
    .map(({ what, name, messages, refused, firstSeenAt, lastSeenAt, isByHour, why }) => [
      ...[what, visible(name, 80), messages.toLocaleString('en-US'), refused.toLocaleString('en-US')],
      ...[time(firstSeenAt, isByHour), time(isByHour ? lastSeenAt - 1 : lastSeenAt, isByHour), why ?? ''],
    ]);
  const left = strays.length - rows.length;
  return [
    'Mail that belongs to nobody:',
    ...tableLines([['what', 'name', 'messages', 'refused', 'first seen', 'last seen (UTC)', 'perhaps'], ...rows]),
    ...(left > 0 ? [`… and ${left} more; --json prints all of them.`] : []),
  ];
}

function strayCounts(strays: readonly Stray[]): string {
  const of = (what: Stray['what']) => strays.filter((stray) => stray.what === what).length;
  const logins = counted(of('login'), 'login');
  const domains = counted(of('domain'), 'sender domain');
  const addresses = of('address') === 1 ? '1 address' : `${of('address')} addresses`;
  return `${logins}, ${addresses} and ${domains} ${strays.length === 1 ? 'belongs' : 'belong'} to nobody`;
}

async function show(what: string, options: Omit<Options, 'days'>): Promise<number> {
  endQuietlyOnClosedPipe();
  const { directory, localDomains, traffic } = whoIsWho(options);
  const hints = traffic === undefined ? new Map() : savedHints(traffic);
  const hintFor = (clientIp: string): string | undefined => {
    const row = hints.get(clientIp);
    return row?.isLearned ? row.customer : undefined;
  };
  const perhapsOf = (clientIp: string): string | undefined => {
    const row = hints.get(clientIp);
    return row && !row.isLearned && row.customer !== '' ? row.customer : undefined;
  };
  const known = whose(directory, what, { localDomains, hintFor, perhapsOf });
  const isKnown = known.some(isSomebodys);
  const found = isKnown ? undefined : findCustomer(directory.customers, what);
  const answers = found?.kind === 'customer' ? [takenFor(found)] : known;
  const near = found?.kind === 'near' ? found : { near: [], more: 0 };
  for (const answer of answers) {
    const asJson = { asked: what, ...answer, customer: answer.customer ?? null };
    if (options.json)
      await printLine(JSON.stringify({ ...asJson, ...(near.near.length > 0 ? { near: near.near } : {}) }));
    else for (const line of answerLines(answer, what, directory, traffic)) await printLine(line);
  }
  if (!options.json && near.near.length > 0) await printLine(nearLine(near, directory));
  return answers.some(isSomebodys) ? 0 : EXIT_NOBODYS;
}

function isSomebodys({ customer, as }: Answer): boolean {
  return customer !== undefined || as === 'outbound address';
}

function takenFor({ customer, by }: Extract<Found, { kind: 'customer' }>): Answer {
  return {
    as: 'customer',
    customer: customer.id,
    rule: `The only customer with that in its names: ${by ?? customer.id}.`,
  };
}

function nearLine(
  { near, more }: Pick<Extract<Found, { kind: 'near' }>, 'near' | 'more'>,
  { customers }: Directory,
): string {
  const names = near.map(({ name, customer }) => {
    const owner = customers.find(({ id }) => id === customer)?.name;
    return visible(owner && owner !== name ? `${name} (${owner})` : name);
  });
  return `Did you mean ${names.join(', ')}${more > 0 ? ` or one of ${more} more` : ''}?`;
}

function answerLines({ as, customer, rule }: Answer, what: string, directory: Directory, traffic?: string): string[] {
  const known = directory.customers.find(({ id }) => id === customer);
  if (as === 'customer' && known) {
    const isPart = ![known.id, known.name].some((own) => own.toLowerCase() === what.trim().toLowerCase());
    const lines = customerLines(known, directory, traffic);
    return isPart ? [visible(`${what} is taken for ${known.name}. ${rule}`), ...lines] : lines;
  }
  const whom = known ? visible(`${known.id} (${known.name})`) : 'nobody’s';
  return [`${visible(what)} as ${as}: ${as === 'outbound address' ? 'ours' : whom}. ${visible(rule)}`];
}

function customerLines(customer: Customer, { partners }: Directory, traffic?: string): string[] {
  const { id, name, partner, domains, sasl_users, sasl_domains, ips, shared_ips, declared_senders } = customer;
  const partnerName = partners.find((one) => one.id === partner)?.name;
  const lists = { domains, sasl_users, sasl_domains, ips, shared_ips, declared_senders };
  const now = Date.now();
  const volume = traffic === undefined ? undefined : volumeOf(traffic, id, { from: now - DAY_MS, to: now });
  return [
    `${id} (${name})${partnerName ? `, looked after by ${partnerName}` : ''}`,
    ...Object.entries(lists).flatMap(([list, names]) => (names.length > 0 ? [`  ${list}: ${names.join(', ')}`] : [])),
    ...(volume
      ? [
          `  last 24 hours: ${volume.messages} messages, ${volume.bounced} bounced, ${volume.refused} refused at the door`,
        ]
      : []),
  ];
}

/** With --customers alone the configuration is not needed, and what was counted is not looked at. */
function whoIsWho({ customers, config }: Pick<Options, 'customers' | 'config'>): {
  directory: Directory;
  localDomains: readonly string[];
  traffic: string | undefined;
} {
  const configured: Config | undefined = customers && !config ? undefined : optionalConfig(config);
  if (!customers && !configured)
    throw new UserError('There is no configuration: name a customer file with --customers FILE.');
  const directory = mergeDirectory(customers ? { customersFile: customers } : (configured ?? {}));
  return { directory, localDomains: configured?.policy.localDomains ?? [], traffic: configured?.database.traffic };
}

function daysOf(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 366)
    throw new UserError(`--days ${text} is no number of days from 1 to 366.`);
  return days;
}
