// `relaywarden db`: a backup of the running database, and migrations by hand.
import { accessSync, constants, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openDb, openDbReadOnly } from '../db/open.js';
import { fileTrouble, statOf, UserError } from '../errors.js';
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
  refuseTarget(file);
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
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`${file} cannot be written: ${why}. Name a file in another folder, with room for it.`, {
      cause,
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, end);
    close();
  }
  await printLine(`Backed up to ${file}`);
}

/** Throws UserError when no new file can be made there; SQLite would only say that it cannot. */
function refuseTarget(file: string): void {
  const there = statOf(file);
  if (there?.isDirectory())
    throw new UserError(`${file} is a folder. Name a new file in it: ${join(file, 'relaywarden-backup.db')}`);
  if (there) throw new UserError(`${file} is there already. Name a new file.`);
  const folder = dirname(file);
  if (!existsSync(folder)) throw new UserError(`There is no folder ${folder}. Make it, or name a file in another.`);
  try {
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new UserError(`${file} cannot be written: ${fileTrouble(cause)}. Name a file in another folder.`, { cause });
  }
}

async function migrate(options: { config?: string }): Promise<void> {
  const { path } = requiredConfig(options.config).database;
  const wasThere = existsSync(path);
  openDb(path).close();
  await printLine(wasThere ? `${path} is up to date` : `There was no ${path}: a new, empty database was made there`);
}
