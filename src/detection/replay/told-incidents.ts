// Joins the findings of a replay to incidents, and reports each incident once, at its first finding. A finding with the same key within
// a day of the last one belongs to the same incident.
import type { Finding } from '../finding.js';

/** A finding whose key was not seen for longer than this begins a new incident. */
export const NEW_INCIDENT_MS = 24 * 3_600_000;

export interface ToldIncident {
  /** The finding it is reported by, with what was known then. */
  first: Finding;
  /** The latest finding, with the final senders and numbers. */
  last: Finding;
}

export class ToldIncidents {
  private readonly latest = new Map<string, ToldIncident>();
  private readonly told: ToldIncident[] = [];

  /** `tell` is called for each incident once, with its first finding. */
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

  /** In the order in which they were reported. */
  all(): ToldIncident[] {
    return [...this.told];
  }
}
