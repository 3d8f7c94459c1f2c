// `relaywarden check` in words, where no list answers.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runFromSource } from '../helpers/command.js';
import { tempDir } from '../helpers/temp.js';

const CONFIG = `channels: { compromise: '#a', listing: '#b' }
people: [{ slack: U0ANN, name: Ann, role: lead }]
dns: { servers: ['127.0.0.1:1'], timeoutMs: 200, tries: 1 }
blocklists:
  only: [one, two, three]
  extra:
    - { id: one, zone: one.test, kinds: [ipv4] }
    - { id: two, zone: two.test, kinds: [ipv4] }
    - { id: three, zone: three.test, kinds: [ipv4] }
`;

it('tells one reason once for all lists of which it is true', async () => {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'config.yml'), CONFIG);
  const { code, stdout } = await runFromSource(['check', '192.0.2.25', '192.0.2.26'], { cwd });

  expect(code).toBe(3);
  expect(stdout.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^UNKNOWN {2}192\.0\.2\.25 on 3 lists: the DNS server cannot be .* \(one, three, two\)$/),
    expect.stringMatching(/^UNKNOWN {2}192\.0\.2\.26 on 3 lists: the DNS server cannot be .* \(one, three, two\)$/),
    '0 listed, 0 clear, 0 refused to answer, 6 unknown.',
    expect.stringMatching(/^Most answers do not count, so this is no all-clear: /),
  ]);
});
