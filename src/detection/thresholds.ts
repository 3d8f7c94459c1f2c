// The thresholds of the detection that a configuration may set: one table of their names, defaults, bounds and meanings. The reasons for
// the first two are in the header of assess.ts.
import { UserError } from '../errors.js';
import { nearest } from '../mail/nearest.js';

interface Threshold {
  default: number;
  /** Bounds, both allowed. */
  least: number;
  most: number;
  /** One sentence for people, which says what a higher value does. */
  meaning: string;
}

export const THRESHOLDS = {
  honestPerSpam: {
    default: 3_500,
    least: 1,
    most: 1e12,
    meaning: 'Honest runs of mail for each run of spam; more asks for more evidence before an alarm.',
  },
  alarmOdds: {
    default: 1,
    least: 1e-6,
    most: 1e6,
    meaning: 'Odds of spam at which an alarm is told; 1 is as likely as not, 10 is ten times likelier than not.',
  },
  learnedFactor: {
    default: 10,
    least: 1,
    most: 1e6,
    meaning:
      'By how many times honestPerSpam may rise where honest mail often comes near an alarm; it falls by the square root of it; 1 keeps it.',
  },
  leastRecipients: {
    default: 8,
    least: 1,
    most: 1e6,
    meaning: 'Recipients tried before anybody is judged; more is later and surer.',
  },
} satisfies Record<string, Threshold>;

export type ThresholdName = keyof typeof THRESHOLDS;
export type Thresholds = Record<ThresholdName, number>;

export const THRESHOLD_NAMES = Object.keys(THRESHOLDS) as ThresholdName[];

export const DEFAULT_THRESHOLDS: Thresholds = Object.fromEntries(
  THRESHOLD_NAMES.map((name) => [name, THRESHOLDS[name].default]),
) as Thresholds;

/** Reads `detection:` of config.yml. Throws UserError for a name that is none and for a value out of bounds. */
export function readThresholds(values: Readonly<Record<string, number>> = {}): Thresholds {
  const [mistake] = thresholdMistakes(values);
  if (mistake) throw new UserError(`detection.${mistake.name} ${mistake.text}.`);
  return { ...DEFAULT_THRESHOLDS, ...values };
}

/** What is wrong with each wrong one and what is expected instead; a text that follows the name, without a full stop. */
export function thresholdMistakes(values: Readonly<Record<string, number>>): { name: string; text: string }[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (!isThreshold(name)) return [{ name, text: `is not known; ${knownText(name)}` }];
    const { least, most } = THRESHOLDS[name];
    return value >= least && value <= most
      ? []
      : [{ name, text: `is ${value}, expected a number from ${least} to ${most}` }];
  });
}

function knownText(name: string): string {
  const near = nearest(name, THRESHOLD_NAMES);
  return `${near === undefined ? '' : `${near} perhaps; `}there are ${THRESHOLD_NAMES.join(', ')}`;
}

/** Reads settings from a command line, `detection.x=y`; of two for one name the last counts. Throws UserError. */
export function readSettings(settings: readonly string[]): Partial<Thresholds> {
  const values = Object.fromEntries(settings.map(readSetting));
  readThresholds(values);
  return values;
}

function readSetting(setting: string): [string, number] {
  const [, name, value] = /^detection\.(\w+)=(\S+)$/.exec(setting.trim()) ?? [];
  if (name === undefined || value === undefined || Number.isNaN(Number(value)))
    throw new UserError(
      `"${setting}" sets nothing${meantText(setting)}, expected detection.NAME=NUMBER; there are ${THRESHOLD_NAMES.join(', ')}.`,
    );
  return [name, Number(value)];
}

/** A suggestion for the most frequent mistake, the name without `detection.`; '' when there is none. */
function meantText(setting: string): string {
  const [name = '', value] = setting.trim().split('=');
  const near = nearest(name.replace(/^\w*\./, ''), THRESHOLD_NAMES);
  return near !== undefined && value !== undefined && !Number.isNaN(Number(value))
    ? ` (detection.${near}=${value} perhaps)`
    : '';
}

function isThreshold(name: string): name is ThresholdName {
  return Object.hasOwn(THRESHOLDS, name);
}
