// config.yml and the environment: the only reader of either. Every bad field is named at once, with what was expected.
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { ACCOUNT_KEY, BlocklistChoice, knownLists } from './blocklists/choice.js';
import { accountKeys } from './blocklists/keys.js';
import { blocklists } from './blocklists/operators/index.js';
import { Config, Snds, TOKEN } from './config-schema.js';
import { readTextFile, statOf, UserError } from './errors.js';
import { type LineOf, linesOf, type Mistake, mistakesError, mistakesIn } from './mistakes.js';
import { usableOf } from './usable.js';
import { yamlFaults } from './yaml-faults.js';

export { Config, Digest, digestName, Person, type Role, Route } from './config-schema.js';

/** What Slack needs; read from the environment so that no secret stands in a file. */
export interface SlackSecrets {
  botToken: string;
  appToken?: string;
  signingSecret?: string;
  apiUrl?: string;
}

export const CONFIG_DEFAULT = 'config.yml';

/**
 * Reads and checks a configuration file. Relative paths in it are taken from its folder.
 * Throws UserError that lists every bad field with its path and what was expected.
 */
export function readConfig(path: string): Config {
  if (!statOf(path)) throw new UserError(`There is no ${path}. Copy config.example.yml to ${path} and fill it in.`);
  const { value, lineOf } = readConfigValue(path);
  const config = withAbsolutePaths(parseConfig(value, path, lineOf), dirname(resolve(path)));
  return { ...config, blocklists: withAccountKeys(config.blocklists) };
}

interface ConfigValue {
  /** Nothing of it is checked. */
  value: unknown;
  lineOf: LineOf;
}

/** What stands in a configuration file. Throws UserError when it cannot be read, or is no YAML: all that is wrong with that. */
export function readConfigValue(path: string): ConfigValue {
  const text = readTextFile(path, path, ': a configuration is YAML, see config.example.yml.');
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0)
    throw new UserError(`${path} is not valid YAML: ${yamlFaults(document.errors, text)}`);
  return { value: document.toJS() ?? {}, lineOf: linesOf(text) };
}

/** The choice of lists of those who have no configuration file. */
export function defaultBlocklistChoice(env: NodeJS.ProcessEnv = process.env): BlocklistChoice {
  return withAccountKeys(BlocklistChoice.parse({}), env);
}

/**
 * Fills in the account keys by list id. BLOCKLIST_KEY_<NAME> wins over `keys`; <NAME> is the id of a list or the name of an account that
 * opens several, in capitals, - as _. Throws UserError for a key that opens no list or cannot be part of a name; never quotes it.
 */
export function withAccountKeys<T extends BlocklistChoice>(choice: T, env: NodeJS.ProcessEnv = process.env): T {
  const fromEnvironment: Record<string, string> = {};
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(KEY_VARIABLE) || !value) continue;
    if (!ACCOUNT_KEY.test(value))
      throw new UserError(`${variable} cannot be a key: expected letters and digits, 63 at most.`);
    fromEnvironment[variable.slice(KEY_VARIABLE.length).toLowerCase().replaceAll('_', '-')] = value;
  }
  return { ...choice, keys: accountKeys(knownLists(blocklists, choice), fromEnvironment, choice.keys) };
}

const KEY_VARIABLE = 'BLOCKLIST_KEY_';

/** Checks a configuration value; `where` names it in the error. Throws UserError that names every mistake. */
export function parseConfig(value: unknown, where = 'the configuration', lineOf?: LineOf): Config {
  const parsed = Config.safeParse(value);
  if (parsed.success) return parsed.data;
  throw mistakesError(where, mistakesIn(parsed.error, value, Config), value, lineOf);
}

/** What is wrong with each part of a configuration value by itself, and what of the parts can be used. */
export function configParts(value: unknown): { mistakes: Mistake[]; parts: Partial<Config> } {
  const parsed = Config.safeParse(value);
  if (parsed.success) return { mistakes: [], parts: parsed.data };
  const given = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const parts = Object.entries(Config.shape).flatMap(([key, schema]) => {
    const part = usableOf(schema, given[key]);
    return part === undefined ? [] : [[key, part] as const];
  });
  return { mistakes: mistakesIn(parsed.error, value, Config), parts: Object.fromEntries(parts) };
}

/** What SNDS is asked with. */
export interface SndsAccess {
  url: string;
  /** Secret: whoever has it reads our reports. */
  key: string;
  everyMinutes: number;
}

/** Undefined while there is no key, neither in the environment nor in the configuration. */
export function sndsAccess({ snds }: Config, env: NodeJS.ProcessEnv = process.env): SndsAccess | undefined {
  const key = env.SNDS_KEY || snds?.key;
  return key ? { ...Snds.parse(snds ?? {}), key } : undefined;
}

/**
 * What senders of mail events show. INTAKE_TOKEN wins over `intake.http.token`; without either nothing is taken over HTTP. Throws
 * UserError for one that is too short; never quotes it.
 */
export function intakeToken({ intake }: Config, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const token = env.INTAKE_TOKEN || intake.http.token;
  if (token !== undefined && !TOKEN.test(token))
    throw new UserError('INTAKE_TOKEN: expected at least 16 characters, none of them blank.');
  return token;
}

/** Reports whether any of Slack's variables is set: the sign that somebody wants the real bot. */
export function hasSlackEnvironment(env: NodeJS.ProcessEnv = process.env): boolean {
  return Boolean(env.SLACK_BOT_TOKEN || env.SLACK_APP_TOKEN || env.SLACK_SIGNING_SECRET);
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** How much the bot logs. Throws UserError for a level that there is none of. */
export function logLevel(env: NodeJS.ProcessEnv = process.env): (typeof LOG_LEVELS)[number] {
  const level = LOG_LEVELS.find((each) => each === (env.LOG_LEVEL || 'info').toLowerCase());
  if (level === undefined)
    throw new UserError(`LOG_LEVEL is "${env.LOG_LEVEL}"; set it to one of ${LOG_LEVELS.join(', ')}.`);
  return level;
}

/** The script of package.json that npm runs us for; undefined when it does not. */
export function npmScript(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env.npm_lifecycle_event;
}

/** Reads Slack's secrets for the chosen mode. Throws UserError naming every variable that is missing. */
export function readSlackSecrets(mode: Config['slack']['mode'], env: NodeJS.ProcessEnv = process.env): SlackSecrets {
  const second = mode === 'socket' ? 'SLACK_APP_TOKEN' : 'SLACK_SIGNING_SECRET';
  const missing = ['SLACK_BOT_TOKEN', second].filter((name) => !env[name]);
  if (missing.length > 0)
    throw new UserError(
      missing.length === 1
        ? `${missing[0]} is not set; slack.mode ${mode} needs SLACK_BOT_TOKEN and ${second}.`
        : `${missing.join(' and ')} are not set; slack.mode ${mode} needs both.`,
    );
  checkPrefix('SLACK_BOT_TOKEN', env.SLACK_BOT_TOKEN, 'xoxb-');
  if (mode === 'socket') checkPrefix('SLACK_APP_TOKEN', env.SLACK_APP_TOKEN, 'xapp-');
  return {
    botToken: env.SLACK_BOT_TOKEN ?? '',
    ...(env.SLACK_APP_TOKEN ? { appToken: env.SLACK_APP_TOKEN } : {}),
    ...(env.SLACK_SIGNING_SECRET ? { signingSecret: env.SLACK_SIGNING_SECRET } : {}),
    ...(env.SLACK_API_URL ? { apiUrl: env.SLACK_API_URL } : {}),
  };
}

/** The two tokens are easily put in each other's place. */
function checkPrefix(name: string, token: string | undefined, prefix: string): void {
  if (!token?.startsWith(prefix))
    throw new UserError(`${name} should begin with ${prefix}; this one begins otherwise. Are two tokens swapped?`);
}

/** A path in a configuration file, from the folder of that file. */
export function pathFrom(configPath: string, path: string): string {
  return resolve(dirname(resolve(configPath)), path);
}

function withAbsolutePaths(config: Config, folder: string): Config {
  const absolute = (path: string) => resolve(folder, path);
  return {
    ...config,
    database: { path: absolute(config.database.path), traffic: absolute(config.database.traffic) },
    logs: config.logs.map((log) => ({ ...log, path: absolute(log.path) })),
    intake: { ...config.intake, spool: absolute(config.intake.spool) },
    ...(config.customersFile ? { customersFile: absolute(config.customersFile) } : {}),
    policy: {
      ...config.policy,
      ...(config.policy.exportTable ? { exportTable: absolute(config.policy.exportTable) } : {}),
    },
  };
}
