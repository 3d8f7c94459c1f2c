// What speaks against an alarm being noise. Much mail may be a mailing; what receivers and logins say of it is another matter, and nobody is
// to silence that without having read it. Pure.
import type { Incident } from './incident.js';

export interface AttackEvidence {
  /** The hard reasons first, then the strongest; sentences without markup that may hold outsiders' text. */
  reasons: string[];
  /** Those that no mailing explains. */
  hard: string[];
}

/**
 * Nats from which on a sign is hard: filters that name spam and complaints at the weight of a new sign, failed logins from five on or three
 * at the very address that got in, networks from the second new one on or the first without a name, unknown users beyond what old lists have.
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
