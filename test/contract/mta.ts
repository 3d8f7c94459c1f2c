// The contract of src/containment/mta.ts, for every MTA to be held to. The subject says how its MTA treats a message.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Containment, Submission } from '../../src/containment/containment.js';
import type { Mta } from '../../src/containment/mta.js';

export type Fate = 'pass' | 'refused' | 'suspended' | 'rerouted';

export interface MtaSubject {
  mta: Mta;
  /** Hands a message in as a client would, and says what became of it. */
  fateOf(submission: Submission): Promise<Fate>;
  stop(): Promise<void>;
}

const base = { incidentId: 1, customer: 'kvist', senders: [], logins: [], placedAt: 1 };
const block: Containment = {
  ...base,
  id: 1,
  action: 'block-sender',
  senders: ['anna@kvist.example'],
  logins: ['kvist-anna'],
};
const suspension: Containment = { ...base, id: 2, action: 'suspend-outbound', placedAt: 2 };
const reroute: Containment = { ...base, id: 3, action: 'reroute', route: 'clean', placedAt: 3 };

const toHotmail: Submission = { sender: 'bo@kvist.example', login: 'kvist', recipient: 'kari@hotmail.com' };
const toOther: Submission = { ...toHotmail, recipient: 'kari@nord.example' };
const ofOther: Submission = { sender: 'eva@vestmar.example', login: 'vestmar', recipient: 'kari@hotmail.com' };

const cases: [Containment, Submission, Fate, Submission][] = [
  [block, { ...toOther, sender: 'anna@kvist.example' }, 'refused', toOther],
  [block, { ...toOther, login: 'kvist-anna' }, 'refused', toOther],
  [suspension, toOther, 'suspended', ofOther],
  [reroute, toHotmail, 'rerouted', toOther],
  [reroute, toHotmail, 'rerouted', ofOther],
];

/** `make` yields an MTA with nothing in force, with a route `clean`, and where login `kvist` is customer kvist's, `vestmar` another's. */
export function testMta(name: string, make: () => Promise<MtaSubject>): void {
  describe(`the MTA contract: ${name}`, () => {
    let subject: MtaSubject;
    beforeEach(async () => {
      subject = await make();
    });
    afterEach(() => subject.stop());

    it.each(cases)('apply $action, once or twice, and lift, once or twice', async (containment, hit, fate, spared) => {
      const { mta, fateOf } = subject;
      expect(await fateOf(hit)).toBe('pass');

      for (const _ of [1, 2]) {
        await mta.apply(containment);
        expect(await fateOf(hit)).toBe(fate);
        expect(await fateOf(spared)).toBe('pass');
      }
      for (const _ of [1, 2]) {
        await mta.lift({ id: containment.id });
        expect(await fateOf(hit)).toBe('pass');
      }
    });

    it('apply with the same id replaces the content', async () => {
      const { mta, fateOf } = subject;
      await mta.apply(block);
      const changed = { ...block, senders: ['bo@kvist.example'] };

      await mta.apply(changed);

      expect(await fateOf({ ...toOther, sender: 'anna@kvist.example' })).toBe('pass');
      expect(await fateOf(toOther)).toBe('refused');
    });

    it('lifting one leaves the others', async () => {
      const { mta, fateOf } = subject;
      for (const containment of [reroute, suspension, block]) await mta.apply(containment);

      await mta.lift(suspension);

      expect(await fateOf(toHotmail)).toBe('rerouted');
      expect(await fateOf({ ...toOther, sender: 'anna@kvist.example' })).toBe('refused');
    });

    it('refuses a route it does not have, and changes nothing', async () => {
      const { mta, fateOf } = subject;

      await expect(mta.apply({ ...reroute, route: 'gone' })).rejects.toThrow('"gone"');

      expect(await fateOf(toHotmail)).toBe('pass');
    });
  });
}
