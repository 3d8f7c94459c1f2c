// Reads what noise was taught and what it held back, for the card, the digest and the list.
import type { Context } from '../context.js';
import { isInForce, type Teaching } from '../incidents/noise/noise.js';
import {
  alsoHeldBy,
  findTeaching,
  heldBetween,
  teachingsInForce,
  teachingsOfIncident,
} from '../incidents/noise/teachings.js';
import type { NoiseLine } from './messages/noise/noise.js';
import { customerNameOf } from './read.js';

type NoiseDeps = Pick<Context, 'db' | 'now' | 'customerName'>;

/** What marking an incident has taught last; undefined when it never was. */
export function readNoiseOf(deps: NoiseDeps, incidentId: number): NoiseLine | undefined {
  const [latest] = teachingsOfIncident(deps.db, incidentId);
  if (!latest) return undefined;
  const line = lineOf(deps, latest, { runs: latest.matched, recipients: 0 });
  const stillBy = line.isInForce ? undefined : alsoHeldBy(deps.db, latest, deps.now());
  return { ...line, ...(stillBy ? { stillBy } : {}) };
}

/** Everything in force, newest first, with what it held back in all. */
export function readNoise(deps: NoiseDeps): NoiseLine[] {
  const sums = new Map(heldBetween(deps.db, 0, Number.MAX_SAFE_INTEGER).map((held) => [held.teachingId, held]));
  return teachingsInForce(deps.db, deps.now()).map((teaching) =>
    lineOf(deps, teaching, sums.get(teaching.id) ?? { runs: 0, recipients: 0 }),
  );
}

/** What a digest tells: what was held back or marked from `from` until before `to`, and how many more are in force. */
export function readNoiseBetween(deps: NoiseDeps, from: number, to: number): { lines: NoiseLine[]; idle: number } {
  const held = heldBetween(deps.db, from, to);
  const told = held.flatMap((sums) => {
    const teaching = findTeaching(deps.db, sums.teachingId);
    return teaching ? [lineOf(deps, teaching, sums)] : [];
  });
  const others = teachingsInForce(deps.db, deps.now()).filter(
    ({ id }) => !held.some(({ teachingId }) => teachingId === id),
  );
  const fresh = others.filter(({ at }) => at >= from && at < to);
  return {
    lines: [
      ...told.toSorted((a, b) => runsOf(b) - runsOf(a)),
      ...fresh.map((each) => lineOf(deps, each, { runs: 0, recipients: 0 })),
    ],
    idle: others.length - fresh.length,
  };
}

function runsOf({ runs, ongoing }: NoiseLine): number {
  return runs + (ongoing?.runs ?? 0);
}

function lineOf(
  deps: NoiseDeps,
  teaching: Teaching,
  { runs, recipients, ongoing }: Pick<NoiseLine, 'runs' | 'recipients' | 'ongoing'>,
): NoiseLine {
  return {
    teaching,
    customerName: customerNameOf(deps, teaching),
    runs,
    recipients,
    ...(ongoing && ongoing.runs > 0 ? { ongoing } : {}),
    isInForce: isInForce(teaching, deps.now()),
  };
}
