// `relaywarden customers show`: whose a login, sender, domain or client address is, and by what rule; or all of a customer.
import { savedHints } from '../../detection/live/saved-hints.js';
import { volumeOf } from '../../detection/traffic/traffic-report.js';
import { UserError } from '../../errors.js';
import { customerFileError } from '../../partners/customer-file.js';
import type { Customer, Directory } from '../../partners/directory.js';
import { type Found, findCustomer } from '../../partners/find.js';
import { type Answer, whose } from '../../partners/whose.js';
import { endQuietlyOnClosedPipe, printLine } from '../terminal/options.js';
import { visible } from '../terminal/visible.js';
import { type CustomersOptions, whoIsWho } from './file.js';

const DAY_MS = 86_400_000;
const EXIT_NOBODYS = 1;

/** Prints an answer for each thing the name can be; answers the exit code. */
export async function showCustomer(what: string, options: CustomersOptions & { json?: boolean }): Promise<number> {
  endQuietlyOnClosedPipe();
  if (what.trim() === '')
    throw new UserError(
      'Say whose it is to be: a customer’s id or name, a login, mail address, domain or IP address. Example: relaywarden customers show anna@example.com.',
    );
  const { directory, file, localDomains, traffic } = whoIsWho(options);
  if (file && file.mistakes.length > 0) throw customerFileError(file);
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
