// `relaywarden config`: says whether config.yml and the customer file can be used, before anything is started; and what may be set.
import { chooseLists } from '../blocklists/choice.js';
import { whyNotAskable } from '../blocklists/operator.js';
import { blocklists } from '../blocklists/operators/index.js';
import { CONFIG_DEFAULT, readConfig } from '../config.js';
import { readThresholds, THRESHOLD_NAMES, THRESHOLDS } from '../detection/thresholds.js';
import { UserError } from '../errors.js';
import { loadDirectory } from '../partners/load.js';
import { count } from '../words.js';
import { faultsOfConfig } from './config-mistakes.js';
import { makeCommand, makeGroup, optionalConfig, printLine } from './terminal/options.js';
import { tableLines } from './terminal/table.js';

export function configCommand() {
  const command = makeGroup('config', 'check the configuration', 'relaywarden config check');
  command.addCommand(
    makeCommand(
      'check',
      'read the configuration and every file it names',
      'relaywarden config check --config /etc/relaywarden/config.yml',
    )
      .addHelpText('after', '\nExit code: 0 it can be used, whatever it is warned of; 2 it cannot, with every mistake.')
      .action(check),
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
  const { error, warnings } = faultsOfConfig(path);
  const lines = warnings.map((warning) => `warning: ${warning}`);
  if (error) throw new UserError([error.message, ...lines].join('\n'));
  for (const line of lines) process.stderr.write(`${line}\n`);
  const config = readConfig(path);
  const { relays, partners, customers } = loadDirectory(config);
  const lists = chooseLists(blocklists, config.blocklists);
  const asked = lists.filter((list) => whyNotAskable(list, config.blocklists.keys) === undefined);
  const counts = [
    ...[count(relays.length, 'relay'), count(partners.length, 'partner'), count(customers.length, 'customer')],
    `${config.people.length} ${config.people.length === 1 ? 'person' : 'people'}, ${count(asked.length, 'blocklist')}`,
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
