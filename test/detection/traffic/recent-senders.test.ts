// The senders of a customer that sent lately, read from the state that the log worker saves.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTrafficDb } from '../../../src/db/open-traffic.js';
import { detectionState } from '../../../src/db/traffic-schema.js';
import type { SavedIdentity } from '../../../src/detection/identities/saved-identity.js';
import { recentSenders } from '../../../src/detection/traffic/recent-senders.js';
import { tempDir } from '../../helpers/temp.js';
import { T0 } from '../../tools/mail-events.js';

/** A sender that was seen a moment ago, by `login:ann@acme.example` or `ip:192.0.2.7`. */
function sender(by: string, name: string, evidence = 3): SavedIdentity {
  const [entry] = by.split(':') as [SavedIdentity['entry']];
  const activity = { since: T0, lastAt: T0, messages: 5, recipients: 9, senders: { [name]: 5 } };
  return { key: `acme|${by}|${name}`, scope: 'sender', entry, isDeclaredBulk: false, evidence, habit: {}, activity };
}

function read(...identities: SavedIdentity[]) {
  const path = join(tempDir(), 'traffic.db');
  const db = openTrafficDb(path);
  const rows = identities.map((identity) => ({ key: identity.key, value: JSON.stringify(identity) }));
  db.insert(detectionState).values(rows).run();
  db.$client.close();
  return recentSenders(path, 'acme', T0);
}

describe('the senders of a customer that sent lately', () => {
  const ann = sender('login:ann@acme.example', 'ann@acme.example');
  const machine = sender('ip:192.0.2.7', 'x@other.example');

  it('are those that are suspected, with their logins', () => {
    const known = read(ann, sender('login:bob@acme.example', 'bob@acme.example', 0));

    expect(known).toMatchObject({ senders: ['ann@acme.example'], logins: ['ann@acme.example'], isSuspected: true });
    expect(known.isPartlyWithoutLogin).toBeUndefined();
  });

  it('say when some came without a login, or by one that is not named', () => {
    expect(read(ann, machine)).toMatchObject({ logins: ['ann@acme.example'], isPartlyWithoutLogin: true });
    expect(read(machine).isPartlyWithoutLogin).toBeUndefined();

    const eleven = Array.from({ length: 11 }, (_, i) => sender(`login:u${i}@acme.example`, `u${i}@acme.example`));
    expect(read(...eleven.slice(1)).isPartlyWithoutLogin).toBeUndefined();
    expect(read(...eleven)).toMatchObject({ senderCount: 11, isPartlyWithoutLogin: true });
  });
});
