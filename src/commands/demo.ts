// `relaywarden demo`: the practice workspace. Its parts are development dependencies, so they are loaded only here.
import { UserError } from '../errors.js';
import { makeGroup, printLine } from './terminal/options.js';
import { untilSignal } from './terminal/until-signal.js';

const DEFAULT_PORT = 3300;

export function demoCommand() {
  // It has a configuration of its own: --config would do nothing.
  return makeGroup(
    'demo',
    'run the practice workspace: the real bot, with Slack, DNS and mail as stand-ins',
    'relaywarden demo --port 3300\n  INTAKE_TOKEN=a-token-of-16-chars relaywarden demo',
  )
    .option('-p, --port <port>', 'port of the page on 127.0.0.1', String(DEFAULT_PORT))
    .option('--speed <factor>', 'how much faster than the clock practice time runs, 1 to 600', '60')
    .addHelpText(
      'after',
      '\nWith INTAKE_TOKEN in the environment it takes mail events over HTTP too (docs/intake.md), and says where and at what time.',
    )
    .action((options) => runDemo(options));
}

/** Starts the practice workspace and keeps it until a signal. */
export async function runDemo(options: { port?: string; speed?: string }): Promise<void> {
  const port = wholeNumber('--port', options.port ?? String(DEFAULT_PORT), 0, 65_535);
  const speed = wholeNumber('--speed', options.speed ?? '60', 1, 600);
  const { startPractice } = await loadPractice();
  const practice = await startPractice({ port, speed });
  await printLine(
    `Practice workspace: ${practice.url}\nEverything in it is made up; nothing leaves this machine. Ctrl-C ends it.`,
  );
  const { intake } = practice;
  if (intake)
    await printLine(
      `Mail events: POST ${intake.url} with the token of INTAKE_TOKEN. Relays are ${intake.relays.join(' and ')}; it is ${new Date(practice.clock.now()).toISOString()} there.`,
    );
  await untilSignal();
  await practice.stop();
}

async function loadPractice() {
  try {
    return await import('../practice/index.js');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UserError('The practice workspace needs the development dependencies: run `npm ci` without --omit=dev.', {
      cause: error,
    });
  }
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new UserError(`${option} takes a whole number from ${min} to ${max}, not "${text}".`);
  return value;
}
