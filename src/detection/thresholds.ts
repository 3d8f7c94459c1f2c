// The numbers of detection a configuration may set, by name.
import { UserError } from '../errors.js';
import { DEFAULT_THRESHOLDS, type Thresholds } from './assess.js';

/** Reads `detection:` of config.yml. Throws UserError for a name that is none. */
export function readThresholds(values: Record<string, number> = {}): Thresholds {
  const names = Object.keys(DEFAULT_THRESHOLDS);
  for (const [name, value] of Object.entries(values)) {
    if (!names.includes(name)) throw new UserError(`detection.${name} is not known; there are ${names.join(', ')}.`);
    if (!(value > 0)) throw new UserError(`detection.${name} is ${value}, expected a number above 0.`);
  }
  return { ...DEFAULT_THRESHOLDS, ...values };
}
