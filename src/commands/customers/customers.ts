// `relaywarden customers`: what is wrong in the customer file, which mail belongs to nobody, and whose a name is.

import { makeCommand, makeGroup, type OnExit } from '../terminal/options.js';
import { checkCustomers } from './check.js';
import { showCustomer } from './show.js';

export function customersCommand(onExit: OnExit) {
  const group = makeGroup(
    'customers',
    'check the customer file, or ask whose something is',
    'relaywarden customers check',
  );
  group.addCommand(
    makeCommand(
      'check',
      'overlaps and gaps in the customer file, and mail that belongs to nobody',
      'relaywarden customers check\n  relaywarden customers check --customers customers.yml --log /var/log/mail.log',
    )
      .option('--customers <file>', 'the customer file, JSON or YAML (default: as in the configuration)')
      .option('--log <file...>', 'look in these logs for mail that is nobody’s (default: what was counted so far)')
      .option('--days <n>', 'how many days of what was counted', '14')
      .option('--refused', 'also addresses and sender domains of which no message was ever taken')
      .option('--json', 'a line of JSON for each finding')
      .addHelpText(
        'after',
        '\nExit code: 0 nothing to say, 1 something to mend or to find an owner for, 2 the call is wrong, or entries cannot be used.',
      )
      .action(async (options) => onExit(await checkCustomers(options))),
  );
  group.addCommand(
    makeCommand(
      'show',
      'whose a login, sender, domain or client address is, and by what rule; or all of a customer',
      'relaywarden customers show anna@example.com\n  relaywarden customers show 198.51.100.7',
    )
      .argument('<name>', 'customer id or name, mail address, login, domain or IP address')
      .option('--customers <file>', 'the customer file, JSON or YAML (default: as in the configuration)')
      .option('--json', 'a line of JSON for each answer')
      .addHelpText('after', '\nExit code: 0 somebody’s, 1 nobody’s, 2 the call is wrong.')
      .action(async (what, options) => onExit(await showCustomer(what, options))),
  );
  return group;
}
