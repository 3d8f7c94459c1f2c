// What an incident's mail comes to when findings count different parts of it.
import { describe, expect, it } from 'vitest';
import type { CompromiseSubject } from '../../src/incidents/incident.js';
import { withEarlierSpells } from '../../src/incidents/spells.js';
import { stolenMailbox, T0 } from '../helpers/incidents.js';

const MINUTE_MS = 60_000;
const EVIDENCE = ['60 recipients in 10 min'];

/** What is found of kim's mailbox, and what of the login that sends as it and as others. */
function found(messages: number, shape: CompromiseSubject['shape'] = 'single'): CompromiseSubject {
  const { senderCount, logins, sharedLogins, clientIps, confidence } = stolenMailbox();
  const senders = shape === 'single' ? ['kim@acme.example'] : ['kim@acme.example', 'ida@acme.example'];
  const mail = { messages, recipients: messages * 3 };
  return { kind: 'compromise', shape, senders, senderCount, logins, sharedLogins, clientIps, confidence, ...mail };
}

/** The subject after findings of the same spell, one every five minutes. */
function sightOf(findings: readonly CompromiseSubject[]): CompromiseSubject {
  const since = T0 - 10 * MINUTE_MS;
  const [first, ...later] = findings as [CompromiseSubject, ...CompromiseSubject[]];
  return later.reduce((subject, each, i) => {
    const lastSeenAt = T0 + i * 5 * MINUTE_MS;
    const sign = { subject: each, evidence: EVIDENCE, since, at: lastSeenAt + 5 * MINUTE_MS };
    return withEarlierSpells(sign, { subject, evidence: EVIDENCE, since, lastSeenAt }).subject as CompromiseSubject;
  }, first);
}

describe('findings that alternate between a mailbox and its login', () => {
  const login = (messages: number) => found(messages, 'multiple');

  it('never make the figures fewer, and these keep the time at which they were counted', () => {
    expect(sightOf([login(40), found(25)])).toMatchObject({ messages: 40, recipients: 120, countedAt: T0 });
    expect(sightOf([login(40), found(25), found(30)])).toMatchObject({ messages: 40, countedAt: T0 });
  });

  it('are as late as the latest when one of the figures has grown', () => {
    const wider = { ...login(40), recipients: 500 };
    expect(sightOf([wider, login(90)])).toMatchObject({ messages: 90, recipients: 500 });
    expect(sightOf([wider, login(90)]).countedAt).toBeUndefined();
  });

  it('are as late as the latest when that counts as many', () => {
    expect(sightOf([login(40), found(25), login(60)])).toMatchObject({ messages: 60, recipients: 180 });
    expect(sightOf([login(40), found(25), login(60)]).countedAt).toBeUndefined();
    expect(sightOf([found(25), login(40)]).countedAt).toBeUndefined();
  });
});
