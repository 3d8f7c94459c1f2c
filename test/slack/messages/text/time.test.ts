// Times in texts that also go on record, as Slack shows them.
import { describe, expect, it } from 'vitest';
import { pointLine } from '../../../../src/slack/messages/listing/delisting.js';
import { inReadersZone } from '../../../../src/slack/messages/text/time.js';
import { utc } from '../../../../src/words.js';

const AT = Date.UTC(2026, 10, 20, 10, 16);

describe('inReadersZone', () => {
  it.each([
    [
      'quiet since 2026-11-20 10:16 UTC, not yet 1 h',
      'quiet since <!date^1795169760^{date_short_pretty} {time}|2026-11-20 10:16 UTC>, not yet 1 h',
    ],
    [
      'Ann asked Zen at 2026-11-20 10:16 UTC',
      'Ann asked Zen <!date^1795169760^{date_short_pretty} {time}|2026-11-20 10:16 UTC>',
    ],
  ])('shows the time of "%s" in the zone of who reads it', (text, shown) => {
    expect(inReadersZone(text)).toBe(shown);
  });

  it.each(['2026-13-20 10:16 UTC', '2026-11-20 25:16 UTC', '2026-11-20 10:16', '12026-11-20 10:16 UTC', 'no time'])(
    'leaves "%s" as it is',
    (text) => {
      expect(inReadersZone(text)).toBe(text);
    },
  );

  it('leaves a day that no month has, or takes it for the next one', () => {
    expect(() => inReadersZone('2026-02-31 10:16 UTC')).not.toThrow();
  });
});

describe('a point of the checklist', () => {
  it("names no time in a zone that is nobody's", () => {
    const line = pointLine({ id: 'quiet', isMet: true, text: `Kvist is quiet since ${utc(AT)}` });

    expect(line).toMatch(/quiet since <!date\^1795169760\^/);
  });
});
