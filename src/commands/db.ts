// `relaywarden db`: a backup of the running database, and migrations by hand.
import { existsSync } from 'node:fs';
import { openDb, openDbReadOnly } from '../db/open.js';
import { UserError } from '../errors.js';
import { makeCommand, makeGroup, printLine, requiredConfig } from './options.js';

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
  try {
    await db.$client.backup(file);
  } catch (cause) {
    throw new UserError(`${file} cannot be written: ${cause instanceof Error ? cause.message : cause}.`, { cause });
  } finally {
    close();
  }
  await printLine(`Backed up to ${file}`);
}

async function migrate(options: { config?: string }): Promise<void> {
  const { path } = requiredConfig(options.config).database;
  openDb(path).close();
  await printLine(`${path} is up to date`);
}
