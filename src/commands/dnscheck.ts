// `relaywarden dnscheck`: are PTR, SPF, DKIM and DMARC in order? What is wrong comes with the record to publish.
import { Resolver } from '../dns/resolver.js';
import { UserError } from '../errors.js';
import { createAsk } from '../hygiene/ask.js';
import {
  type DnsRecord,
  isWithoutDkim,
  type Look,
  type Point,
  type PointState,
  pointsOf,
  stateOf,
  written,
} from '../hygiene/look.js';
import { KNOWS_ONLY_ITS_OWN, knowsNoInternet } from '../hygiene/no-name.js';
import { lookAtEach } from '../hygiene/round.js';
import {
  type HygieneSubject,
  type HygieneWorld,
  nameOf,
  parseSubjects,
  strangersOf,
  strangerText,
} from '../hygiene/subjects.js';
import { parseIp } from '../mail/ip.js';
import { loadDirectory } from '../partners/load.js';
import { hygieneWorld } from '../wiring/hygiene.js';
import { endQuietlyOnClosedPipe, makeCommand, type OnExit, optionalConfig, printLine } from './terminal/options.js';
import { visible } from './terminal/visible.js';

/** Exit codes; 2 is a wrong call. */
const EXITS: Record<PointState, number> = { ok: 0, bad: 1, unknown: 0 };
const EXIT_NOTHING_ASKED = 3;
const DOMAINS_AT_MOST = 1_000;
const EXAMPLE = 'relaywarden dnscheck example.com';

export function dnscheckCommand(onExit: OnExit) {
  return makeCommand('dnscheck', 'look at PTR, SPF, DKIM and DMARC of addresses, domains or customers', EXAMPLE)
    .argument('<target...>', 'IP address, domain, or a customer’s id or name, or a part of it, from the configuration')
    .option('--json', 'a line of JSON per target, as the looks are done')
    .addHelpText(
      'after',
      '\nExit code: 0 nothing is wrong, 1 something is, 2 the call is wrong, 3 the DNS told nothing.\nA question that nobody answers is "unknown", never a missing record.' +
        '\nDKIM is looked at under the selectors that hygiene.dkimSelectors of the configuration names.',
    )
    .action(async (targets: string[], options) => onExit(await dnscheck(targets, options)));
}

async function dnscheck(texts: string[], options: { config?: string; json?: boolean }): Promise<number> {
  endQuietlyOnClosedPipe();
  const config = optionalConfig(options.config);
  const world = config ? hygieneWorld(config, loadDirectory(config)) : NOBODY;
  const subjects = texts.flatMap((text) => subjectsOf(world, text));
  const resolver = new Resolver(config?.dns ?? {});
  try {
    const onLook = (look: Look) => {
      if (options.json) process.stdout.write(`${JSON.stringify(look)}\n`);
    };
    const looks = await lookAtEach({ resolver, world, now: Date.now }, subjects, { onLook });
    if (await isBlind(resolver, looks)) process.stderr.write(`${KNOWS_NO_INTERNET}\n`);
    if (config) for (const name of strangersAmong(subjects, looks)) process.stderr.write(`${strangerText(name)}\n`);
    if (!options.json) for (const line of looks.flatMap(linesOf)) await printLine(line);
    return exitCodeOf(looks);
  } finally {
    resolver.close();
  }
}

const KNOWS_NO_INTERNET =
  'The DNS server that was asked knows no ".com" either, so what it calls missing may well be there. ' +
  'Set dns.servers to a resolver that knows the internet (docs/configuration.md).';

/** Asked only where something is missing, or may be: a server that answers nothing is not waited for once more. */
async function isBlind(resolver: Resolver, looks: readonly Look[]): Promise<boolean> {
  const isInDoubt = looks.some(
    (look) => stateOf(look) === 'bad' || pointsOf(look).some(({ point }) => point.text === KNOWS_ONLY_ITS_OWN),
  );
  return isInDoubt && knowsNoInternet(createAsk(resolver));
}

/** Of a name that is not there, there is nothing to be mended. */
function strangersAmong(subjects: readonly HygieneSubject[], looks: readonly Look[]): string[] {
  const nameless = looks.flatMap((look) => (look.kind === 'domain' && look.name ? [look.domain] : []));
  return strangersOf(subjects).filter((name) => !nameless.includes(name));
}

/** What is said of a target that is none comes without an end, for Slack to go on; here an example follows. */
function subjectsOf(world: HygieneWorld, text: string): HygieneSubject[] {
  try {
    return parseSubjects(world, text, { most: DOMAINS_AT_MOST });
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    const mayBeCustomer = world === NOBODY && parseIp(text) === undefined;
    const hint = mayBeCustomer ? ' Customers are known by config.yml, or the file that --config names.' : '';
    throw new UserError(`${cause.message}.${hint} Example: ${EXAMPLE}.`, { cause });
  }
}

/** Without a configuration nothing is ours: SPF is only judged by itself. */
const NOBODY: HygieneWorld = {
  addresses: [],
  domains: [],
  findCustomer: () => ({ kind: 'near', near: [], more: 0 }),
  selectorsOf: () => [],
};

function exitCodeOf(looks: readonly Look[]): number {
  const states = looks.flatMap(pointsOf).map(({ point }) => point.state);
  if (states.every((state) => state === 'unknown')) return EXIT_NOTHING_ASKED;
  return EXITS[looks.some((look) => stateOf(look) === 'bad') ? 'bad' : 'ok'];
}

const WORDS: Record<PointState, string> = { ok: 'OK', bad: 'BAD', unknown: 'UNKNOWN' };

function linesOf(look: Look): string[] {
  const name = nameOf(look);
  if (look.kind === 'domain' && look.name) return [`${WORDS[look.name.state].padEnd(8)} ${name}: ${whole(look.name)}`];
  const lines = pointsOf(look).flatMap(({ name: what, point }) => [
    `${WORDS[point.state].padEnd(8)} ${name} ${what}: ${visible(point.text)}`,
    ...(point.advice ? [`         → ${visible(point.advice)}`] : []),
    ...(point.publish ?? []).flatMap(recordLines),
  ]);
  return isWithoutDkim(look) ? [...lines, `${'-'.padEnd(8)} ${name} DKIM: ${NO_DKIM}`] : lines;
}

/** Neither fine nor wrong. */
const NO_DKIM =
  'not looked at: no selector is known. Name it under hygiene.dkimSelectors in config.yml (docs/configuration.md).';

function whole({ text, advice }: Point): string {
  return advice ? `${text}. ${advice}` : text;
}

/** A record to publish, and before it what it replaces. */
function recordLines(record: DnsRecord): string[] {
  const { name, type, replaces = [] } = record;
  const line = (what: string, value: string) =>
    `           ${what.padEnd(7)}  ${visible(`${name}  ${type}  ${value}`, Number.POSITIVE_INFINITY)}`;
  return [
    ...replaces.map((old, i) => line(i === 0 ? 'replace' : 'and', old)),
    line(replaces.length === 0 ? 'new' : 'by', written(record)),
  ];
}
