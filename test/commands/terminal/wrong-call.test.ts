// Calls that are easily written wrongly: one line that says what is wrong and what to write, and exit code 2.
import { describe, expect, it, vi } from 'vitest';
import { main } from '../../../src/cli.js';

/** Stands for an empty word. */
const EMPTY = "''";

async function call(line: string) {
  const told = { stderr: '', stdout: '' };
  const spies = (['stderr', 'stdout'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      told[stream] += String(text);
      return true;
    }),
  );
  try {
    const words = line.split(' ').filter(Boolean);
    return { code: await main(words.map((word) => (word === EMPTY ? '' : word))), ...told };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe('a wrong call', () => {
  it.each([
    ['start demo --port 8080', /^demo is a command of its own and comes first: npx relaywarden demo --port 8080$/],
    ['start demo', /^demo is a command of its own .*: npx relaywarden demo$/],
    ['start --port 8080', /^start has no option --port; demo has\. Example: relaywarden demo --port 3300\. More: /],
    ['--port 8080', /^--port comes behind its command: npx relaywarden demo --port 8080\./],
    ['--json check', /^--json comes behind the command that it is for: check, dnscheck, /],
    ['--nothing', /^relaywarden has no option --nothing\. More: relaywarden --help$/],
    ['demo --port', /^--port needs a value: port of the page .* Example: relaywarden demo --port 3300\./],
    ['demo --prot 8080', /^demo has no option --prot\. Did you mean --port\? Example: relaywarden demo --port/],
    ['demo --config c.yml', /^demo has no option --config; start, .* have\. Example: /],
    ['demo 8080', /^demo takes no argument: what is 8080\? Example: relaywarden demo --port 3300\./],
    ['demo --port=x', /^--port takes a whole number from 0 to 65535, not "x"\.$/],
    ['demo --days 3', /^demo has no option --days; customers check has\. Example: relaywarden customers check\./],
    ['replay', /^replay needs LOG… \(log files .*\)\. Example: relaywarden replay mail\.log .* More: .*replay --help$/],
    ['replay --customers c.json', /^replay needs LOG…/],
    ['replay a.log --cusomers c.json', /^replay has no option --cusomers\. Did you mean --customers\?/],
    ['replay a.log --config', /^--config needs a value: configuration file/],
    ['classify a b', /^classify takes fewer arguments: what is b\?/],
    ['chekc 1.2.3.4', /^relaywarden has no command chekc\. Did you mean check\? More: relaywarden --help$/],
    ['mail.log', /^relaywarden has no command mail\.log\. There are start, demo, .* and config\. More: /],
    ['customers shwo x', /^customers has no command shwo\. Did you mean show\?/],
    ['customers', /^customers needs one of its commands: check or show\. Example: relaywarden customers check\./],
    ['customers show', /^customers show needs NAME \(customer id .* More: relaywarden customers show --help$/],
    ['help replya', /^relaywarden has no command replya\. Did you mean replay\? More: relaywarden --help$/],
    ['replya --help', /^relaywarden has no command replya\. Did you mean replay\? More: relaywarden --help$/],
    ['audit exprot --help', /^audit has no command exprot\. Did you mean export\? Example: /],
    ['help audit exprot', /^audit has no command exprot\. Did you mean export\? Example: /],
    ['audit help exprot', /^audit has no command exprot\. Did you mean export\? Example: /],
    ['demo --port=', /^--port needs a value: port of the page /],
    ['replay a.log --customers=', /^--customers needs a value: who is who, /],
    ['config check --config=', /^--config needs a value: configuration file /],
    ['classify a.txt --text --json', /^--text and --json cannot both be\. Name one\.$/],
    ['audit export --format xml', /^--format takes json or csv, not "xml"\.$/],
  ])('%s', async (line, said) => {
    const { code, stdout, stderr } = await call(line);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^relaywarden: [^\n]*\n$/);
    expect(stderr.slice('relaywarden: '.length, -1)).toMatch(said);
  });

  it('with an empty word, as a variable that is not set leaves it, does not take what would be there without', async () => {
    const told = await call('db backup *');
    expect(told.stderr).toMatch(/^relaywarden: There is no config\.yml/);
    for (const line of ['db backup *', 'check *', 'replay * --customers c.json', 'classify *'])
      expect(await call(line.replace('*', EMPTY))).toMatchObject({
        ...{ code: 2, stdout: '', stderr: expect.stringMatching(/^relaywarden: [a-z ]+ needs [A-Z…]+ \(/) },
      });
  });

  it('behind npm, which keeps the options, is told of the -- before them', async () => {
    vi.stubEnv('npm_lifecycle_event', 'start');
    expect((await call('start 8080')).stderr).toContain('options need -- before them: npm run demo -- --port 8080.');
    vi.unstubAllEnvs();
  });

  it('with nothing in it shows the help', async () => {
    expect(await call('')).toMatchObject({ code: 2, stdout: expect.stringContaining('Commands:') });
  });
});

it.each([
  '--help',
  'help',
  'help replay',
  'help db backup',
  'help help',
  'db help backup',
  'help -c',
  'replay --help',
  'customers --help',
  '--version',
])('%s is no wrong call', async (line) => {
  expect(await call(line)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/Usage: |^\d/) });
});
