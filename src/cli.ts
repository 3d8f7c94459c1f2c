// The command line: one table of commands. Each file in commands/ is one of them.
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { auditCommand } from './commands/audit.js';
import { catalogueCommand } from './commands/catalogue.js';
import { checkCommand } from './commands/check.js';
import { classifyCommand } from './commands/classify.js';
import { configCommand } from './commands/config.js';
import { customersCommand } from './commands/customers.js';
import { dbCommand } from './commands/db.js';
import { demoCommand } from './commands/demo.js';
import { dnscheckCommand } from './commands/dnscheck.js';
import { replayCommand } from './commands/replay.js';
import { reportCommand } from './commands/report.js';
import { startCommand } from './commands/start.js';
import { UserError } from './errors.js';

/** Exit codes: what a command returns itself, or 2 when it was called wrongly or cannot work. */
const EXIT_ERROR = 2;

const COMMANDS = [
  startCommand,
  demoCommand,
  checkCommand,
  dnscheckCommand,
  replayCommand,
  classifyCommand,
  reportCommand,
  customersCommand,
  catalogueCommand,
  auditCommand,
  dbCommand,
  configCommand,
];

/** Builds the program. `onExit` gets the exit code that a command returns. */
export function buildProgram(onExit: (code: number) => void): Command {
  const program = new Command('relaywarden')
    .description('Slack bot for the abuse desk of a mail relay: spam in the log → alert → button → refused message.')
    .version(version())
    .showHelpAfterError('Try --help for how it is used.')
    .exitOverride();
  for (const command of COMMANDS) program.addCommand(throwing(command(onExit)));
  program.addHelpText(
    'after',
    '\nExample:\n  relaywarden demo        the whole product with no account: open the address it prints',
  );
  return program;
}

/** Commander ends the process on a wrong call unless each command, and each of its own, is told to throw. */
function throwing(command: Command): Command {
  for (const sub of command.commands) throwing(sub);
  return command.exitOverride().showHelpAfterError('Try --help for how it is used.');
}

/** Runs one command line; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  try {
    await buildProgram((code) => {
      exitCode = code;
    }).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    return report(error);
  }
  return exitCode;
}

/** Commander has printed its own errors already; ours are one clear line; anything else is a bug and shows its trace. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_ERROR;
  if (error instanceof UserError) process.stderr.write(`relaywarden: ${error.message}\n`);
  else process.stderr.write(`relaywarden: this is a bug. ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT_ERROR;
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return manifest.version;
}
