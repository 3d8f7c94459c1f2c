import { describe, expect, it } from 'vitest';
import { ClientNames } from '../../src/detection/client-names.js';

function seen(named: number, nameless: number): ClientNames {
  const names = new ClientNames();
  for (let i = 0; i < named; i++) names.isNameless('relay1', `host${i}.isp.example`);
  for (let i = 0; i < nameless; i++) names.isNameless('relay1', 'unknown');
  return names;
}

describe('clients without a name', () => {
  it('are told where most have one', () => {
    expect(seen(40, 5).isNameless('relay1', 'unknown')).toBe(true);
    expect(seen(40, 5).isNameless('relay1', undefined)).toBe(true);
    expect(seen(40, 5).isNameless('relay1', 'host.isp.example')).toBe(false);
  });

  it('are not told by a relay that looks no names up, or of which little is known', () => {
    expect(seen(5, 40).isNameless('relay1', 'unknown')).toBe(false);
    expect(seen(10, 2).isNameless('relay1', 'unknown')).toBe(false);
    expect(seen(40, 5).isNameless('relay2', 'unknown')).toBe(false);
  });

  it('are told again when a relay’s resolver is back', () => {
    const names = seen(100, 900);
    expect(names.isNameless('relay1', 'unknown')).toBe(false);
    for (let i = 0; i < 900; i++) names.isNameless('relay1', `host${i}.isp.example`);

    expect(names.isNameless('relay1', 'unknown')).toBe(true);
  });
});
