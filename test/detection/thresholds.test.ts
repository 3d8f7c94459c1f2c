import { describe, expect, it } from 'vitest';
import {
  DEFAULT_THRESHOLDS,
  readSettings,
  readThresholds,
  THRESHOLD_NAMES,
  THRESHOLDS,
} from '../../src/detection/thresholds.js';
import { UserError } from '../../src/errors.js';

describe('readThresholds', () => {
  it('takes what is set and leaves the rest as it is', () => {
    expect(readThresholds()).toEqual(DEFAULT_THRESHOLDS);
    expect(readThresholds({ honestPerSpam: 12 })).toEqual({ ...DEFAULT_THRESHOLDS, honestPerSpam: 12 });
  });

  it.each(THRESHOLD_NAMES)('takes %s at its bounds and not beyond', (name) => {
    const { least, most, default: usual } = THRESHOLDS[name];
    for (const value of [least, most, usual]) expect(readThresholds({ [name]: value })[name]).toBe(value);
    for (const value of [least / 2 - 1, most * 2, Number.NaN])
      expect(() => readThresholds({ [name]: value })).toThrow(UserError);
  });

  it('names what there is when it does not know a name, also one that every object has', () => {
    const names = `there are ${THRESHOLD_NAMES.join(', ')}.`;
    for (const name of ['toString', '__proto__x'])
      expect(() => readThresholds({ [name]: 1 })).toThrow(`detection.${name} is not known; ${names}`);
    expect(() => readThresholds({ honestPerSpan: 1 })).toThrow(
      `detection.honestPerSpan is not known; honestPerSpam perhaps; ${names}`,
    );
  });
});

describe('readSettings', () => {
  it('reads settings, the last of a name counts', () => {
    expect(
      readSettings(['detection.honestPerSpam=1e3', 'detection.alarmOdds=0.5', 'detection.honestPerSpam=9']),
    ).toEqual({
      honestPerSpam: 9,
      alarmOdds: 0.5,
    });
    expect(readSettings([])).toEqual({});
  });

  it.each([
    'honestPerSpam=1',
    'detection.honestPerSpam',
    'detection.honestPerSpam=',
    'detection.honestPerSpam=many',
    'detection.honestPerSpam=1=2',
    'detection.nothing=1',
    'detection.honestPerSpam=-1',
    '',
  ])('says what is wrong with %j', (setting) => {
    expect(() => readSettings([setting])).toThrow(/honestPerSpam/);
    expect(() => readSettings([setting])).toThrow(UserError);
  });
});
