// The latest look at the DNS of what is listed, as the gate asks for it.
import type { Tx } from '../db/transaction.js';
import type { AddressLook, DomainLook, Point } from '../hygiene/look.js';
import { latestLook } from '../hygiene/store.js';
import type { GateFacts, LookPoint } from './gate.js';
import { isDomain } from './read.js';

/** Of an address the reverse name has to exist, and not to be another than the relay greets with; undefined where nobody has looked. */
export function dnsLook(db: Tx, target: string): GateFacts['look'] {
  const look = latestLook(db, isDomain(target) ? `domain:${target}` : `ip:${target}`);
  if (!look) return undefined;
  return { lookedAt: look.lookedAt, points: look.kind === 'address' ? addressPoints(look) : domainPoints(look) };
}

function addressPoints({ ptr, helo, spf }: AddressLook): LookPoint[] {
  // A greeting that nobody told us of is no fault of the address.
  const reverse = ptr.state === 'ok' && helo.state === 'bad' ? helo : ptr;
  return [
    { id: 'ptr', name: 'PTR', ...said(reverse) },
    { id: 'spf', name: 'SPF', ...said(spf) },
  ];
}

function domainPoints({ spf, dmarc }: DomainLook): LookPoint[] {
  return [
    { id: 'spf', name: 'SPF', ...said(spf) },
    { id: 'dmarc', name: 'DMARC', ...said(dmarc) },
  ];
}

function said({ state, text }: Point): Pick<LookPoint, 'state' | 'text'> {
  return { state, text };
}
