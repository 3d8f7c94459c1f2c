import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogClock } from '../../../src/intake/formats/log-clock.js';
import type { LogTimeOptions } from '../../../src/intake/formats/log-time.js';
import { Page } from '../../../src/intake/formats/page.js';

/** Times of lines read one after the other by one clock; undefined where a line has none. `room` bytes follow the line in its page. */
function clockOf(options: LogTimeOptions = {}) {
  const clock = new LogClock(options);
  const page = new Page();
  return (line: string, room = 60) => {
    const bytes = Buffer.from(`${line}\n${'x'.repeat(room)}\n`);
    page.open(bytes, bytes.length);
    const next = clock.read(page, 0);
    if (next >= 0) expect(line.slice(next).startsWith('relay1 ')).toBe(true);
    return next < 0 ? undefined : clock.at;
  };
}

/** The same, with where the rest of the line begins. */
function timeIn(options: LogTimeOptions) {
  const clock = new LogClock(options);
  const page = new Page();
  return (line: string) => {
    const bytes = Buffer.from(`${line}\n${'x'.repeat(60)}\n`);
    page.open(bytes, bytes.length);
    const next = clock.read(page, 0);
    return next < 0 ? undefined : { next, at: clock.at };
  };
}

describe('LogClock', () => {
  it.each([
    ['2026-01-14T10:05:03+01:00 relay1 x', '2026-01-14T09:05:03Z'],
    ['2026-01-14T10:05:03.123456+01:00 relay1 x', '2026-01-14T09:05:03.123Z'],
    ['2026-01-14T10:05:03.5-0330 relay1 x', '2026-01-14T13:35:03.500Z'],
    ['2026-01-14T10:05:03.999999999Z relay1 x', '2026-01-14T10:05:03.999Z'],
    ['Jan 14 10:05:03 relay1 x', '2026-01-14T09:05:03Z'],
    ['Jan  4 10:05:03 relay1 x', '2026-01-04T09:05:03Z'],
    ['Jan 14 10:05:03.123456 relay1 x', '2026-01-14T09:05:03.123Z'],
  ])('reads %s, with room behind it and without', (line, expected) => {
    const read = clockOf({ year: 2026, timeZone: '+01:00' });

    expect(read(line)).toBe(Date.parse(expected));
    expect(read(line)).toBe(Date.parse(expected));
    expect(read(line, 0)).toBe(Date.parse(expected));
  });

  it.each([
    '',
    'relay1 x',
    '2026-01-14 10:05:03 relay1 x',
    '2026-01-14T10:05:03 relay1 x',
    '2026-01-14T10:65:03Z relay1 x',
    '2026-01-1xT10:05:03Z relay1 x',
    'Jaj 14 10:05:03 relay1 x',
    'Jan 14 10:05:03relay1 x',
    '2026-01',
    'Jan 14',
  ])('finds no time in «%s»', (line) => {
    const read = clockOf({ year: 2026, timeZone: 'Z' });

    expect(read(line)).toBeUndefined();
    expect(read('Jan 14 10:05:03 relay1 x')).toBe(Date.parse('2026-01-14T10:05:03Z'));
    expect(read(line, 0)).toBeUndefined();
  });

  describe('in the hour that comes twice when the clocks go back', () => {
    const zone = { year: 2026, timeZone: 'Europe/Oslo', now: () => Date.UTC(2027, 0, 1) };
    const line = (time: string) => `Oct 25 ${time} relay1 x`;
    const at = (time: string) => Date.parse(`2026-10-25T${time}Z`);

    it('takes the first until the log goes back', () => {
      const read = clockOf(zone);
      const local = ['01:59:59', '02:00:10', '02:59:58', '02:59:50', '02:00:05', '02:30:00', '02:30:00', '03:00:00'];
      const times = ['23:59:59', '00:00:10', '00:59:58', '00:59:50', '01:00:05', '01:30:00', '01:30:00', '02:00:00'];
      const expected = times.map((time, i) => at(time) - (i === 0 ? 24 * 3_600_000 : 0));
      expect(local.map((time) => read(line(time)))).toEqual(expected);
    });

    it('knows lines of the hour before and behind it, that come a little late, and goes on in the second', () => {
      const read = clockOf(zone);
      for (const time of ['02:59:59', '02:00:10', '03:00:00']) read(line(time));
      expect(read(line('02:59:59'))).toBe(at('01:59:59'));
      expect(read(line('03:00:01'))).toBe(at('02:00:01'));
    });

    it.each([
      ['Europe/Berlin', 'Oct 25', '02:58 02:00 02:05 02:40 03:00', '00:58 01:00 01:05 01:40 02:00'],
      ['Europe/London', 'Oct 25', '00:59 01:58 01:00 01:40 02:00', '23:59 00:58 01:00 01:40 02:00'],
      ['America/New_York', 'Nov  1', '00:59 01:00 01:59 01:00 01:30 02:00', '04:59 05:00 05:59 06:00 06:30 07:00'],
      ['America/Los_Angeles', 'Nov  1', '01:58 01:01 01:40 02:00', '08:58 09:01 09:40 10:00'],
      ['Australia/Sydney', 'Apr  5', '02:58 02:00 02:40 03:00', '15:58 16:00 16:40 17:00'],
      ['Australia/Lord_Howe', 'Apr  5', '01:29 01:58 01:31 01:55 02:00', '14:29 14:58 15:01 15:25 15:30'],
    ])('goes on in the second, whatever the zone and the pauses: %s', (timeZone, date, local, utc) => {
      const read = clockOf({ year: 2026, timeZone, now: zone.now });
      const times = local.split(' ').map((time) => read(`${date} ${time}:00 relay1 x`) as number);
      expect(times.map((time) => new Date(time).toISOString().slice(11, 16)).join(' ')).toBe(utc);
    });

    it('takes lines of other hosts that are a little out of order for no second hour', () => {
      const read = clockOf(zone);
      const local = ['02:20:00', '02:02:00', '02:45:00', '02:40:00'];
      expect(local.map((time) => read(line(time)))).toEqual(['00:20:00', '00:02:00', '00:45:00', '00:40:00'].map(at));
    });

    it('begins with the one that the clock shows', () => {
      expect(clockOf({ ...zone, now: () => at('01:10:10') })(line('02:10:00'))).toBe(at('01:10:00'));
      expect(clockOf({ ...zone, now: () => at('00:10:10') })(line('02:10:00'))).toBe(at('00:10:00'));
    });

    it('leaves the hour that is left out in spring as it was', () => {
      const read = clockOf(zone);
      expect(read('Mar 29 01:59:59 relay1 x')).toBe(Date.parse('2026-03-29T00:59:59Z'));
      expect(read('Mar 29 03:00:00 relay1 x')).toBe(Date.parse('2026-03-29T01:00:00Z'));
    });
  });

  it('says of a time what it would say of it alone, however like the one before it is', () => {
    const first = fc.constantFrom(
      '2026-01-14T10:05:03.123456+01:00 relay1 x',
      '2026-01-14T10:05:03.1234567+0100 relay1 x',
      '2026-01-14T10:05:03.12345678901Z relay1 x',
      'Jan 14 10:05:03 relay1 x',
      'Jan 14 10:05:03.1234567890123456 relay1 x',
    );
    const changes = fc.array(fc.tuple(fc.nat({ max: 34 }), fc.constantFrom(...'0159x.:+-TZ /é')), { maxLength: 2 });
    fc.assert(
      fc.property(first, changes, (line, changes) => {
        const other = changes.reduce<string>(
          (text, [at, letter]) => text.slice(0, at) + letter + text.slice(at + 1),
          line,
        );
        const read = timeIn({ year: 2026, timeZone: '+01:00' });
        read(line);

        expect(read(other)).toEqual(timeIn({ year: 2026, timeZone: '+01:00' })(other));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes no long fraction of the traditional form for a dated time', () => {
    const read = timeIn({ year: 2026, timeZone: '+01:00' });
    expect(read('Jan 14 10:05:03.1234567890123456 relay1 x')?.next).toBe(33);
    expect(read('Jan 14 10:05:03.123.567890123456 relay1 x')).toBeUndefined();
  });

  it('takes NUL bytes at the beginning of a log, which a crash leaves, for no time', () => {
    expect(timeIn({})('\0'.repeat(80))).toBeUndefined();
  });

  it('follows a named zone through summer time', () => {
    const read = clockOf({ year: 2026, timeZone: 'Europe/Oslo' });

    expect(read('Jan 14 10:05:03 relay1 x')).toBe(Date.parse('2026-01-14T09:05:03Z'));
    expect(read('Mar 29 01:59:59 relay1 x')).toBe(Date.parse('2026-03-29T00:59:59Z'));
    expect(read('Mar 29 03:00:00 relay1 x')).toBe(Date.parse('2026-03-29T01:00:00Z'));
    expect(read('Jul 14 10:05:03 relay1 x')).toBe(Date.parse('2026-07-14T08:05:03Z'));
  });

  it('turns the year in a log that runs over new year', () => {
    const read = clockOf({ year: 2025, timeZone: 'Z' });

    expect(read('Dec 31 23:59:59 relay1 x')).toBe(Date.parse('2025-12-31T23:59:59Z'));
    expect(read('Jan  1 00:00:01 relay1 x')).toBe(Date.parse('2026-01-01T00:00:01Z'));
  });

  it('goes back over new year for a line that comes late', () => {
    const read = clockOf({ year: 2025, timeZone: 'Z' });
    const times = ['Dec 31 23:59:59', 'Jan  1 00:00:00', 'Dec 31 23:59:59', 'Jan  1 00:00:01'];

    expect(times.map((time) => new Date(read(`${time} relay1 x`) as number).toISOString())).toEqual([
      '2025-12-31T23:59:59.000Z',
      '2026-01-01T00:00:00.000Z',
      '2025-12-31T23:59:59.000Z',
      '2026-01-01T00:00:01.000Z',
    ]);
  });

  it('guesses the year from now when none is given', () => {
    const read = clockOf({ timeZone: 'Z', now: () => Date.parse('2026-01-02T00:00:00Z') });

    expect(read('Dec 31 10:00:00 relay1 x')).toBe(Date.parse('2025-12-31T10:00:00Z'));
    expect(read('Jan  2 10:00:00 relay1 x')).toBe(Date.parse('2026-01-02T10:00:00Z'));
  });

  it('agrees with Date.parse on any RFC 3339 times, one after the other', () => {
    const read = clockOf();
    const zone = fc.tuple(
      fc.constantFrom('+', '-'),
      fc.integer({ min: 0, max: 14 }),
      fc.constantFrom('00', '30', '45'),
    );
    // Close together, so that hours repeat.
    const date = fc.date({
      min: new Date('2026-01-14T00:00:00Z'),
      max: new Date('2026-01-15T00:00:00Z'),
      noInvalidDate: true,
    });
    const anyDate = fc.date({ min: new Date(0), max: new Date('2099-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(fc.oneof(date, anyDate), zone, (at, [sign, hours, minutes]) => {
        const text = at.toISOString().replace('Z', `${sign}${String(hours).padStart(2, '0')}:${minutes}`);
        expect(read(`${text} relay1 x`)).toBe(Date.parse(text));
      }),
      { numRuns: 300 },
    );
  });
});
