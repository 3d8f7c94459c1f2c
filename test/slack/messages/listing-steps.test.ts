// What a listing's card says of the partners who know of it.
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../src/incidents/incident.js';
import { wayOffBlocks } from '../../../src/slack/messages/listing/listing-steps.js';

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
