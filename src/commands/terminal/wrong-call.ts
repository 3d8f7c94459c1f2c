// What is said of a call that was written wrongly: which command it is about, what is wrong, and what to write instead. One line.
import { type Command, CommanderError } from 'commander';
import { npmScript } from '../../config.js';
import { series } from '../../words.js';
import { folded } from './folded.js';
import { exampleOf } from './options.js';

/** Commander's complaint, and the command that it is about. */
export class WrongCall extends Error {
  constructor(
    readonly command: Command,
    readonly complaint: CommanderError,
  ) {
    super(complaint.message);
  }
}

/** Has a command and its own throw what is wrong with a call; commander itself would print it and end the process. */
export function throwing(command: Command): Command {
  for (const own of command.commands) throwing(own);
  if (command.commands.length > 0) command.on('beforeHelp', () => refuseStranger(command));
  else command.hook('preAction', () => refuseEmpty(command));
  return command.configureOutput({ writeErr: () => {}, writeOut: writeHelp }).exitOverride((complaint) => {
    throw complaint.exitCode === 0 ? complaint : new WrongCall(command, complaint);
  });
}

/** What commander does not fold by itself: the text behind a command's options. */
function writeHelp(text: string): void {
  const { columns } = process.stdout;
  process.stdout.write(columns ? folded(text, columns) : text);
}

/** Help with a command that there is none of: commander would show the help of what holds it, as if nothing were wrong. */
function refuseStranger(command: Command): void {
  const [name] = command.args.filter((word) => word !== 'help' && !word.startsWith('-'));
  if (name === undefined || ownOf(command, name)) return;
  command.args = [name];
  // It looks for what may be meant. Public, but its types do not have it.
  (command as Command & { unknownCommand(): void }).unknownCommand();
}

/** `--config "$FILE"` with FILE unset, for example: another file would be taken, or none, without a word. */
function refuseEmpty(command: Command): void {
  const isEmpty = (value: unknown) => [value].flat().includes('');
  const option = command.options.find((each) => isEmpty(command.getOptionValue(each.attributeName())));
  const argument = command.registeredArguments.find((_, place) => isEmpty(command.processedArgs[place]));
  if (option) throw wrongCall(command, 'optionMissingArgument', option.flags);
  if (argument) throw wrongCall(command, 'missingArgument', argument.name());
}

function wrongCall(command: Command, code: string, what: string): WrongCall {
  return new WrongCall(command, new CommanderError(1, `commander.${code}`, `'${what}'`));
}

/** `program` has all commands there are. */
export function wrongCallText({ command, complaint }: WrongCall, program: Command, argv: readonly string[]): string {
  const [first = '', second = ''] = argv;
  const outer = ownOf(program, first);
  if (outer && ownOf(program, second) && !ownOf(outer, second))
    return `${second} is a command of its own and comes first: npx relaywarden ${argv.slice(1).join(' ')}`;
  const fault = faultOf(command, complaint, program, argv);
  const example = /Example: |npx /.test(fault) ? '' : exampleText(command);
  const help = command.parent === null ? 'relaywarden --help' : `relaywarden ${nameOf(command)} --help`;
  return `${fault}${example} More: ${help}`;
}

function faultOf(
  command: Command,
  { code, message }: CommanderError,
  program: Command,
  argv: readonly string[],
): string {
  const [, wrong = ''] = /'(.*?)'/.exec(message) ?? [];
  const [, meant] = /\(Did you mean (?:one of )?(.*)\?\)/.exec(message) ?? [];
  const perhaps = meant === undefined ? '' : ` Did you mean ${meant}?`;
  switch (code) {
    case 'commander.unknownCommand':
      return `${nameOf(command)} has no command ${wrong}.${perhaps || ` There are ${series(namesIn(command))}.`}`;
    case 'commander.help':
      return `${nameOf(command)} needs one of its commands: ${series(namesIn(command), 'or')}.`;
    case 'commander.unknownOption':
      return perhaps
        ? `${nameOf(command)} has no option ${wrong}.${perhaps}`
        : strangeOption(command, wrong, program, argv);
    case 'commander.missingArgument':
      return `${nameOf(command)} needs ${argumentText(command, wrong)}.`;
    case 'commander.optionMissingArgument':
      return `${optionText(command, wrong)}.`;
    case 'commander.excessArguments':
      return tooMuch(command);
    default:
      return `${message.replace(/^error: /, '')}`;
  }
}

/** An option that the command does not have: another one does, perhaps. */
function strangeOption(command: Command, wrong: string, program: Command, argv: readonly string[]): string {
  const flag = wrong.replace(/=.*/s, '');
  const owners = allCommands(program).filter(({ options }) =>
    options.some(({ long, short }) => flag === long || flag === short),
  );
  const names = owners.map(nameOf);
  if (command.parent === null && names.length === 1)
    return `${flag} comes behind its command: npx relaywarden ${[...names, ...argv].join(' ')}.`;
  if (command.parent === null && names.length > 0)
    return `${flag} comes behind the command that it is for: ${series(names, 'or')}.`;
  const [only, ...others] = owners;
  if (!only) return `${nameOf(command)} has no option ${flag}.`;
  if (others.length > 0) return `${nameOf(command)} has no option ${flag}; ${series(names)} have.`;
  return `${nameOf(command)} has no option ${flag}; ${nameOf(only)} has.${exampleText(only)}`;
}

/** npm keeps options for itself that have no -- before them, and hands on what follows them. */
function tooMuch(command: Command): string {
  const taken = command.registeredArguments.length;
  const fault = `${nameOf(command)} takes ${taken === 0 ? 'no argument' : 'fewer arguments'}: what is ${series(command.args.slice(taken))}?`;
  const isByNpm = npmScript() === command.name();
  return isByNpm ? `${fault} Behind npm, options need -- before them: npm run demo -- --port 8080.` : fault;
}

function argumentText(command: Command, name: string): string {
  const argument = command.registeredArguments.find((each) => each.name() === name);
  const many = argument?.variadic ? '…' : '';
  return `${name.toUpperCase()}${many}${argument?.description ? ` (${argument.description})` : ''}`;
}

/** `wrong` is how the option is declared: `-p, --port <port>`. */
function optionText(command: Command, wrong: string): string {
  const option = command.options.find(({ flags }) => flags === wrong);
  return `${option?.long ?? wrong} needs a value${option ? `: ${option.description}` : ''}`;
}

function exampleText(command: Command): string {
  const example = exampleOf(command);
  return example === undefined ? '' : ` Example: ${example}.`;
}

/** `customers show`; `relaywarden` itself. */
function nameOf(command: Command): string {
  return command.parent?.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}

function ownOf(command: Command, name: string): Command | undefined {
  return command.commands.find((own) => own.name() === name);
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((own) => [own, ...allCommands(own)]);
}

function namesIn({ commands }: Command): string[] {
  return commands.map((own) => own.name());
}
