// What scripts rest on is said where one looks: fields, labels, exit codes.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkCommand } from '../../../src/commands/check.js';
import { classifyCommand } from '../../../src/commands/classify.js';
import { dnscheckCommand } from '../../../src/commands/dnscheck.js';
import { replayCommand } from '../../../src/commands/replay/replay.js';
import { LABEL_LISTS } from '../../../src/detection/replay/labels.js';
import { parseNetwork } from '../../../src/mail/ip.js';
import { specialUseOf } from '../../../src/mail/special-use.js';
import { runFromSource } from '../../helpers/command.js';
import { tempDir } from '../../helpers/temp.js';

function helpOf(command: ReturnType<typeof classifyCommand>): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return help;
}

describe('an example that asks the DNS', () => {
  it.each([
    ['check', helpOf(checkCommand(() => {}))],
    ['dnscheck', helpOf(dnscheckCommand(() => {}))],
    ['docs/commands.md', readFileSync('docs/commands.md', 'utf8').replace(/^relaywarden customers.*$/gm, '')],
  ])('of %s can be copied: it names no address that is for documentation alone', (_, text) => {
    const addresses = text.split(/[\s,]+/).flatMap((word) => parseNetwork(word)?.base ?? []);

    expect(addresses.map(specialUseOf).filter((use) => use?.includes('documentation'))).toEqual([]);
    expect(text).toMatch(/check (127\.0\.0\.2 )?example\.com/);
  });
});

describe('--help of replay', () => {
  const help = helpOf(replayCommand(() => {}));

  it('shows no default that is none', () => {
    expect(help).toMatch(/default: "auto"/);
    expect(help).not.toMatch(/default: (\[\]|""|null)/);
  });

  it('names every list and field of a file of labels', () => {
    const fields = Object.values(LABEL_LISTS).flatMap((list) => Object.keys(list.def.innerType.def.element.shape));
    for (const name of [...Object.keys(LABEL_LISTS), ...fields.filter((field) => field !== 'type')])
      expect(help).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('has an example of labels that can be used', async () => {
    const [labels = ''] = /\{"compromises".*\}/.exec(help) ?? [];
    expect(JSON.parse(labels)).toMatchObject({ compromises: [{ customer: 'acme' }] });
  });

  it.each(['0', '2', '130'])('says what exit code %s means, as its page does', (code) => {
    expect(help).toMatch(new RegExp(`Exit code: .*\\b${code} `));
    expect(readFileSync('docs/replay.md', 'utf8')).toMatch(new RegExp(`\`replay\` ends with[^.]*\\b${code}\\b`));
  });
});

it('--help of classify names every field of its output', async () => {
  const help = helpOf(classifyCommand());
  const input = '550 5.7.1 Client host [203.0.113.21] blocked using zen.spamhaus.org\n';
  const { stdout } = await runFromSource(['classify'], { cwd: tempDir(), input });
  const result = JSON.parse(stdout) as Record<string, object>;

  const fields = [...Object.keys(result), ...Object.keys(result.delisting ?? {})];
  expect(fields).toContain('expectedHours');
  for (const field of fields) expect(help).toMatch(new RegExp(`\\b${field}\\b`));
});
