// `relaywarden start`: the bot itself. With nothing configured at all it shows the practice workspace instead.
import { existsSync } from 'node:fs';
import { CONFIG_DEFAULT, hasSlackEnvironment, readConfig, readSlackSecrets } from '../config.js';
import { UserError } from '../errors.js';
import type { Running } from '../main.js';
import { refuseMistakes, refuseOneForTwo } from './config-mistakes.js';
import { runDemo } from './demo.js';
import { makeCommand, printLine } from './terminal/options.js';
import { untilSignal } from './terminal/until-signal.js';

export function startCommand() {
  return makeCommand(
    'start',
    'run the bot; with no Slack token and no configuration, the practice workspace',
    'SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… relaywarden start --config config.yml',
  )
    .addHelpText('after', ENVIRONMENT)
    .action(start);
}

const ENVIRONMENT = `
In the environment: SLACK_BOT_TOKEN, and SLACK_APP_TOKEN for Socket Mode or SLACK_SIGNING_SECRET for HTTP (slack.mode).
LOG_LEVEL=debug logs more. The others are in docs/configuration.md.`;

async function start(options: { config?: string }): Promise<void> {
  const path = options.config ?? CONFIG_DEFAULT;
  const hasConfig = options.config !== undefined || existsSync(path);
  if (!hasConfig && !hasSlackEnvironment()) return runDemo({});
  if (!hasConfig)
    throw new UserError(
      `Slack's tokens are set, but there is no ${path}. Copy config.example.yml to ${path} and fill it in.`,
    );

  const running = await run(path).catch((error) => {
    // Whatever else is wrong with the file is told along with it; a large customer file is not read twice for nothing.
    if (error instanceof UserError) refuseMistakes(path);
    throw error;
  });
  await printLine(`relaywarden is running: ${running.summary}`);
  await untilSignal();
  await running.stop();
}

async function run(path: string): Promise<Running> {
  const config = readConfig(path);
  refuseOneForTwo(path, config);
  const secrets = readSlackSecrets(config.slack.mode);
  const { startRelaywarden } = await import('../main.js');
  return startRelaywarden({ config, secrets });
}
