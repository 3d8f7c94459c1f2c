// Outcomes as people read them.
import type { AttackOutcome, FalseAlarm, ListingOutcome, SeedOutcome } from './outcome.js';

export interface Summary {
  attacks: number;
  found: number;
  falseIncidents: number;
  customerDays: number;
  f1: number;
  precision: number;
  recall: number;
  /** For each 1,000 customer-days. */
  falseRate: number;
  /** Share of all spam recipients that were reached before the first alarm about their attack; of a missed one all are. */
  reached: number;
  /** The same share, of each attack by itself: the mean. */
  reachedOfEach: number;
  /** Of those found: kind and senders right at the first alarm. */
  right: number;
  /** The same, with a kind that is right for what had been sent by then. */
  rightSoFar: number;
  medianDelayMinutes: number;
}

export type Days = 'cold' | 'warm' | 'all';
type Told = Pick<SeedOutcome, 'attacks' | 'falseAlarms' | 'customers'>;

/** Day 1 is cold, the days after are warm. */
export function summarise(outcomes: Told[], days: Days): Summary {
  const isIn = (day: number) => days === 'all' || (days === 'cold') === day <= 0;
  const attacks = outcomes.flatMap((outcome) => outcome.attacks).filter(({ day }) => isIn(day));
  const falseIncidents = outcomes.flatMap((outcome) => outcome.falseAlarms).filter(({ day }) => isIn(day)).length;
  const customerDays = sum(outcomes.flatMap(({ customers }) => customers.filter((_, day) => isIn(day))));
  const hits = attacks.filter(({ isFound }) => isFound);
  const precision = hits.length / Math.max(1, hits.length + falseIncidents);
  const recall = hits.length / Math.max(1, attacks.length);
  return {
    attacks: attacks.length,
    found: hits.length,
    falseIncidents,
    customerDays,
    f1: (2 * precision * recall) / Math.max(1e-9, precision + recall),
    precision,
    recall,
    falseRate: (1000 * falseIncidents) / Math.max(1, customerDays),
    reached:
      sum(attacks.map(({ reached, recipients }) => reached * recipients)) /
      Math.max(1, sum(attacks.map(({ recipients }) => recipients))),
    reachedOfEach: mean(attacks.map(({ reached }) => reached)),
    right: mean(hits.map(isRight)),
    rightSoFar: mean(hits.map((hit) => (hit.isKindRightSoFar && hit.areSendersRight ? 1 : 0))),
    medianDelayMinutes: median(hits.map(({ delayMinutes }) => delayMinutes ?? 0)),
  };
}

export function mainTable(outcomes: Told[]): string {
  const hasWarm = outcomes.some(({ customers }) => customers.length > 1);
  const columns = (hasWarm ? ['cold', 'warm', 'all'] : ['cold']) as Days[];
  const summaries = columns.map((days) => summarise(outcomes, days));
  const row = (name: string, of: (summary: Summary) => string) =>
    `${name.padEnd(52)}${summaries.map((each) => of(each).padStart(12)).join('')}`;
  return [
    `${''.padEnd(52)}${columns.map((days) => days.padStart(12)).join('')}`,
    row('F1 over incidents', ({ f1 }) => f1.toFixed(3)),
    row('precision', ({ precision }) => precision.toFixed(3)),
    row('recall', ({ recall, found, attacks }) => `${recall.toFixed(3)} ${found}/${attacks}`.padStart(12)),
    row(
      'false incidents per 1,000 customer-days',
      ({ falseRate, falseIncidents }) => `${falseRate.toFixed(1)} (${falseIncidents})`,
    ),
    row('spam recipients reached before (a missed one: all)', ({ reached }) => reached.toFixed(3)),
    row('  …each attack counting alike', ({ reachedOfEach }) => reachedOfEach.toFixed(3)),
    row('right kind and senders at the first alarm', ({ right }) => right.toFixed(3)),
    row('  …the kind being that of what was sent by then', ({ rightSoFar }) => rightSoFar.toFixed(3)),
    row('median minutes to the first alarm', ({ medianDelayMinutes }) => medianDelayMinutes.toFixed(1)),
  ].join('\n');
}

export function attackTable(attacks: AttackOutcome[]): string {
  const rows = [...grouped(attacks, ({ name }) => name)].map(([name, all]) => {
    const hits = all.filter(({ isFound }) => isFound);
    const parts = [
      `found ${hits.length}/${all.length}`.padEnd(14),
      `reached ${percent(mean(all.map(({ reached }) => reached)))}`.padEnd(15),
      `kind ${hits.filter(({ isKindRight }) => isKindRight).length}/${hits.length}`.padEnd(12),
      `senders ${hits.filter(({ areSendersRight }) => areSendersRight).length}/${hits.length}`.padEnd(15),
      `median ${median(hits.map(({ delayMinutes }) => delayMinutes ?? 0)).toFixed(0)} min`,
    ];
    return `  ${name.padEnd(38)}${parts.join(' ')}`;
  });
  return rows.sort().join('\n');
}

/** Found and missed by how the customer hands its mail in. */
export function authTable(attacks: AttackOutcome[]): string {
  const rows = [...grouped(attacks, ({ auth }) => auth)].map(([auth, all]) => {
    const found = all.filter(({ isFound }) => isFound).length;
    return (
      `  ${auth.padEnd(38)}found ${found}/${all.length}`.padEnd(55) +
      `reached ${percent(mean(all.map(({ reached }) => reached)))}`
    );
  });
  return rows.sort().join('\n');
}

export function oddityTable(outcomes: SeedOutcome[]): string {
  const oddities = outcomes.flatMap((outcome) => outcome.oddities);
  const rows = [...grouped(oddities, ({ name }) => name)].map(([name, all]) => {
    const alarmed = all.filter(({ isAlarmed }) => isAlarmed);
    const cold = alarmed.filter(({ day }) => day <= 0).length;
    return {
      share: alarmed.length / all.length,
      line: `  ${name.padEnd(38)}alarmed ${alarmed.length}/${all.length}${cold > 0 ? ` (${cold} on day 1)` : ''}`,
    };
  });
  return rows
    .sort((a, b) => b.share - a.share)
    .map(({ line }) => line)
    .join('\n');
}

export function listingTable(listings: ListingOutcome[]): string {
  const found = listings.filter(({ isFound }) => isFound);
  const rows = [...grouped(listings, ({ name }) => name)].map(
    ([name, all]) => `  ${name.padEnd(38)}found ${all.filter(({ isFound }) => isFound).length}/${all.length}`,
  );
  const delay = median(found.map(({ delaySeconds }) => delaySeconds ?? 0));
  const missed = listings
    .filter(({ isFound }) => !isFound)
    .map(({ seed, name, mark, refusals }) => `    missed: ${name} (${mark}) [seed ${seed}], ${refusals} refusals`);
  return [
    `listings found ${found.length}/${listings.length}, median ${delay.toFixed(0)} s after the first refusal`,
    ...rows.sort(),
    ...missed,
  ].join('\n');
}

export function falseAlarmList(alarms: FalseAlarm[]): string {
  const lines = [...alarms]
    .sort((a, b) => a.oddity.localeCompare(b.oddity) || a.day - b.day)
    .map(
      ({ seed, day, oddity, auth, kind, senders, messages, recipients, confidence, evidence }) =>
        `  ${oddity} [seed ${seed}, day ${day + 1}, ${auth}] ${kind} ${senders.join(' ')}, ${messages} messages, ${recipients} recipients, ${confidence.toFixed(2)}\n      ${evidence.join('; ')}`,
    );
  return lines.join('\n');
}

export function missList(attacks: AttackOutcome[]): string {
  return attacks
    .filter(({ isFound }) => !isFound)
    .map(
      ({ seed, day, name, auth, recipients, customer }) =>
        `  ${name} [seed ${seed}, day ${day + 1}, ${auth}] ${customer}, ${recipients} recipients`,
    )
    .sort()
    .join('\n');
}

function isRight({ isKindRight, areSendersRight }: AttackOutcome): number {
  return isKindRight && areSendersRight ? 1 : 0;
}

function grouped<T>(list: T[], nameOf: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of list) {
    const group = groups.get(nameOf(each));
    if (group) group.push(each);
    else groups.set(nameOf(each), [each]);
  }
  return groups;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
function sum(list: number[]): number {
  return list.reduce((total, each) => total + each, 0);
}
function mean(list: number[]): number {
  return list.length === 0 ? 0 : sum(list) / list.length;
}
function median(list: number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
