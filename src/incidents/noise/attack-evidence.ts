// What speaks against an alarm being noise. Much mail may be a mailing; what receivers and logins say of it is another matter, and nobody is
// to silence that without having read it. Pure.
import type { Incident } from '../incident.js';

export interface AttackEvidence {
  /** The hard reasons first, then the strongest; sentences without markup that may hold outsiders' text. */
  reasons: string[];
  /** Those that no mailing explains. */
  hard: string[];
}

/**
 * The weight (nats, see noise.ts) from which a signal is hard evidence. It is chosen so that each of these alone suffices: five failed
 * logins, or three from the address that then got in; a second new network, or a first one without a reverse name; more unknown users
 * than an old address list has. Refusals as spam and complaints are hard as soon as they are a new kind of evidence (noise.ts).
 */
const HARD: Record<string, number> = {
  'content-refusals': 1.5,
  complaints: 1.5,
  'failed-logins': 0.9,
  'new-networks': 4.5,
  'phantom-senders': 1.5,
  'unknown-users': 3,
};

export function attackEvidence({ subject, evidence }: Pick<Incident, 'subject' | 'evidence'>): AttackEvidence {
  const signs = (subject.kind === 'compromise' && subject.signs) || [];
  const isHard = (i: number) => (signs[i]?.weight ?? 0) >= (HARD[signs[i]?.id ?? ''] ?? Number.POSITIVE_INFINITY);
  const hard = evidence.filter((_, i) => isHard(i));
  return { reasons: [...hard, ...evidence.filter((_, i) => !isHard(i))], hard };
}
