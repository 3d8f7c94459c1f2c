// `relaywarden check`: are these addresses or domains on a blocklist? Listed first, then what could not be answered.
import {
  type CheckResult,
  type CheckTotals,
  checkTargets,
  countQuestions,
  exitCodeFor,
  isMostlySilent,
} from '../blocklists/check.js';
import { askedFor, parseTargets, type Target, TEST_ENTRY, whyNotAsked } from '../blocklists/target.js';
import { Resolver } from '../dns/resolver.js';
import { specialUseOf } from '../mail/special-use.js';
import { checkReport } from './check-text.js';
import { listsOf } from './lists.js';
import { jsonLines } from './terminal/json-lines.js';
import { endQuietlyOnClosedPipe, makeCommand, type OnExit, optionalConfig, printLine } from './terminal/options.js';
import { progressBar } from './terminal/progress.js';

/** A /16: what one provider announces; more is a mistake in the prefix. */
const MAX_ADDRESSES = 65_536;
/** A wrong call. */
const EXIT_NOTHING_ASKED = 2;
const MOSTLY_SILENT =
  'Most answers do not count, so this is no all-clear: the DNS server that was asked may be refused by the lists, or answer in their place. ' +
  'Set dns.servers to a resolver of your own (docs/configuration.md).';

export function checkCommand(onExit: OnExit) {
  return makeCommand(
    'check',
    'ask the blocklists about IP addresses, networks or domains',
    'relaywarden check 127.0.0.2 example.com',
  )
    .argument('<target...>', 'IPv4 or IPv6 address, network in CIDR form, or domain')
    .option('--json', 'a line of JSON per target and list, as the answers come')
    .addHelpText(
      'after',
      '\n127.0.0.2 is what most lists of addresses have on them, for tests; put addresses, networks (ADDRESS/28) and domains of yours in its place.' +
        '\nExit code: 0 nothing is listed, 1 something is, 2 the call is wrong, 3 most answers do not count, or there is none.',
    )
    .action(async (targets: string[], options) => onExit(await check(targets, options)));
}

async function check(texts: string[], options: { config?: string; json?: boolean }): Promise<number> {
  endQuietlyOnClosedPipe();
  const config = optionalConfig(options.config);
  const { choice, lists } = listsOf(config);
  const targets = texts.flatMap((text) => {
    const some = parseTargets(text, { maxAddresses: MAX_ADDRESSES });
    const notAsked = whyNotAsked(text, some);
    if (notAsked !== undefined) {
      process.stderr.write(`${notAsked}\n`);
      return [];
    }
    if (!options.json) for (const remark of remarksOn(text, some)) process.stderr.write(`${remark}\n`);
    return some;
  });
  if (targets.length === 0) return EXIT_NOTHING_ASKED;
  const deps = { lists, keys: choice.keys };
  const resolver = new Resolver(config?.dns ?? {});
  const bar = progressBar(options.json ? 0 : countQuestions(deps, targets), 'answers');
  const json = options.json ? jsonLines() : undefined;
  const entryOf = new Map(lists.map(({ id, testListed }) => [id, testListed.ipv4]));
  const report = checkReport(targets);
  let withoutEntry = 0;
  try {
    const totals = await checkTargets({ ...deps, resolver }, targets, {
      onResult: (result) => {
        bar?.increment();
        json?.write(result);
        if (isClearWithoutEntry(result, entryOf.get(result.list))) withoutEntry++;
        if (!json) report.add(result);
      },
    });
    bar?.stop();
    await json?.end();
    if (!json) await printReport(report.lines(), totals, withoutEntry);
    return exitCodeFor(totals);
  } finally {
    bar?.stop();
    resolver.close();
  }
}

/** What a person may not have thought of: blocklists know no mailboxes, and nothing of addresses that no mail comes from. */
function remarksOn(text: string, targets: readonly Target[]): string[] {
  const { name, mailbox } = askedFor(text);
  const [use, ...others] = new Set(targets.map((target) => ('ip' in target ? specialUseOf(target.ip) : undefined)));
  return [
    ...(mailbox ? [`${name} is asked about: blocklists know domains and addresses, no mailboxes.`] : []),
    ...(use && others.length === 0 ? [remarkOnUse(name, use)] : []),
  ];
}

function remarkOnUse(name: string, use: string): string {
  if (name === TEST_ENTRY) return `${name} is what most lists have on them for tests: a list that lists it works.`;
  return `${name} is ${use}, not on the public internet: what lists say of it means nothing.`;
}

/** Its "clear" of the test entry is then as good as any other: nobody says that the list has it. */
function isClearWithoutEntry({ target, verdict }: CheckResult, entry: string | undefined): boolean {
  return target === TEST_ENTRY && verdict === 'clear' && entry !== TEST_ENTRY;
}

async function printReport(lines: readonly string[], totals: CheckTotals, withoutEntry: number): Promise<void> {
  for (const line of lines) await printLine(line);
  const { listed, clear, refused, unknown } = totals;
  await printLine(`${listed} listed, ${clear} clear, ${refused} refused to answer, ${unknown} unknown.`);
  if (withoutEntry > 0) {
    const are = withoutEntry === 1 ? 'is' : 'are';
    await printLine(
      `${withoutEntry} of the clear ${are} not known to have ${TEST_ENTRY} for tests: there "clear" is no fault.`,
    );
  }
  if (isMostlySilent(totals)) await printLine(MOSTLY_SILENT);
}
