// Containments and requests as the tests of this folder write them.
import type { Attribute, Containment, ContainmentAction } from '../../src/containment/containment.js';
import { domainOf } from '../../src/mail/address.js';

let lastId = 0;

export function containment(action: ContainmentAction, fields: Partial<Containment> = {}): Containment {
  lastId++;
  return { id: lastId, incidentId: 1, action, customer: 'kvist', senders: [], logins: [], placedAt: lastId, ...fields };
}

/** Attributes by login `<customer>@…` or `<customer>`, then by the sender's domain `<customer>.example`. */
export const attributeByName: Attribute = ({ login, sender }) => {
  const known = ['kvist', 'vestmar'];
  const name = login === undefined ? domainOf(sender).replace(/\.example$/, '') : login.split('@')[0];
  return known.find((customer) => customer === name);
};

/** A request as Postfix writes it. */
export function requestText(attributes: Record<string, string> = {}): string {
  const all = {
    request: 'smtpd_access_policy',
    protocol_state: 'RCPT',
    sender: '',
    recipient: 'kari@nord.example',
    ...attributes,
  };
  return `${Object.entries(all)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')}\n`;
}
