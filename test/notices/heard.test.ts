import { describe, expect, it } from 'vitest';
import { earlierOf, type NoticeRow, toldLast, untoldOf } from '../../src/notices/heard.js';

type Row = Pick<NoticeRow, 'partner' | 'kind' | 'state' | 'targets' | 'sentAt' | 'createdAt'>;

const A = '203.0.113.17';
const B = '203.0.113.18';

function told(partner: string, targets: string[] | null, change: Partial<Row> = {}): Row {
  return { partner, kind: 'listed', state: 'sent', targets, sentAt: 20, createdAt: 10, ...change };
}

function clear(partner: string, change: Partial<Row> = {}): Row {
  return told(partner, null, { kind: 'clear', ...change });
}

describe('what a partner has heard', () => {
  it('is what its latest letter says, if it was not refused', () => {
    const rows = [told('p-01', [A]), told('p-02', [A]), clear('p-02'), told('p-03', [A], { state: 'failed' })];

    expect([...toldLast(rows, 'listed')]).toEqual(['p-01']);
    expect([...toldLast(rows, 'clear')]).toEqual(['p-02']);
    const refused = [...rows, clear('p-01', { state: 'failed' })];
    expect([...toldLast(refused, 'listed')]).toEqual(['p-01']);
  });

  it.each<[string, Row[], string[]]>([
    ['all of it, when nothing was sent', [], [A, B]],
    ['what the letters do not name', [told('p-01', [A])], [B]],
    ['nothing, when the letters together name all', [told('p-01', [A]), told('p-01', [B])], []],
    ['nothing, of a letter that does not say what it named', [told('p-01', null)], []],
    ['all of it, when the letters were refused', [told('p-01', [A, B], { state: 'failed' })], [A, B]],
    ['all of it, when it was told since that all is clear', [told('p-01', [A, B]), clear('p-01')], [A, B]],
    ['the rest, when all-clear was refused', [told('p-01', [A]), clear('p-01', { state: 'failed' })], [B]],
    ['all of it, when only others were told', [told('p-02', [A, B])], [A, B]],
  ])('leaves untold %s', (_, rows, untold) => {
    expect(untoldOf(rows, 'p-01', [A, B])).toEqual(untold);
  });

  it('is named in a further letter, by the time the latest one was sent', () => {
    const rows = [told('p-01', [A], { sentAt: 20 }), told('p-02', [A], { sentAt: 30 })];

    expect(earlierOf(rows, 'p-01', [B])).toEqual({ at: 20, about: [A], since: [B] });
    expect(earlierOf([told('p-01', [A], { sentAt: null })], 'p-01', [B])).toEqual({ at: 10, about: [A], since: [B] });
  });

  it.each<[string, Row[]]>([
    ['waits to be sent', [told('p-01', [A], { state: 'queued' })]],
    ['does not say what it named', [told('p-01', null)]],
    ['was before the last all-clear', [told('p-01', [A]), clear('p-01')]],
  ])('is not named of a letter that %s', (_, rows) => {
    expect(earlierOf(rows, 'p-01', [B])).toBeUndefined();
  });
});
