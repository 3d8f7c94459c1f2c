// What a listing's card says of mail that is re-routed over it, and of the partners who know of it.
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../src/incidents/incident.js';
import { cardActions } from '../../../src/slack/messages/card-actions.js';
import { reroutedBlocks, wayOffBlocks } from '../../../src/slack/messages/listing/listing-steps.js';

type Notices = NonNullable<Parameters<typeof wayOffBlocks>[0]['listing']>['notices'];

function said(notices: NonNullable<Notices>): string[] {
  const blocks = wayOffBlocks({
    incident: { subject: { kind: 'listing' } } as Incident,
    hitNames: [],
    listing: { notices },
  });
  return blocks.flatMap((block) =>
    block.type === 'context' ? block.elements.map((each) => ('text' in each ? each.text : '')) : [],
  );
}

describe('the partners who were told', () => {
  it('are counted, and those who are still to be told', () => {
    expect(said({ sent: 0, drafted: 0 })).toEqual([]);
    expect(said({ sent: 1, drafted: 3 })).toEqual([':mailbox_with_mail: 1 partner told, 3 partners to tell']);
  });

  it('were told of some of what is listed, and not of the rest', () => {
    const [a, b] = ['203.0.113.12', '203.0.113.11'];
    expect(said({ sent: 2, drafted: 2, more: { partners: 2, told: [a], untold: [b] } })).toEqual([
      ':mailbox_with_mail: 2 partners told of 203.0.113.12; not of 203.0.113.11',
    ]);
    expect(
      said({ sent: 3, drafted: 3, more: { partners: 2, told: [], untold: [a, b, 'c', 'd', '<!channel>'] } }),
    ).toEqual([
      ':mailbox_with_mail: 3 partners told · 2 partners told; not of 203.0.113.12, 203.0.113.11, c and 2 more · 1 partner to tell',
    ]);
    expect(said({ sent: 1, drafted: 1, more: { partners: 1, told: [], untold: ['<!channel>'] } })).toEqual([
      ':mailbox_with_mail: 1 partner told; not of &lt;!channel&gt;',
    ]);
  });
});

describe('the card of an address that re-routed mail leaves from', () => {
  const incident = {
    ...{ id: 11, rev: 1, kind: 'listing', state: 'open' },
    subject: { kind: 'listing', entries: [{ target: '203.0.113.40', list: 'zen', inDns: true, impact: 'high' }] },
  } as unknown as Incident;
  const impact = { share: undefined, messages: 0, customers: 7, addresses: 3, cleanAddresses: 0, cleanRelays: 0 };
  const rerouted = [{ incidentId: 2, customers: 7 }];
  const buttons = (listing: object, routeName?: string) => {
    const targets = { senders: [], logins: [] };
    const view = {
      incident,
      containments: [],
      targets,
      listing: { notices: { sent: 0, drafted: 2 }, ...listing },
      routeName,
    };
    return JSON.stringify(cardActions(view as never));
  };

  it('has Lift for it, on whichever card it was re-routed', () => {
    const link = 'https://slack.example/2';
    const [block] = reroutedBlocks({
      incident,
      hitNames: [],
      listing: { reroutedBy: [{ id: 2, rev: 9, customers: 7, link }] },
    });
    expect(block).toMatchObject({
      text: {
        text: expect.stringContaining('Re-routed mail of *7 customers* leaves from what is listed here · <https'),
      },
      accessory: { action_id: 'lift', value: '2:9:elsewhere' },
    });
  });

  it('counts what it has no room to lift, and says where that is', () => {
    const blocks = (ids: number[]) => {
      const reroutedBy = ids.map((id) => ({ id, rev: 1, customers: 2 }));
      return reroutedBlocks({ incident, hitNames: [], listing: { reroutedBy } });
    };
    expect(blocks([2, 3, 4, 5, 6])).toHaveLength(4);
    expect(JSON.stringify(blocks([2, 3, 4, 5, 6]).at(-1))).toContain('… and 2 more: `/relay blocks`');
    expect(JSON.stringify(blocks([2, 3, 4]))).not.toContain('more');
  });

  it('offers no re-route that would be refused, and Tell partners first', () => {
    expect(buttons({ impact })).toContain('Re-route Hotmail');
    expect(buttons({ impact: { ...impact, rerouted } }, 'clean-2')).toContain('Re-route Hotmail');
    const without = buttons({ impact: { ...impact, rerouted } });
    expect(without).not.toContain('Re-route Hotmail');
    expect(without).toMatch(/^[^}]*"elements":\[\{[^[]*Tell 2 partners/);
  });
});
