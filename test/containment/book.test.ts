import { describe, expect, it } from 'vitest';
import { createBook } from '../../src/containment/book.js';
import { containment } from './containments.js';

const anna = 'anna@kvist.example';

describe('the book', () => {
  it('finds what was put, until it is removed', () => {
    const book = createBook();
    const block = containment('block-sender', { senders: ['anna@kvist.example'] });

    book.put(block);
    book.put(block);
    expect(book.senderBlocksOf(anna)).toEqual([block]);
    expect(book.list()).toEqual([block]);

    book.remove(block.id);
    book.remove(block.id);
    expect(book.senderBlocksOf(anna)).toEqual([]);
    expect(book.list()).toEqual([]);
  });

  it('keeps one of two blocks of a sender when the other is removed', () => {
    const book = createBook();
    const [first, second] = [1, 2].map(() => containment('block-sender', { senders: ['anna@kvist.example'] }));
    if (!first || !second) throw new Error('unreachable');
    book.replaceAll([first, second]);

    book.remove(second.id);

    expect(book.senderBlocksOf(anna)).toEqual([first]);
  });

  it('forgets the old content of a containment that is put again', () => {
    const book = createBook();
    const block = containment('block-sender', { senders: ['anna@kvist.example'] });
    book.put(block);

    book.put({ ...block, senders: ['bo@kvist.example'] });

    expect(book.senderBlocksOf(anna)).toEqual([]);
    expect(book.senderBlocksOf('bo@kvist.example').map(({ id }) => id)).toEqual([block.id]);
  });

  it('replaces everything, and only that', () => {
    const book = createBook();
    book.put(containment('suspend-outbound', { customer: 'kvist' }));
    const reroute = containment('reroute', { customer: 'vestmar', route: 'clean' });

    book.replaceAll([reroute]);

    expect(book.suspensionOf('kvist')).toBeUndefined();
    expect(book.rerouteOf('vestmar')).toBe(reroute);
    expect(book.concernsCustomers).toBe(true);
    book.replaceAll([]);
    expect(book.concernsCustomers).toBe(false);
  });

  it.each([
    ['whatever order they were loaded in', 10, 20],
    ['though the clock was set back in between', 20, 10],
  ])('lets the re-route placed last decide, %s', (_, ...placedAt) => {
    const book = createBook();
    const early = containment('reroute', { route: 'a', placedAt: placedAt[0] });
    const late = containment('reroute', { route: 'b', placedAt: placedAt[1] });

    book.replaceAll([late, early]);

    expect(book.rerouteOf('kvist')?.route).toBe('b');
    expect(book.list()).toEqual([early, late]);
  });

  it('never blocks the null sender or an absent login', () => {
    const book = createBook();

    book.put(containment('block-sender', { senders: ['', '<>'], logins: ['', ' '] }));

    for (const none of ['', '<>']) expect(book.senderBlocksOf(none)).toEqual([]);
    for (const none of ['', ' ']) expect(book.loginBlockOf(none)).toBeUndefined();
  });

  it('counts hits, keeps them over a reload, and forgets them with the containment', () => {
    const book = createBook();
    const block = containment('block-sender', { senders: ['anna@kvist.example'] });
    const other = containment('suspend-outbound');
    book.replaceAll([block, other], new Map([[other.id, { count: 7, lastAt: 5 }]]));
    book.countHit(block.id, 100);
    book.countHit(block.id, 200);

    const before = book.hits();
    book.countHit(block.id, 300);
    book.replaceAll([block, other], new Map([[block.id, { count: 1, lastAt: 1 }]]));

    expect(before.get(block.id)).toEqual({ count: 2, lastAt: 200 });
    expect(book.hits()).toEqual(
      new Map([
        [block.id, { count: 3, lastAt: 300 }],
        [other.id, { count: 7, lastAt: 5 }],
      ]),
    );
    book.remove(block.id);
    expect(book.hits().has(block.id)).toBe(false);
  });
});
