// The command line: one table of commands. Each file in commands/ is one of them.
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { endQuietlyOnClosedPipe, type OnExit } from './commands/terminal/options.js';
import { throwing, WrongCall, wrongCallText } from './commands/terminal/wrong-call.js';
import { UserError } from './errors.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Exit codes: what a command returns itself, or 2 when it was called wrongly or cannot work. */
const EXIT_ERROR = 2;

/** In the order in which help shows them. Each is loaded when it is wanted: `start` has no use for what `replay` needs in memory. */
const COMMANDS: ReadonlyMap<string, () => Promise<(onExit: OnExit) => Command>> = new Map([
  ['start', async () => (await import('./commands/start.js')).startCommand],
  ['demo', async () => (await import('./commands/demo.js')).demoCommand],
  ['check', async () => (await import('./commands/check.js')).checkCommand],
  ['dnscheck', async () => (await import('./commands/dnscheck.js')).dnscheckCommand],
  ['replay', async () => (await import('./commands/replay/replay.js')).replayCommand],
  ['classify', async () => (await import('./commands/classify.js')).classifyCommand],
  ['report', async () => (await import('./commands/report.js')).reportCommand],
  ['customers', async () => (await import('./commands/customers/customers.js')).customersCommand],
  ['catalogue', async () => (await import('./commands/catalogue.js')).catalogueCommand],
  ['audit', async () => (await import('./commands/audit.js')).auditCommand],
  ['db', async () => (await import('./commands/db.js')).dbCommand],
  ['config', async () => (await import('./commands/config.js')).configCommand],
]);

/** Builds the program with all commands, or those named. */
export async function buildProgram(onExit: OnExit, names: Iterable<string> = COMMANDS.keys()): Promise<Command> {
  const program = new Command('relaywarden')
    .description('Slack bot for the abuse desk of a mail relay: spam in the log → alert → button → refused message.')
    .version(version);
  for (const name of names) {
    const command = await COMMANDS.get(name)?.();
    if (command) program.addCommand(command(onExit));
  }
  program.addHelpText(
    'after',
    '\nExample:\n  relaywarden demo        the whole product with no account: open the address it prints',
  );
  return throwing(program);
}

/** Runs one command line; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  endQuietlyOnClosedPipe();
  if (argv.length === 0) return main(['--help']).then(() => EXIT_ERROR);
  const [helpOf, ...words] = argv;
  if (helpOf === 'help' && words.length > 0) return main([...words, '--help']);
  let exitCode = 0;
  try {
    const [name = ''] = argv;
    const program = await buildProgram(
      (code) => {
        exitCode = code;
      },
      COMMANDS.has(name) ? [name] : undefined,
    );
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    return report(error instanceof WrongCall ? await inWords(error, argv) : error);
  }
  return exitCode;
}

/** Only now all commands are needed: one of the others may be meant. */
async function inWords(error: WrongCall, argv: readonly string[]): Promise<UserError> {
  return new UserError(wrongCallText(error, await buildProgram(() => {}), argv), { cause: error });
}

/** Commander ends a call for help or the version so; ours are one clear line; anything else is a bug and shows its trace. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode;
  if (error instanceof UserError) process.stderr.write(`relaywarden: ${error.message}\n`);
  else process.stderr.write(`relaywarden: this is a bug. ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT_ERROR;
}
