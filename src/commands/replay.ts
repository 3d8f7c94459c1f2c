// `relaywarden replay`: what the live detection would have said about past logs, on the logs' own clock.
import cliProgress from 'cli-progress';
import type { Finding } from '../detection/finding.js';
import { type ReplayProgress, type ReplaySummary, replay } from '../detection/replay.js';
import { toReplayLine } from '../detection/replay-line.js';
import { UserError } from '../errors.js';
import { loadDirectory, readDirectory } from '../partners/load.js';
import { endQuietlyOnClosedPipe, makeCommand, optionalConfig } from './options.js';

interface Options {
  config?: string;
  customers?: string;
  format: string;
  json?: boolean;
}

export function replayCommand() {
  return makeCommand(
    'replay',
    'run the live detection over past logs; a line of JSON per finding',
    'relaywarden replay mail.log mail.log.1.gz --customers customers.json\n  zcat old.gz | relaywarden replay - --customers customers.json',
  )
    .argument('<log...>', 'log files; - is stdin, .gz is unpacked')
    .option('--customers <file>', 'who is who, JSON or YAML (default: as in the configuration)')
    .option('--format <format>', 'log format', 'postfix')
    .option('--json', 'the findings alone, without the closing line on stderr')
    .action(run);
}

async function run(logs: string[], options: Options): Promise<void> {
  endQuietlyOnClosedPipe();
  if (options.format !== 'postfix') throw new UserError(`--format ${options.format} is not known; there is postfix.`);
  const bar = progressBar();
  const summary = await replay({
    files: logs,
    ...whoIsWho(options),
    format: 'postfix',
    onFinding: (finding) => print(finding),
    ...(bar ? { onProgress: (progress: ReplayProgress) => bar.show(progress) } : {}),
  });
  bar?.stop();
  if (summary.linesRead > 0 && summary.unknownLines === summary.linesRead)
    throw new UserError(
      `None of the ${summary.linesRead} lines is a line of a ${options.format} log. Is this the right file?`,
    );
  if (!options.json) process.stderr.write(`${closingLine(summary)}\n`);
}

/** A customer file says who is who; the domains that Postfix appends to logins stand in a configuration, if one is named. */
function whoIsWho({ customers, config }: Options) {
  const configured = customers && !config ? undefined : optionalConfig(config);
  const localDomains = configured?.policy.localDomains ?? [];
  if (customers) return { directory: readDirectory(customers), localDomains };
  if (!configured) throw new UserError('Whose mail it is must be known: name a customer file with --customers FILE.');
  return { directory: loadDirectory(configured), localDomains };
}

function print(finding: Finding): void {
  process.stdout.write(`${toReplayLine(finding)}\n`);
}

function closingLine({ linesRead, unknownLines, overlongLines, incidents }: ReplaySummary): string {
  return `${linesRead} lines read, ${unknownLines} not understood, ${overlongLines} too long; ${incidents.length} incidents.`;
}

/** On a terminal only: share of the bytes, lines a second, time left. */
function progressBar() {
  if (!process.stderr.isTTY) return undefined;
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage} % · {rate} lines/s · {eta} s left',
    stream: process.stderr,
    clearOnComplete: true,
  });
  const startedAt = Date.now();
  let isStarted = false;
  return {
    show({ linesRead, bytesRead, bytesTotal }: ReplayProgress) {
      const rate = Math.round((linesRead / Math.max(1, Date.now() - startedAt)) * 1000);
      if (!isStarted) bar.start(bytesTotal, bytesRead, { rate });
      else bar.update(bytesRead, { rate });
      isStarted = true;
    },
    stop: () => bar.stop(),
  };
}
