// `relaywarden config`: says whether config.yml and the customer file can be used, before anything is started.

import { existsSync } from 'node:fs';
import { whyNotAskable } from '../blocklists/operator.js';
import { digestName } from '../config.js';
import { readThresholds } from '../detection/thresholds.js';
import { loadDirectory } from '../partners/load.js';
import { checkCron } from '../schedule.js';
import { listsOf } from './lists.js';
import { makeCommand, makeGroup, printLine, requiredConfig } from './options.js';

export function configCommand() {
  const command = makeGroup('config', 'check the configuration', 'relaywarden config check');
  command.addCommand(
    makeCommand(
      'check',
      'read the configuration and every file it names',
      'relaywarden config check --config /etc/relaywarden/config.yml',
    ).action(check),
  );
  return command;
}

async function check(options: { config?: string }): Promise<void> {
  const config = requiredConfig(options.config);
  const directory = loadDirectory(config);
  const { lists, choice } = listsOf(config);
  const asked = lists.filter((list) => whyNotAskable(list, choice.keys) === undefined);
  readThresholds(config.detection);
  checkCron(config.hygiene.cron, undefined, 'hygiene.cron');
  for (const digest of config.digests) checkCron(digest.cron, digest.timezone, `digest ${digestName(digest)}`);
  const { relays, partners, customers } = directory;
  for (const { path } of config.logs.filter((log) => !existsSync(log.path)))
    process.stderr.write(`warning: ${path} is not there (yet); it is followed once it is.\n`);
  await printLine(
    `The configuration can be used: ${relays.length} relays, ${partners.length} partners, ${customers.length} customers, ${config.people.length} people, ${asked.length} blocklists.`,
  );
}
