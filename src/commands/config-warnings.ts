// What is no mistake in a configuration, but hardly meant: it can be started with, and something of it will not be as its writer thinks.
import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { choiceWarnings } from '../blocklists/choice.js';
import { type Config, digestName, pathFrom } from '../config.js';
import { outboundAddresses } from '../incidents/relays.js';
import { unreadableOf } from '../intake/rotated-files.js';
import { parseIp, parseNetwork } from '../mail/ip.js';
import { specialUseOf } from '../mail/special-use.js';
import { isNoDomain } from '../partners/customer-faults.js';
import type { CustomerFile } from '../partners/customer-file.js';
import type { Customer } from '../partners/directory.js';

/** Sentences about the parts that can be used of a value and of the customer file that it names; `path` is the configuration's. */
export function warningsOf(given: Partial<Config>, path: string, value: unknown, file?: CustomerFile): string[] {
  const parts = { ...given, ...(given.relays ? { relays: [...given.relays, ...(file?.parts.relays ?? [])] } : {}) };
  return [
    ...ofLogs(parts, path),
    ...ofExport(parts, path),
    ...(parts.blocklists ? choiceWarnings(parts.blocklists) : []),
    ...ofPeople(parts),
    ...ofChannels(parts),
    ...ofAddresses(parts),
    ...(parts.customers ?? []).flatMap(ofCustomer),
    ...(file?.parts.customers ?? []).flatMap(ofCustomer).map((warning) => `${file?.path}: ${warning}`),
    ...ofRepeated(parts),
    ...ofNotices(parts, value),
    ...ofNothing(parts, file),
  ];
}

/** It starts with nothing to do, too. */
function ofNothing(
  { relays, routes, customersFile, logs, intake }: Partial<Config>,
  file: CustomerFile | undefined,
): string[] {
  const isAllKnown = customersFile === undefined || file?.mistakes.length === 0;
  const hasNoRelay = relays?.length === 0 && isAllKnown && !routes?.some(({ outboundIp }) => outboundIp);
  const token = process.env.INTAKE_TOKEN || intake?.http.token;
  return [
    ...(hasNoRelay ? ['relays: there is none, so no address of yours is watched on blocklists.'] : []),
    ...(logs?.length === 0 && intake && !token
      ? ['logs: there is none, and no intake.http.token: no mail is read, and nothing can be found in it.']
      : []),
  ];
}

function ofLogs({ logs = [] }: Partial<Config>, path: string): string[] {
  const paths = logs.map((log) => pathFrom(path, log.path));
  const areThose = (kind: ReturnType<typeof kindOf>) => paths.filter((log) => kindOf(log) === kind);
  return [
    ...areThose('missing').map((log) => `${log} is not there (yet); it is followed once it is.`),
    ...[...new Set(areThose('folder'))].map((log) => `${log} is a folder; name the log in it that is written now.`),
    ...paths.flatMap(unreadableOf).map((log) => `${log} may not be read by this user; its lines will be missing.`),
    ...repeated(paths.map(fileBehind)).map((log) => `${log} stands under logs twice; name it once.`),
  ];
}

/** The bot does not start without it. */
function ofExport({ policy }: Partial<Config>, path: string): string[] {
  if (policy?.exportTable === undefined) return [];
  const folder = dirname(pathFrom(path, policy.exportTable));
  return kindOf(folder) === 'missing'
    ? [`policy.exportTable: there is no folder ${folder}; make it, for this user to write and Postfix to read.`]
    : [];
}

/** What a link leads to: the same lines under two names count twice. */
function fileBehind(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** What lies where a log should be. */
function kindOf(path: string): 'file' | 'folder' | 'missing' | 'closed' {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return 'missing';
    return stat.isDirectory() ? 'folder' : 'file';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR' ? 'missing' : 'closed';
  }
}

/** Of config.example.yml. */
const EXAMPLE_IDS = ['U0123ABCD', 'U0456EFGH'];

function ofPeople({ people = [] }: Partial<Config>): string[] {
  const examples = people.filter(({ slack }) => EXAMPLE_IDS.includes(slack)).map(({ name }) => name);
  const hasLead = people.length === 0 || people.some(({ role }) => role === 'lead');
  return [
    ...(examples.length > 0
      ? [`people: the Slack id of ${examples.join(' and ')} is the example’s; put in the person’s own.`]
      : []),
    ...(hasLead ? [] : ['people: nobody is a lead, whom some actions need (rights).']),
  ];
}

/** A channel's name as Slack allows it, or its id. */
const CHANNEL = /^(#?[\p{L}\p{N}_-]{1,80}|[CG][A-Z0-9]{8,})$/u;

function ofChannels({ channels, digests = [] }: Partial<Config>): string[] {
  const named = [
    ...Object.entries(channels ?? {}).map(([key, name]) => [`channels.${key}`, name] as const),
    ...digests.map(({ channel }, i) => [`digests.${i}.channel`, channel] as const),
  ];
  return named.flatMap(([where, name]) =>
    name === undefined || CHANNEL.test(name)
      ? []
      : [`${where}: Slack has no channel named "${name}"; write its name as "#abuse-desk", or its id.`],
  );
}

function ofAddresses({ relays = [], routes = [] }: Partial<Config>): string[] {
  return outboundAddresses({ relays }, { routes }).flatMap((address) => {
    const ip = parseIp(address);
    const use = ip && specialUseOf(ip);
    return use ? [`${address} is ${use}; name the public one that receivers see, for lists know no other.`] : [];
  });
}

function ofCustomer(customer: Customer): string[] {
  return [...ofDomains(customer), ...ofNetworks(customer), ...ofWidth(customer)];
}

/** Only a bare domain is ever a sender's domain. */
function ofDomains({ id, domains, sasl_domains }: Customer): string[] {
  return [...domains, ...sasl_domains]
    .filter(isNoDomain)
    .map((domain) => `customer ${id}: "${domain}" is no domain and never fits; write it as acme.example.`);
}

/** `10.1.2.3/8` is read as 10.0.0.0/8: a mistyped prefix makes millions of addresses a customer's. */
function ofNetworks({ id, ips, shared_ips }: Customer): string[] {
  return [...ips, ...shared_ips].flatMap((text) => {
    const network = parseNetwork(text);
    if (!network || `${network.base}` === `${parseIp(text.split('/')[0] ?? '')}`) return [];
    return [
      `customer ${id}: ${text} is read as ${network.base}/${network.prefix}; write it so, or the prefix that is meant.`,
    ];
  });
}

/** Wider than any network that is one company's; a suspension refuses whoever sends from there. */
const WIDEST_PREFIX = 8;

function ofWidth({ id, ips }: Customer): string[] {
  return ips.flatMap((text) => {
    const network = parseNetwork(text);
    if (!network || network.prefix >= WIDEST_PREFIX) return [];
    return [`customer ${id}: all mail from ${text} counts as this customer’s; name only addresses that are its alone.`];
  });
}

function ofRepeated({ relays = [], routes = [], digests = [] }: Partial<Config>): string[] {
  return [
    ...repeated(relays.map(({ host }) => host.toLowerCase())).map((host) => `relays: ${host} stands there twice.`),
    ...repeated(routes.map(({ name }) => name)).map((name) => `routes: ${name} stands there twice; name each its own.`),
    ...repeated(digests.map(digestName)).map(
      (name) => `digests: "${name}" stands there twice, and only one is posted; give each a name.`,
    ),
  ];
}

function ofNotices({ notices }: Partial<Config>, value: unknown): string[] {
  const hasMail = typeof value === 'object' && value !== null && 'mail' in value;
  return notices?.automatic && !hasMail
    ? ['notices.automatic sends nothing without mail, where the server to send by stands.']
    : [];
}

/** What stands in a list more than once. */
function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) < at))];
}
