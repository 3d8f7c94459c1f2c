// `relaywarden catalogue`: the lists we know, what is known of one, and whether each can be believed.

import { whyNotChosen } from '../blocklists/choice.js';
import { deadZone, unfitZone } from '../blocklists/dead.js';
import { entryOf } from '../blocklists/facts.js';
import { type ListHealth, testList } from '../blocklists/health.js';
import { askedZone, type Blocklist, whyNotAskable, zoneOf } from '../blocklists/operator.js';
import { Resolver } from '../dns/resolver.js';
import { UserError } from '../errors.js';
import { nearest } from '../mail/nearest.js';
import { describeEntry } from './catalogue-entry.js';
import { type ChosenLists, listsOf } from './lists.js';
import {
  endQuietlyOnClosedPipe,
  makeCommand,
  makeGroup,
  type OnExit,
  optionalConfig,
  printLine,
} from './terminal/options.js';
import { progressBar } from './terminal/progress.js';
import { tableLines } from './terminal/table.js';

interface Options {
  config?: string;
  json?: boolean;
}

export function catalogueCommand(onExit: OnExit) {
  const group = makeGroup('catalogue', 'the blocklists we know', 'relaywarden catalogue show spamhaus-zen');
  group.addCommand(
    makeCommand('list', 'every list, and whether it is asked', 'relaywarden catalogue list')
      .option('--json', 'a line of JSON per list, with all that is known of it')
      .action(list),
  );
  group.addCommand(
    makeCommand('show', 'all that is known of one list', 'relaywarden catalogue show spamhaus-zen')
      .argument('<id>', 'id or zone of the list')
      .option('--json', 'one line of JSON')
      .action(show),
  );
  group.addCommand(
    makeCommand('test', "ask each list's own test entries: can it be believed?", 'relaywarden catalogue test')
      .argument('[id...]', 'only these lists')
      .option('--json', 'a line of JSON per list, as the answers come')
      .addHelpText('after', TEST_HELP)
      .action(async (ids: string[], options: Options) => onExit(await test(ids, options))),
  );
  return group;
}

const TEST_HELP = `
sound: it lists its test entry and not its clean one. unproven: nothing speaks against it, but it has no test entry, or lacks one
that its operator never promised. broken: its answers count for nothing.
Exit code: 0 no list is broken, 1 some are, 2 the call is wrong, 3 no list could be asked.`;

async function list(options: Options): Promise<void> {
  endQuietlyOnClosedPipe();
  const chosen = listsOf(optionalConfig(options.config));
  const rows = chosen.known.map((each) => ({ each, whyNot: whyNotAsked(each, chosen) }));
  if (options.json) {
    for (const { each, whyNot } of rows) await printLine(JSON.stringify(withAsked(each, whyNot)));
    return;
  }
  const header = ['LIST', 'ZONE', 'KINDS', 'IMPACT', 'CONFIDENCE', 'ACCESS', 'ASKED'];
  const table = rows.map(({ each, whyNot }) => [
    each.id,
    each.access === 'private' ? '-' : zoneOf(each, chosen.choice.keys),
    each.kinds.join(' '),
    each.impact,
    each.confidence,
    each.access,
    whyNot === undefined ? 'yes' : `no: ${whyNot}`,
  ]);
  for (const line of tableLines([header, ...table])) await printLine(line);
  const asked = rows.filter(({ whyNot }) => whyNot === undefined).length;
  await printLine(`${rows.length} lists, ${asked} of them asked.`);
}

async function show(name: string, options: Options): Promise<void> {
  endQuietlyOnClosedPipe();
  const chosen = listsOf(optionalConfig(options.config));
  const found = findList(name, chosen);
  const whyNot = whyNotAsked(found, chosen);
  if (options.json) return printLine(JSON.stringify(withAsked(found, whyNot)));
  for (const line of describeEntry(found, whyNot)) await printLine(line);
}

function withAsked(each: Blocklist, whyNot: string | undefined) {
  return { ...entryOf(each), asked: whyNot === undefined, ...(whyNot === undefined ? {} : { why_not: whyNot }) };
}

interface Tested {
  list: string;
  /** An account key in it shown as `{key}`. */
  zone: string;
  state: ListHealth['state'] | 'not asked';
  reason: string;
}

async function test(names: string[], options: Options): Promise<number> {
  endQuietlyOnClosedPipe();
  const config = optionalConfig(options.config);
  const chosen = listsOf(config);
  const subjects = names.length > 0 ? names.map((name) => findList(name, chosen)) : chosen.known;
  const resolver = new Resolver(config?.dns ?? {});
  const bar = progressBar(options.json ? 0 : subjects.length, 'lists');
  try {
    const results = await Promise.all(
      subjects.map(async (subject) => {
        const result = await testOne(subject, chosen, resolver);
        bar?.increment();
        if (options.json) await printLine(JSON.stringify(result));
        return result;
      }),
    );
    bar?.stop();
    if (!options.json) await printTested(results);
    return exitCodeFor(results);
  } finally {
    bar?.stop();
    resolver.close();
  }
}

async function testOne(subject: Blocklist, chosen: ChosenLists, resolver: Resolver): Promise<Tested> {
  const { keys } = chosen.choice;
  const shown = { list: subject.id, zone: zoneOf(subject, keys) };
  const whyNot = whyNotAsked(subject, chosen);
  if (whyNot !== undefined) return { ...shown, state: 'not asked', reason: whyNot };
  const health = await testList((name, type) => resolver.query(name, type), subject, askedZone(subject, keys));
  return { ...shown, ...health };
}

const STATES: Tested['state'][] = ['broken', 'refused', 'silent', 'unproven', 'sound', 'not asked'];

async function printTested(results: readonly Tested[]): Promise<void> {
  const sorted = STATES.flatMap((state) => results.filter((result) => result.state === state));
  for (const line of tableLines(sorted.map(({ list: id, state, reason }) => [state, id, reason])))
    await printLine(line);
  const counts = STATES.map((state) => ({ state, count: results.filter((result) => result.state === state).length }));
  const told = counts.filter(({ count }) => count > 0).map(({ state, count }) => `${count} ${state}`);
  await printLine(`${told.join(', ')}.`);
  const [broken, heard] = [results.filter(({ state }) => state === 'broken').length, results.filter(isHeard).length];
  if (broken > 1 && broken * 2 > heard)
    process.stderr.write(
      `warning: most lists look broken; the DNS server asked may make answers up (see dns.servers).\n`,
    );
}

function isHeard({ state }: Tested): boolean {
  return state === 'sound' || state === 'unproven' || state === 'broken';
}

function exitCodeFor(results: readonly Tested[]): 0 | 1 | 3 {
  if (results.some(({ state }) => state === 'broken')) return 1;
  return results.some(isHeard) ? 0 : 3;
}

function whyNotAsked(subject: Blocklist, { choice }: ChosenLists): string | undefined {
  return whyNotChosen(subject, choice) ?? whyNotAskable(subject, choice.keys);
}

function findList(name: string, { known }: ChosenLists): Blocklist {
  const asked = name.toLowerCase().replace(/\.$/, '');
  const found = known.find(({ id, zone, keyedZone }) => [id, zone, keyedZone].includes(asked));
  if (found) return found;
  const dead = deadZone(asked);
  if (dead)
    throw new UserError(`${asked} is no list any more, since ${dead.since}: ${dead.whatHappened}; ${dead.behaviour}`);
  const unfit = unfitZone(asked);
  if (unfit)
    throw new UserError(`${asked} is not among our lists, for it tells little about our mail: ${unfit.reason}`);
  const meant = nearest(
    asked,
    known.map(({ id }) => id),
  );
  const hint = meant === undefined ? 'relaywarden catalogue list shows them all' : `did you mean ${meant}?`;
  throw new UserError(`there is no list "${name.slice(0, 80)}"; ${hint}`);
}
