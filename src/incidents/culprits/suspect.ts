// Whose mail brought a listing: the customers ranked by what speaks against them in the time before it was first seen.

export interface Suspect {
  /** Customer id. */
  customer: string;
  /** How likely it is that this customer's mail was the cause, 0..1; those of all suspects add up to at most 1. */
  likelihood: number;
  /** Sentences for people, strongest first: "41 % unknown users (311 of 760)". No markup; may hold outsiders' text. */
  evidence: string[];
  /** The customer's compromise incident of that time, if there is one. */
  incidentId?: number;
  /** Reports whether a person or the ranking has linked that incident to the listing. */
  isLinked: boolean;
}

/** What the ranking itself says, and what is kept of it. */
export type RankedCustomer = Pick<Suspect, 'customer' | 'likelihood' | 'evidence'>;
