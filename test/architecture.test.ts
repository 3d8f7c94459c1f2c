// The order of the house: imports point one way, siblings do not know each other, one owner per outside thing.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Lowest first. A folder may import its own rank only from itself, and any rank before it. */
const RANKS = [
  ['mail'],
  ['db', 'dns'],
  ['audit', 'outbox'],
  ['blocklists', 'intake', 'partners', 'containment', 'hygiene'],
  ['detection'],
  ['incidents'],
  ['delisting'],
  ['notices'],
  ['slack', 'web'],
  ['wiring'],
  ['practice'],
  ['commands'],
];

/** Files at the top of src/: who may import them. */
const TOP = new Map<string, (folder: string) => boolean>([
  ['errors.ts', () => true],
  ['folder.ts', () => true],
  ['words.ts', () => true],
  ['waiting.ts', () => true],
  ['thread.ts', () => true],
  ['mistakes.ts', () => true],
  ['usable.ts', () => true],
  ['yaml-faults.ts', () => true],
  ['config.ts', (folder) => ['slack', 'web', 'wiring', 'practice', 'commands', ''].includes(folder)],
  ['config-schema.ts', (folder) => folder === ''],
  ['context.ts', (folder) => ['slack', 'web', 'wiring', 'practice', 'commands', ''].includes(folder)],
  ['log.ts', (folder) => ['practice', ''].includes(folder)],
  ['schedule.ts', (folder) => ['commands', ''].includes(folder)],
  ['jobs.ts', (folder) => folder === ''],
  ['main.ts', (folder) => ['practice', 'commands', ''].includes(folder)],
  ['cli.ts', (folder) => folder === ''],
]);

/** Modules that talk to the outside, and the only places that may. */
const OWNERS: Array<[RegExp, (file: string) => boolean, string]> = [
  [/^(node:)?dgram$/, (file) => /^(dns|practice)\//.test(file), 'dns/'],
  [/^(node:)?net$/, (file) => /^(dns|containment\/mtas|practice)\//.test(file), 'dns/, containment/mtas/'],
  [/^@slack\/(bolt|web-api|socket-mode)$/, (file) => /^slack\//.test(file), 'slack/'],
  [/^node-cron$/, (file) => file === 'schedule.ts', 'schedule.ts'],
  [/^(emulate|react|react-dom.*|slack-blocks-to-jsx)$/, (file) => /^practice\//.test(file), 'practice/'],
  [/^hono|^@hono/, (file) => /^(web|practice)\//.test(file), 'web/, practice/'],
  [/^better-sqlite3$/, (file) => /^(db|containment\/mtas|practice)\//.test(file), 'db/'],
];

/** Transactions that are no change of a decision: other databases have one writer each, and mostly better-sqlite3's own transactions. */
const OTHER_TRANSACTIONS = new Set([
  // The traffic database.
  'detection/counters/roll-up.ts',
  'detection/live/familiar-store.ts',
  'detection/live/live.worker.ts',
  'detection/live/take-batch.ts',
  'detection/live/traffic-store.ts',
  // The table that Postfix reads.
  'containment/mtas/postfix/table.ts',
]);

/** What is written out in one place, so that nobody writes it otherwise. */
const WRITTEN_ONCE: Array<[RegExp, (file: string) => boolean, string]> = [
  [/\.transaction\(/, (file) => /^db\//.test(file) || OTHER_TRANSACTIONS.has(file), 'immediately of db/transaction.ts'],
  [/Pick<Db, '(select|insert|update|delete)'/, (file) => file === 'db/transaction.ts', 'Tx of db/transaction.ts'],
  [/`incident:\$\{/, (file) => file === 'incidents/record.ts', 'auditSubject of incidents/record.ts'],
];

interface Import {
  file: string;
  target: string;
  typeOnly: boolean;
}

const SRC = new URL('../src', import.meta.url).pathname;

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file, source: readFileSync(join(SRC, file), 'utf8') }));

const imports = sources.flatMap(({ file, source }) => importsOf(file, source));

describe('the order of the house', () => {
  it('has imports to look at', () => {
    expect(imports.length).toBeGreaterThan(50);
  });

  it('imports only point down the ranks, and never to a sibling', () => {
    expect(imports.map(rankFault).filter(Boolean)).toEqual([]);
  });

  it('has one owner for each outside thing', () => {
    expect(imports.map(ownerFault).filter(Boolean)).toEqual([]);
  });

  it('writes out in one place what has to be the same everywhere', () => {
    expect(sources.flatMap(repeatFaults)).toEqual([]);
  });

  it('sees a fault when there is one', () => {
    expect(repeatFaults({ file: 'incidents/open.ts', source: 'deps.db.transaction((tx) => {' })).toHaveLength(1);
    expect(repeatFaults({ file: 'slack/press.ts', source: `\`incident:\${id}\`` })).toHaveLength(1);
    expect(rankFault({ file: 'mail/ip.ts', target: 'db/open.ts', typeOnly: false })).toMatch(/mail\/ip.ts/);
    expect(rankFault({ file: 'intake/tail.ts', target: 'partners/load.ts', typeOnly: true })).toMatch(/sibling/);
    expect(ownerFault({ file: 'incidents/open.ts', target: '@slack/bolt', typeOnly: false })).toMatch(/slack/);
  });
});

function importsOf(file: string, source: string): Import[] {
  const statements = source.matchAll(/^\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  const dynamic = source.matchAll(/\bimport\(\s*(type\s)?'([^']+)'/g);
  return [...statements, ...dynamic].map(([, type, target = '']) => ({
    file,
    typeOnly: type !== undefined,
    target: target.startsWith('.') ? normalize(join(dirname(file), target)).replace(/\.js(x?)$/, '.ts$1') : target,
  }));
}

function rankFault({ file, target }: Import): string | undefined {
  const isOurs = target.endsWith('.ts') || target.endsWith('.tsx');
  if (!isOurs || target.startsWith('..')) return undefined;
  const from = topFolder(file);
  const to = topFolder(target);
  if (to === '') return TOP.get(target)?.(from) ? undefined : `${file} may not import ${target}`;
  if (from === '' || from === to) return undefined;
  const [fromRank, toRank] = [rankOf(from), rankOf(to)];
  if (fromRank < 0 || toRank < 0) return `${file} → ${target}: a folder without a rank`;
  if (fromRank === toRank) return `${file} imports its sibling ${target}`;
  return toRank < fromRank ? undefined : `${file} imports upwards: ${target}`;
}

function ownerFault({ file, target, typeOnly }: Import): string | undefined {
  if (typeOnly) return undefined;
  const rule = OWNERS.find(([pattern]) => pattern.test(target));
  return rule && !rule[1](file) ? `${file} imports ${target}; only ${rule[2]} may` : undefined;
}

function repeatFaults({ file, source }: { file: string; source: string }): string[] {
  return WRITTEN_ONCE.filter(([pattern, isAllowed]) => pattern.test(source) && !isAllowed(file)).map(
    ([, , instead]) => `${file} writes out what is there: ${instead}`,
  );
}

function topFolder(file: string): string {
  const [first = '', ...rest] = relative('.', file).split('/');
  return rest.length > 0 ? first : '';
}

function rankOf(folder: string): number {
  return RANKS.findIndex((rank) => rank.includes(folder));
}
