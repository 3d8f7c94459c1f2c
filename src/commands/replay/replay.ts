// `relaywarden replay`: what the live detection would have said about past logs, on the logs' own clock, and what other thresholds would
// have changed about it.
import { accessSync, constants, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../../config.js';
import type { Finding } from '../../detection/finding.js';
import { replay } from '../../detection/replay/replay.js';
import { toChangeLine, toReplayLine } from '../../detection/replay/replay-line.js';
import { type ReplayReport, reportOf, TrafficCurve } from '../../detection/replay/replay-report.js';
import { ReachTally } from '../../detection/replay/truth.js';
import { readSettings, readThresholds } from '../../detection/thresholds.js';
import { fileTrouble, statOf, UserError } from '../../errors.js';
import { LOG_FORMATS, type LogFormatId } from '../../intake/formats/format.js';
import { zoneOffset } from '../../intake/formats/log-time.js';
import type { Directory } from '../../partners/directory.js';
import { loadDirectory, readDirectory } from '../../partners/load.js';
import { replayPage } from '../../web/replay-page/index.js';
import { refuseGarbage } from '../terminal/not-understood.js';
import {
  endQuietlyOnClosedPipe,
  inviteToType,
  isForPeople,
  makeCommand,
  type OnExit,
  optionalConfig,
  printLine,
} from '../terminal/options.js';
import { writeWhole } from '../terminal/write-whole.js';
import { type Asked, closingLines } from './closing.js';
import { logFiles } from './files.js';
import { changesTable, findingText, type Teller, tellerOf } from './finding-text.js';
import { type ReplayBar, replayBar } from './progress.js';
import { truthFor } from './truth.js';

/** What a shell expects of a command that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

interface Options {
  config?: string;
  customers?: string;
  format: string;
  set?: string[];
  compare?: boolean;
  labels?: string;
  incidents?: string;
  reportFrom?: string;
  html?: string;
  json?: boolean;
  text?: boolean;
}

export function replayCommand(onExit: OnExit) {
  return makeCommand(
    'replay',
    'run the live detection over past logs: what it would have told, or what a change of a threshold would change',
    [
      'relaywarden replay mail.log mail.log.1.gz --customers customers.json',
      'relaywarden replay - --customers customers.json < mail.log.1.gz',
      'relaywarden replay /var/log/mail --set detection.honestPerSpam=20000 --compare --html replay.html',
    ].join('\n  '),
  )
    .argument('<log...>', 'log files in any order, or folders of them; - is stdin, gzip is unpacked')
    .option('--customers <file>', 'who is who, JSON or YAML (default: as in the configuration)')
    .option('--format <format>', `log format: auto, ${LOG_FORMATS.join(', ')}`, 'auto')
    .option(
      '--set <detection.name=value>',
      'another threshold, repeatable; names: relaywarden config detection',
      collect,
    )
    .option('--compare', 'run both with --set and without, and tell what changes')
    .option('--labels <file>', 'what is known to be true of the logs (JSON): found, missed and false are counted')
    .option('--incidents <db>', "the desk's judgements, from a decisions database (default: the configuration's)")
    .option(
      '--report-from <date>',
      'tell only of what is concluded from then on, in the log’s time zone; earlier lines are history',
    )
    .option('--html <file>', 'write a picture: one HTML page with everything in it')
    .option('--json', 'a line of JSON per finding, or per change, and no closing lines on stderr')
    .option('--text', 'words for people (on a terminal they are the default, elsewhere JSON is)')
    .addHelpText('after', HELP)
    .action(async (logs, options) => onExit(await run(logs, options)));
}

const HELP = `
The file of --labels is JSON with one or more of three lists:
  compromises      what was spam
  legitimate_bulk  honest mail that looks like spam
  blocklisting     our addresses that receivers refused: ip, start, end
An entry of the first two has customer (its id), start and end (2026-01-14T09:18:00+01:00), and as far as they are known senders,
sasl_users and client_ips (lists; they tell it from the customer's other mail), kind (single or multiple) and what (a name for it).
Other keys are let be. What is told and stands nowhere in it is counted as false.
  {"compromises": [{"customer": "acme", "start": "2026-01-14T09:18:00Z", "end": "2026-01-14T10:10:00Z", "senders": ["kim@acme.example"]}]}

Exit code: 0 the logs were read, 2 the call or a file is wrong, 130 it was interrupted (what was found so far is told).`;

async function run(logs: string[], options: Options): Promise<number> {
  const plan = planOf(logs, options);
  const { html, compare, json } = options;
  const teller = isForPeople(options) ? tellerOf(plan.replay.directory) : undefined;
  if (html)
    refuseUnwritable(html, [...plan.files, options.customers, options.labels, options.incidents, options.config]);
  endQuietlyOnClosedPipe();
  if (plan.files.includes('-')) inviteToType('log lines');
  const bar = replayBar();
  if (plan.files.length > 1) bar?.say(`Looking for lines that stand in two of ${plan.files.length} logs …`);
  const stop = stopOnSignal();
  const traffic = new TrafficCurve();
  const tally = new ReachTally(plan.truth?.runs ?? []);
  const startedAt = performance.now();
  const summary = await replay({
    ...plan.replay,
    onFinding: (finding) => {
      if (!compare && finding.at >= (plan.reportFrom ?? finding.at)) print(finding, bar, teller);
    },
    onEvent: (event) => {
      traffic.take(event);
      tally.take(event);
    },
    onProgress: (progress) => bar?.show(progress),
    signal: stop.signal,
  })
    .catch(unlessStopped(stop.signal))
    .finally(() => {
      bar?.stop();
      stop.release();
    });
  if (!summary) return EXIT_INTERRUPTED;
  if (!summary.isStopped) refuseGarbage(summary, options.format === 'auto' ? 'mail' : options.format, logs);
  const report = reportOf(summary, { ...plan, tally, traffic, tookMs: performance.now() - startedAt });
  if (compare) await printChanges(report, teller);
  if (html) writePage(html, report, plan.replay.directory);
  if (!json)
    for (const line of closingLines(report, summary, askedOf(options, plan))) process.stderr.write(`${line}\n`);
  return summary.isStopped ? EXIT_INTERRUPTED : 0;
}

function askedOf({ incidents }: Options, { reportFrom, truth }: ReturnType<typeof planOf>): Asked {
  return { reportFrom, unjudged: truth ? undefined : incidents };
}

/** What is read, by whom it is judged, and with which thresholds. Throws UserError for what does not fit together. */
function planOf(logs: string[], options: Options) {
  const { customers, config, set = [], compare } = options;
  if (compare && set.length === 0)
    throw new UserError('--compare needs something to compare: --set detection.NAME=VALUE.');
  const format = formatOf(options.format);
  const configured = customers && !config ? undefined : optionalConfig(config);
  const files = logFiles(logs, format);
  const { directory, localDomains } = whoIsWho(customers, configured);
  const now = readThresholds(configured?.detection);
  const other = { ...now, ...readSettings(set) };
  const thresholds = { now: compare ? now : other, changed: compare ? other : undefined };
  return {
    files,
    thresholds,
    reportFrom: reportFromOf(options.reportFrom, directory.log_timezone),
    customers: directory.customers.length,
    truth: truthFor(options, configured),
    replay: {
      files,
      directory,
      localDomains,
      ...(format ? { format } : {}),
      thresholds: thresholds.now,
      ...(compare ? { changed: other } : {}),
    },
  };
}

function collect(value: string, values: string[] = []): string[] {
  return [...values, value];
}

function formatOf(name: string): LogFormatId | undefined {
  if (name === 'auto') return undefined;
  const known = LOG_FORMATS.find((id) => id === name);
  if (!known) throw new UserError(`--format ${name} is not known; there are auto, ${LOG_FORMATS.join(', ')}.`);
  return known;
}

/** A date or time without a zone is of the log's, this machine's unless the customer file or configuration names one. */
function reportFromOf(text: string | undefined, timeZone: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const isZoned = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text);
  const localMs = Date.parse(isZoned ? text : `${text}${text.includes('T') ? '' : 'T00:00'}Z`);
  if (Number.isNaN(localMs) || !isDay(text.slice(0, 10)))
    throw new UserError(
      `--report-from ${text} is no date, expected for example 2026-01-14 or 2026-01-14T12:00:00+01:00.`,
    );
  return isZoned ? localMs : localMs - zoneOffset(timeZone)(localMs);
}

/** Reports whether a day is in the calendar: JavaScript reads 31 February as a day in March. */
function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** A customer file says who is who; the domains that Postfix appends to logins stand in a configuration, if one is named. */
function whoIsWho(customers: string | undefined, configured: Config | undefined) {
  const localDomains = configured?.policy.localDomains ?? [];
  if (customers) return { directory: readDirectory(customers), localDomains };
  if (!configured) throw new UserError('Whose mail it is must be known: name a customer file with --customers FILE.');
  return { directory: loadDirectory(configured), localDomains };
}

/** Ctrl-C before the first line is no fault of stdin, which it closes: there is nothing to tell. */
function unlessStopped(signal: AbortSignal): (error: unknown) => undefined {
  return (error) => {
    if (!signal.aborted) throw error;
    return undefined;
  };
}

/** Ctrl-C ends the reading, and what was found is told; a second one ends the process. */
function stopOnSignal(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
    controller.abort();
    // A pipe whose writer says nothing would keep the process waiting.
    process.stdin.destroy();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

/** `teller` is there for people. */
function print(finding: Finding, bar: ReplayBar | undefined, teller: Teller | undefined): void {
  bar?.clear();
  process.stdout.write(`${teller ? findingText(finding, teller) : toReplayLine(finding)}\n`);
}

async function printChanges(report: ReplayReport, teller: Teller | undefined): Promise<void> {
  const lines = teller
    ? changesTable(report, teller)
    : report.changes.map(({ change, row }) => toChangeLine(change, row));
  for (const line of lines) await printLine(line);
}

/** Checks --html before the logs are read, which may take an hour, and that the page is not written over a file it is made from. */
function refuseUnwritable(path: string, read: readonly (string | undefined)[]): void {
  const there = statOf(path);
  if (there?.isDirectory()) throw new UserError(`--html ${path} cannot be written: it is a folder.`);
  if (there && read.some((file) => file !== undefined && isSameFile(file, there)))
    throw new UserError(`--html ${path} is one of the files that are read. Name another.`);
  try {
    accessSync(there ? path : dirname(path), constants.W_OK);
  } catch (cause) {
    throw new UserError(`--html ${path} cannot be written: ${fileTrouble(cause)}.`, { cause });
  }
}

/** Reports whether two paths lead to the same file, through links too. */
function isSameFile(path: string, { dev, ino }: Stats): boolean {
  const stats = statOf(path);
  return stats?.ino === ino && stats.dev === dev;
}

function writePage(path: string, report: ReplayReport, { customers, log_timezone: timeZone }: Directory): void {
  const names = new Map(customers.map(({ id, name }) => [id, name]));
  try {
    writeWhole(path, replayPage(report, { timeZone, nameOf: (id) => names.get(id) ?? id }));
  } catch (cause) {
    throw new UserError(`--html ${path} cannot be written: ${fileTrouble(cause)}.`, { cause });
  }
}
