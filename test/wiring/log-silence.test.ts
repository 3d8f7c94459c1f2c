import { describe, expect, it } from 'vitest';
import { LogSilence } from '../../src/wiring/log-silence.js';

const T0 = Date.parse('2026-01-14T10:05:00Z');
const MIN = 60_000;

type Reading = Parameters<LogSilence['look']>[0];

/** By the wall clock unless told. */
function look(silence: LogSilence, reading: Omit<Reading, 'speed'> & Partial<Reading>) {
  return silence.look({ speed: 1, ...reading });
}

describe('a log that has stopped', () => {
  it('is seen by the questions that Postfix asks, five minutes after the first without a line', () => {
    const silence = new LogSilence();
    expect(look(silence, { linesRead: 40, questions: 7, now: T0 })).toBeUndefined();
    expect(look(silence, { linesRead: 40, questions: 60, now: T0 + MIN })).toBeUndefined();
    expect(look(silence, { linesRead: 40, questions: 500, now: T0 + 5 * MIN })).toBeUndefined();
    expect(look(silence, { linesRead: 40, questions: 507, now: T0 + 6 * MIN })).toEqual({
      questions: 500,
      since: T0 + MIN,
    });
    expect(look(silence, { linesRead: 41, questions: 508, now: T0 + 7 * MIN })).toBeUndefined();
    expect(look(silence, { linesRead: 41, questions: 700, now: T0 + 9 * MIN })).toBeUndefined();
  });

  it('is none in a quiet night, nor where somebody asks by hand', () => {
    const silence = new LogSilence();
    for (let minute = 0; minute < 90; minute++)
      expect(look(silence, { linesRead: 40, questions: 7 + minute, now: T0 + minute * MIN })).toBeUndefined();
  });

  it('begins anew when the policy thread counts anew, and measures by the wall clock', () => {
    const silence = new LogSilence();
    look(silence, { linesRead: 40, questions: 900, now: T0 });
    expect(look(silence, { linesRead: 40, questions: 200, now: T0 + 60 * MIN })).toBeUndefined();
    const practice = { linesRead: 40, speed: 60 };
    expect(look(silence, { ...practice, questions: 400, now: T0 + 70 * MIN })).toBeUndefined();
    expect(look(silence, { ...practice, questions: 500, now: T0 + 200 * MIN })).toBeUndefined();
    expect(look(silence, { ...practice, questions: 500, now: T0 + 370 * MIN })).toBeDefined();
  });
});
