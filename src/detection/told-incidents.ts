// What a replay tells, incident by incident: each once, when it is first concluded. What comes after within a day is the same incident.
import type { Finding } from './finding.js';

/** The same key again after this long is a new incident. */
export const NEW_INCIDENT_MS = 24 * 3_600_000;

export interface ToldIncident {
  /** The finding it is told by, with what was known then. */
  first: Finding;
  /** The latest finding, with the final senders and numbers. */
  last: Finding;
}

export class ToldIncidents {
  private readonly latest = new Map<string, ToldIncident>();
  private readonly told: ToldIncident[] = [];

  /** `tell` hears of each incident once, at its first finding. */
  constructor(private readonly tell: (finding: Finding) => void = () => {}) {}

  add(finding: Finding): void {
    const known = this.latest.get(finding.key);
    if (known && Math.abs(finding.at - known.last.at) <= NEW_INCIDENT_MS) {
      known.last = finding;
      return;
    }
    const incident = { first: finding, last: finding };
    this.latest.set(finding.key, incident);
    this.told.push(incident);
    this.tell(finding);
  }

  /** In the order they were told. */
  all(): ToldIncident[] {
    return [...this.told];
  }
}
