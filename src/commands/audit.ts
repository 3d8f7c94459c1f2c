// `relaywarden audit`: proof that the trail is whole, and export for whoever asks who did what.
import { auditRows, CSV_HEADER, toCsv, toJsonLine, verifyAudit } from '../audit/verify.js';
import { type OpenDb, openDbReadOnly } from '../db/open.js';
import { statOf, UserError } from '../errors.js';
import {
  endQuietlyOnClosedPipe,
  makeCommand,
  makeGroup,
  type OnExit,
  printLine,
  requiredConfig,
} from './terminal/options.js';

export function auditCommand(onExit: OnExit) {
  const command = makeGroup('audit', 'verify or export the audit trail', 'relaywarden audit verify');
  command.addCommand(
    makeCommand('verify', 'check the hash chain; names the first broken row', 'relaywarden audit verify')
      .option('--json', 'print the result as JSON')
      .addHelpText('after', '\nExit code: 0 the trail is whole, 1 it is not, 2 the call is wrong.')
      .action(async (options) => onExit(await verify(options))),
  );
  command.addCommand(
    makeCommand('export', 'print the whole trail', 'relaywarden audit export --format csv > audit.csv')
      .option('--format <format>', 'json (a line each) or csv', 'json')
      .action(exportAll),
  );
  return command;
}

function openTrail(config: string | undefined): OpenDb {
  const { path } = requiredConfig(config).database;
  if (!statOf(path))
    throw new UserError(
      `There is no audit trail to read: there is no database at ${path}. The first start makes it. If the bot has run, name its configuration with --config, or look for where database.path was.`,
    );
  return openDbReadOnly(path);
}

async function verify(options: { config?: string; json?: boolean }): Promise<number> {
  const { db, close } = openTrail(options.config);
  const result = verifyAudit(db);
  close();
  if (options.json) await printLine(JSON.stringify(result));
  else if (result.intact) await printLine(`The audit trail is whole: ${result.rows} rows, last hash ${result.head}`);
  else await printLine(`The audit trail is BROKEN at row ${result.seq}: ${result.why}`);
  return result.intact ? 0 : 1;
}

async function exportAll(options: { config?: string; format: string }): Promise<void> {
  if (!['json', 'csv'].includes(options.format))
    throw new UserError(`--format takes json or csv, not "${options.format}".`);
  endQuietlyOnClosedPipe();
  const { db, close } = openTrail(options.config);
  if (options.format === 'csv') await printLine(CSV_HEADER);
  for (const row of auditRows(db)) await printLine(options.format === 'csv' ? toCsv(row) : toJsonLine(row));
  close();
}
