// What commands print on a narrow terminal: words stay whole, figures stay in sight, and what is there to be copied stays in one line.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { main } from '../../../src/cli.js';
import { barBeside } from '../../../src/commands/terminal/progress.js';
import { tableLines } from '../../../src/commands/terminal/table.js';

/** What a command writes to a terminal so many columns wide. */
async function onTerminal(columns: number, ...args: string[]): Promise<string[]> {
  const before = Object.getOwnPropertyDescriptor(process.stdout, 'columns');
  Object.defineProperty(process.stdout, 'columns', { value: columns, configurable: true });
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  try {
    await main(args);
    return stdout.mock.calls.flatMap(([text]) => String(text).split('\n'));
  } finally {
    stdout.mockRestore();
    if (before) Object.defineProperty(process.stdout, 'columns', before);
    else Reflect.deleteProperty(process.stdout, 'columns');
  }
}

describe('help on a terminal of 80 columns', () => {
  const COMMANDS = [
    'start',
    'demo',
    'check',
    'dnscheck',
    'replay',
    'classify',
    'report',
    'customers check',
    'catalogue test',
  ];

  it.each(COMMANDS)('of %s has no longer line but what is to be copied', async (command) => {
    const lines = await onTerminal(80, ...command.split(' '), '--help');
    const long = lines.filter((line) => line.length > 80);

    expect(long.filter((line) => !/^ {2}(\{"|.*relaywarden )/.test(line))).toEqual([]);
  });

  it('says the same words in the same order as a wide one', async () => {
    const [narrow, wide] = [await onTerminal(80, 'classify', '--help'), await onTerminal(400, 'classify', '--help')];
    const words = (lines: string[]) => lines.join(' ').split(/\s+/).filter(Boolean);

    expect(words(narrow)).toEqual(words(wide));
    expect(narrow.length).toBeGreaterThan(wide.length);
  });
});

describe('a table', () => {
  const rows = fc.array(fc.array(fc.stringMatching(/^[a-z.]{1,20}$/), { minLength: 4, maxLength: 4 }), {
    minLength: 1,
  });

  it('has every cell whole and in order at any width, and no line is too long that has two of them', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 20, max: 120 }), (table, columns) => {
        const lines = tableLines(table, columns);
        const cells = lines.map((line) => line.trim().split(/ +/));

        expect(cells.flat()).toEqual(table.flat());
        const long = lines.filter((line, i) => line.length > columns && (cells[i] ?? []).length > 1);
        expect(long).toEqual([]);
      }),
    );
  });

  it('is as ever where there is room, or no terminal', () => {
    const table = [
      ['id', 'state'],
      ['spamhaus-zen', 'sound'],
    ];
    expect(tableLines(table, 80)).toEqual(['id            state', 'spamhaus-zen  sound']);
    expect(tableLines(table)).toEqual(tableLines(table, 80));
  });
});

it.each([
  [200, 40],
  [80, 40],
  [60, 20],
  [40, 0],
])('a bar on %i columns leaves the figures their room', (columns, size) => {
  const { format, barsize } = barBeside('{value}/{total} answers', columns);

  expect(barsize).toBe(size);
  expect(format).toBe(size > 0 ? '{bar} {value}/{total} answers' : '{value}/{total} answers');
});
