// `relaywarden db`: a backup of the running database, and migrations by hand.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { openDb, openDbReadOnly } from '../db/open.js';
import { UserError } from '../errors.js';
import { makeCommand, makeGroup, printLine, requiredConfig } from './terminal/options.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** What a shell expects of a command that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

export function dbCommand() {
  const command = makeGroup('db', 'back up or migrate the database', 'relaywarden db backup relaywarden-backup.db');
  command.addCommand(
    makeCommand(
      'backup',
      'copy the database to FILE, also while the bot runs',
      'relaywarden db backup /var/backups/relaywarden.db',
    )
      .argument('<file>', 'where to; must not exist')
      .action(backup),
  );
  command.addCommand(
    makeCommand(
      'migrate',
      'bring the database up to date (start does this by itself)',
      'relaywarden db migrate',
    ).action(migrate),
  );
  return command;
}

async function backup(file: string, options: { config?: string }): Promise<void> {
  if (existsSync(file)) throw new UserError(`${file} is there already. Name a new file.`);
  const { db, close } = openDbReadOnly(requiredConfig(options.config).database.path);
  const unfinished = `${file}.unfinished-${process.pid}`;
  const end = () => {
    rmSync(unfinished, { force: true });
    process.exit(EXIT_INTERRUPTED);
  };
  for (const signal of SIGNALS) process.once(signal, end);
  try {
    await db.$client.backup(unfinished);
    renameSync(unfinished, file);
  } catch (cause) {
    rmSync(unfinished, { force: true });
    throw new UserError(`${file} cannot be written: ${cause instanceof Error ? cause.message : cause}.`, { cause });
  } finally {
    for (const signal of SIGNALS) process.off(signal, end);
    close();
  }
  await printLine(`Backed up to ${file}`);
}

async function migrate(options: { config?: string }): Promise<void> {
  const { path } = requiredConfig(options.config).database;
  openDb(path).close();
  await printLine(`${path} is up to date`);
}
