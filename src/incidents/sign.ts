// A sign of a compromise: what a finding means for an incident, before anybody looks whether there is one already. Pure.
import type { CompromiseFinding, WhoWasFound } from '../detection/finding.js';
import type { CompromiseSubject } from './incident.js';

/** Everything needed to open an incident. */
export interface Sign {
  key: string;
  at: number;
  since: number;
  customer: string;
  subject: CompromiseSubject;
  evidence: string[];
  /** As in the finding. */
  newClientIps?: string[];
}

export function compromiseSign(finding: CompromiseFinding): Sign {
  const { kind: shape, key, at, since, customer, messages, recipients, evidence, newClientIps } = finding;
  return {
    ...{ key, at, since, customer, evidence },
    subject: { kind: 'compromise', shape, messages, recipients, ...whoWasFound(finding) },
    ...(newClientIps ? { newClientIps } : {}),
  };
}

/** What a finding or an incident says of who was found, without all else it says. */
export function whoWasFound(from: WhoWasFound): WhoWasFound {
  const { senders, senderCount, logins, sharedLogins, clientIps, confidence } = from;
  const { isPartlyWithoutLogin, signs, evidenceOf, isCold } = from;
  return {
    ...{ senders, senderCount, logins, sharedLogins, clientIps, confidence },
    ...(isPartlyWithoutLogin ? { isPartlyWithoutLogin } : {}),
    ...(signs ? { signs } : {}),
    ...(evidenceOf ? { evidenceOf } : {}),
    ...(isCold ? { isCold } : {}),
  };
}
