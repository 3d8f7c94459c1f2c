import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../../src/intake/formats/csv.js';
import { readSndsData, readSndsStatus } from '../../../src/intake/snds/tables.js';

const CLASSIC = [
  '192.0.2.25,12/31/2025 10:00 AM,1/1/2026 12:00 AM,1894,1800,1750,GREEN,< 0.1%,,,0,,,',
  '192.0.2.26,12/31/2025 10:00 AM,12/31/2025 11:30 PM,"1,200",1100,1000,RED,0.3%,12/31/2025 11:00 AM,12/31/2025 1:00 PM,4,mx.example.com,a@example.com,"busy, ""very"""',
  '',
].join('\r\n');

describe('SNDS IP data', () => {
  it('reads the classic table without a header', () => {
    const table = readSndsData(CLASSIC);

    expect(table.kind === 'rows' && table.rows).toMatchObject([
      {
        ip: '192.0.2.25',
        colour: 'GREEN',
        activityStart: Date.UTC(2025, 11, 31, 10),
        activityEnd: Date.UTC(2026, 0, 1),
        rcptCommands: 1894,
        complaintRate: '< 0.1%',
        trapHits: 0,
      },
      {
        ip: '192.0.2.26',
        colour: 'RED',
        activityEnd: Date.UTC(2025, 11, 31, 23, 30),
        rcptCommands: 1200,
        trapHits: 4,
        sampleHelo: 'mx.example.com',
        comments: 'busy, "very"',
      },
    ]);
  });

  it('reads a header by its names, in any order, with ISO times', () => {
    const table = readSndsData(
      'Filter Result,IP Address,New Column,Activity Start (UTC),Activity End,Trap Hits\nYellow,2001:DB8::0025,x,2026-01-01T00:00:00Z,2026-01-02 00:00,7\n',
    );

    expect(table.kind === 'rows' && table.rows).toMatchObject([
      { ip: '2001:db8::25', colour: 'YELLOW', activityEnd: Date.UTC(2026, 0, 2), trapHits: 7, recipients: 0 },
    ]);
  });

  it.each([
    ['a web page', '<!DOCTYPE html><html><body>Sign in</body></html>', 'web page'],
    ['a header without the columns', 'address,colour\n192.0.2.1,GREEN', 'no column for ip'],
    ['a colour nobody knows', CLASSIC.replace('RED', 'PURPLE'), 'row 2'],
    ['columns in another order', '192.0.2.25,GREEN,12/31/2025 10:00 AM,1/1/2026 12:00 AM', 'row 1'],
    ['a date that is none', CLASSIC.replace('12/31/2025', '31/12/2025'), 'row 1'],
    ['prose', 'The service is down for maintenance.', 'no column'],
  ])('calls %s a layout it does not know', (_, text, why) => {
    expect(readSndsData(text)).toEqual({ kind: 'unknown-layout', text: expect.stringContaining(why) });
  });

  it('reads an empty answer as no rows: that is no colour at all', () => {
    expect(readSndsData('\r\n')).toEqual({ kind: 'rows', rows: [] });
  });
});

describe('SNDS IP status', () => {
  it('reads ranges, and a single address as its own range', () => {
    const table = readSndsStatus(
      '192.0.2.0,192.0.2.63,Yes,"Blocked due to user complaints"\r\n192.0.2.77,192.0.2.77,No,\r\n',
    );

    expect(table).toEqual({
      kind: 'rows',
      rows: [
        { firstIp: '192.0.2.0', lastIp: '192.0.2.63', isBlocked: true, details: 'Blocked due to user complaints' },
        { firstIp: '192.0.2.77', lastIp: '192.0.2.77', isBlocked: false, details: '' },
      ],
    });
    expect(readSndsStatus('IP,Blocked,Details\n192.0.2.9,true,x')).toMatchObject({
      rows: [{ firstIp: '192.0.2.9', lastIp: '192.0.2.9', isBlocked: true }],
    });
  });

  it('takes no word it does not know for "no"', () => {
    expect(readSndsStatus('192.0.2.0,192.0.2.63,Perhaps,x').kind).toBe('unknown-layout');
  });
});

describe('hostile tables', () => {
  const bits = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '"',
      '""',
      ',',
      '\r\n',
      '\n',
      '\r',
      '192.0.2.25',
      '12/31/2025 10:00 AM',
      'RED',
      'Yes',
      'IP Address',
      '\ufeff',
    ),
  );

  it('never throw, and give rows that are whole', () => {
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        const data = readSndsData(text);
        if (data.kind === 'rows') for (const row of data.rows) expect(Number.isFinite(row.activityEnd)).toBe(true);
        readSndsStatus(text);
      }),
      { numRuns: 500 },
    );
  });

  it('come back as they were written', () => {
    const field = fc.string().map((text) => text.trim());
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 6 }), { minLength: 1, maxLength: 6 });
    const written = (table: string[][]) =>
      table.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')).join('\r\n');

    fc.assert(
      fc.property(rows, (table) => {
        expect(parseCsv(written(table))).toEqual(table);
      }),
    );
  });
});
