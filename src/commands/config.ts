// `relaywarden config`: says whether config.yml and the customer file can be used, before anything is started; and what may be set.
import { existsSync } from 'node:fs';
import { whyNotAskable } from '../blocklists/operator.js';
import { CONFIG_DEFAULT, readConfig } from '../config.js';
import { counted } from '../detection/replay-words.js';
import { readThresholds, THRESHOLD_NAMES, THRESHOLDS } from '../detection/thresholds.js';
import { loadDirectory } from '../partners/load.js';
import { refuseMistakes } from './config-mistakes.js';
import { listsOf } from './lists.js';
import { makeCommand, makeGroup, optionalConfig, printLine } from './options.js';
import { tableLines } from './table.js';

export function configCommand() {
  const command = makeGroup('config', 'check the configuration', 'relaywarden config check');
  command.addCommand(
    makeCommand(
      'check',
      'read the configuration and every file it names',
      'relaywarden config check --config /etc/relaywarden/config.yml',
    ).action(check),
  );
  command.addCommand(
    makeCommand(
      'detection',
      'the thresholds of the detection: name, default, value now, meaning',
      'relaywarden config detection',
    )
      .option('--json', 'a line of JSON for each')
      .action(detection),
  );
  return command;
}

async function check(options: { config?: string }): Promise<void> {
  const path = options.config ?? CONFIG_DEFAULT;
  refuseMistakes(path);
  const config = readConfig(path);
  const directory = loadDirectory(config);
  const { lists, choice } = listsOf(config);
  const asked = lists.filter((list) => whyNotAskable(list, choice.keys) === undefined);
  const { relays, partners, customers } = directory;
  for (const { path } of config.logs.filter((log) => !existsSync(log.path)))
    process.stderr.write(`warning: ${path} is not there (yet); it is followed once it is.\n`);
  const counts = [
    ...[counted(relays.length, 'relay'), counted(partners.length, 'partner'), counted(customers.length, 'customer')],
    `${config.people.length} ${config.people.length === 1 ? 'person' : 'people'}, ${counted(asked.length, 'blocklist')}`,
  ].join(', ');
  await printLine(`The configuration can be used: ${counts}.`);
}

async function detection(options: { config?: string; json?: boolean }): Promise<void> {
  const values = readThresholds(optionalConfig(options.config)?.detection);
  const rows = THRESHOLD_NAMES.map((name) => ({ name, ...THRESHOLDS[name], value: values[name] }));
  const lines = options.json
    ? rows.map((row) => JSON.stringify(row))
    : tableLines([
        ['detection.', 'default', 'now', 'from', 'to', 'what it is'],
        ...rows.map((row) => [...[row.name, row.default, row.value, row.least, row.most].map(String), row.meaning]),
      ]);
  for (const line of lines) await printLine(line);
}
