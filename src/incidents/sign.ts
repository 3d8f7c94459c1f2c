// A sign of a compromise: what a finding means for an incident, before anybody looks whether there is one already. Pure.
import type { CompromiseFinding } from '../detection/finding.js';
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
  const { senders, senderCount, logins, sharedLogins, clientIps, messages, recipients, confidence } = finding;
  const { signs, evidenceOf, isCold, isPartlyWithoutLogin } = finding;
  const subject: CompromiseSubject = {
    kind: 'compromise',
    shape: finding.kind,
    ...{ senders, senderCount, logins, sharedLogins, clientIps },
    ...(isPartlyWithoutLogin ? { isPartlyWithoutLogin } : {}),
    ...{ messages, recipients, confidence },
    ...(signs ? { signs } : {}),
    ...(evidenceOf ? { evidenceOf } : {}),
    ...(isCold ? { isCold } : {}),
  };
  const { key, at, since, customer, evidence, newClientIps } = finding;
  return { key, at, since, customer, subject, evidence, ...(newClientIps ? { newClientIps } : {}) };
}
