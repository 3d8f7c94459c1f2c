// What every command shares: --config, --json, an example in its help, output that ends well when a pipe closes.
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { CONFIG_DEFAULT, type Config, readConfig } from '../../config.js';
import { fileTrouble, UserError } from '../../errors.js';

export type OnExit = (code: number) => void;

/** A command with the options all commands have, and its example in --help. */
export function makeCommand(name: string, description: string, example: string): Command {
  return makeGroup(name, description, example).option(
    '-c, --config <file>',
    `configuration file (default: ./${CONFIG_DEFAULT} when present)`,
  );
}

/** A command without --config. One that only holds others must have no options: it would take them away from the command after it. */
export function makeGroup(name: string, description: string, example: string): Command {
  const command = new Command(name).description(description).addHelpText('after', `\nExample:\n  ${example}`);
  examples.set(command, example);
  return command;
}

const examples = new WeakMap<Command, string>();

/** The first example of a command made here. */
export function exampleOf(command: Command): string | undefined {
  return examples.get(command)?.split('\n')[0];
}

/** The configuration that --config names, or ./config.yml when there is one; undefined when neither. */
export function optionalConfig(path: string | undefined): Config | undefined {
  if (path) return readConfig(path);
  return existsSync(CONFIG_DEFAULT) ? readConfig(CONFIG_DEFAULT) : undefined;
}

/** The configuration; throws UserError when there is none. */
export function requiredConfig(path: string | undefined): Config {
  return readConfig(path ?? CONFIG_DEFAULT);
}

/** Writes a line to stdout and waits when the reader is slower than we are. A reader that has gone ends the command quietly. */
export async function printLine(line: string): Promise<void> {
  if (process.stdout.write(`${line}\n`)) return;
  await new Promise((drained) => process.stdout.once('drain', drained));
}

let isWatched = false;

const EXIT_UNWRITTEN = 2;

/** A closed pipe (`… | head`) is no error; a full disk is one, in words. What nobody takes from stderr is not missed. */
export function endQuietlyOnClosedPipe(): void {
  if (isWatched) return;
  isWatched = true;
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    process.stderr.write(`relaywarden: the output cannot be written: ${fileTrouble(error)}.\n`);
    process.exit(EXIT_UNWRITTEN);
  });
}

/** Says on a terminal that stdin is read: nothing else shows that a command waits for somebody who types. `what` is a plural. */
export function inviteToType(what: string): void {
  if (process.stdin.isTTY) process.stderr.write(`Paste ${what}; Ctrl-D ends.\n`);
}

/**
 * Words on a terminal or with --text; else JSON, which scripts read, also those that were written before there were words. Throws UserError
 * for both at once.
 */
export function isForPeople({ text, json }: { text?: boolean; json?: boolean }): boolean {
  if (text && json) throw new UserError('--text and --json cannot both be. Name one.');
  return text ?? (process.stdout.isTTY === true && !json);
}
