import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { programOf } from '../../../src/detection/clues/program.js';

const ANN = 'ann@acme.example';

describe('the program that wrote a message', () => {
  it('is known by the domain it puts behind its Message-IDs, where that is not the sender’s', () => {
    expect(programOf('CAF=q1-x_9@mail.gmail.com', ANN)).toBe('gmail.com');
    expect(programOf('DB9P1@DB9PR05MB1.eurprd05.prod.outlook.com', ANN)).toBe(
      programOf('AM0X2@AM0PR01MB7.eurprd01.prod.outlook.com', ANN),
    );
    expect(programOf('7f.1@laptop-4', ANN)).toBe('no domain');
  });

  it('is known by how the part before the sender’s own domain is put together', () => {
    const apple = programOf('4FD9C7CE-70CC-4226-A446-20969729BEAD@acme.example', ANN);

    expect(programOf('5A713651-EE67-4057-A4A7-894E63EB71F0@acme.example', ANN)).toBe(apple);
    expect(programOf('4fd9c7ce-70cc-4226-a446-20969729bead@acme.example', ANN)).not.toBe(apple);
    expect(programOf('1372345.78413.65@mail.acme.example', ANN)).not.toBe(apple);
    expect(programOf('000401d9$5b2c$1e0a@acme.example', ANN)).not.toBe(apple);
  });

  it('is the same with angle brackets, as most logs have them', () => {
    for (const id of ['7f.1@acme.example', 'CAF=q1@mail.gmail.com', '000401d9$5b2c$1e0a@acme.example'])
      expect(programOf(`<${id}>`, ANN)).toBe(programOf(id, ANN));
    expect(programOf('<7f.1@acme.example>', ANN)).not.toBe('no domain');
  });

  it('is the same for random parts, whatever marks chance put into them', () => {
    const random = programOf('aB3-xYz9_QwErTy0pLkJhGfD@acme.example', ANN);

    expect(programOf('zQ8.rTb2nMk7-WvXcL0sDfGh@acme.example', ANN)).toBe(random);
  });

  it('is not known of what is no Message-ID', () => {
    for (const id of [
      '',
      '@',
      '<>',
      '<@>',
      '<@acme.example>',
      '@acme.example',
      'none',
      `${'a'.repeat(600)}@acme.example`,
    ])
      expect(programOf(id, ANN)).toBeUndefined();
  });

  it('has a short name, whatever the Message-ID', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (id, sender) => {
        expect((programOf(`x${id}`, sender) ?? '').length).toBeLessThan(256);
      }),
    );
  });
});
