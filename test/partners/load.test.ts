import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { loadDirectory, readDirectory } from '../../src/partners/load.js';

const dir = mkdtempSync(join(tmpdir(), 'directory-'));
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, content: string): string {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
}
const yaml = (customers: string) => `customers:\n${customers}`;

describe('readDirectory', () => {
  it('reads the sample file', () => {
    const directory = readDirectory('test/fixtures/customers.json');

    expect(directory.customers).toHaveLength(8);
    expect(directory.log_timezone).toBe('+01:00');
  });

  it('reads YAML of the same shape', () => {
    const path = file('a.yml', yaml('  - {id: a, name: A, domains: [a.example]}\n'));

    expect(readDirectory(path).customers[0]).toMatchObject({ id: 'a', domains: ['a.example'], ips: [] });
  });

  it('reads YAML that looks like JSON', () => {
    const path = file('flow.yml', '{customers: [{id: a, name: A}]} # and a remark\n');

    expect(readDirectory(path).customers).toMatchObject([{ id: 'a', name: 'A' }]);
  });

  it.each([
    [
      'overlapping domains',
      '  - {id: a, name: A, domains: [Shared.example]}\n  - {id: b, name: B, domains: [shared.example]}\n',
      /domain shared\.example belongs to both a and b/,
    ],
    [
      'overlapping logins',
      '  - {id: a, name: A, sasl_users: [x]}\n  - {id: b, name: B, sasl_users: [X]}\n',
      /SASL login x belongs to both a and b/,
    ],
    [
      'overlapping addresses',
      '  - {id: a, name: A, ips: [192.0.2.0/24]}\n  - {id: b, name: B, ips: [192.0.2.9]}\n',
      /192\.0\.2\.9 of b lies in 192\.0\.2\.0\/24 of a/,
    ],
    ['an id used twice', '  - {id: a, name: A}\n  - {id: a, name: B}\n', /customer id a is used more than once/],
    ['a partner that is not there', '  - {id: a, name: A, partner: p}\n', /names partner p/],
    ['a bad address', '  - {id: a, name: A, ips: [nonsense]}\n', /nonsense is no address/],
  ])('refuses %s, naming both', (_, customers, expected) => {
    const path = file('b.yml', yaml(customers));

    expect(() => readDirectory(path)).toThrow(expected);
    expect(() => readDirectory(path)).toThrow(UserError);
  });

  it.each(['+1:00', 'Nonsense/Zone'])('refuses the time zone %s, before a log is read', (zone) => {
    expect(() => readDirectory(file('z.yml', `log_timezone: "${zone}"\n`))).toThrow(
      /line 1, log_timezone: is .*; expected an offset/,
    );
    expect(readDirectory(file('z.yml', 'log_timezone: Europe/Oslo\n')).log_timezone).toBe('Europe/Oslo');
  });

  it('refuses a file in another encoding than UTF-8, with the line that is', () => {
    const latin1 = yaml('  - {id: a, name: A}\n  - {id: b, name: Bj\u00f8rn AS}\n');
    writeFileSync(join(dir, 'latin1.yml'), latin1, 'latin1');

    expect(() => readDirectory(join(dir, 'latin1.yml'))).toThrow(
      /latin1\.yml is not in UTF-8: line 3 is not\. In Latin-1 it would be: - \{id: b, name: Bj\u00f8rn AS\}\n.*iconv/,
    );
    writeFileSync(join(dir, 'utf8.yml'), latin1);
    expect(readDirectory(join(dir, 'utf8.yml')).customers[1]?.name).toBe('Bj\u00f8rn AS');
  });

  it('names every bad field with its path', () => {
    const path = file('c.json', '{"customers": [{"id": "a", "nam": "A"}, {"id": 4, "name": "B"}]}');

    expect(() => readDirectory(path)).toThrow(/customers\.0[\s\S]*customers\.1\.id/);
  });

  it('names overlaps beside bad fields, each with its line, and a key that is given twice', () => {
    const path = file(
      'both.json',
      `{"customers": [
{"id": "a", "name": "A", "domains": ["x.example"]},
{"id": "b", "nam": "B"},
{"id": "c", "name": "C", "auth": "x",
"auth": "y", "domains": ["x.example"]}]}`,
    );

    expect(() => readDirectory(path)).toThrow(
      new UserError(
        [
          `${path} has 4 mistakes:`,
          '  line 5: the key auth is given twice, first in line 4',
          '  line 3, customers.1.name (b): is missing; write the name as cards show it',
          '  line 3, customers.1.nam (b): is no key here; write name perhaps',
          '  line 4, customers.2 (C): domain x.example belongs to both a and c',
        ].join('\n'),
      ),
    );
  });

  it('says so when there is no such file', () => {
    expect(() => readDirectory(join(dir, 'none.json'))).toThrow(/none\.json cannot be read/);
  });
});

describe('loadDirectory', () => {
  it('refuses a key that is given twice, in JSON as in YAML', () => {
    const json = file(
      'twice.json',
      '{"customers": [\n{"id": "a", "name": "A",\n"domains": [],\n"domains": ["a.example"]}]}',
    );
    expect(() => readDirectory(json)).toThrow(
      new UserError(`${json} has 1 mistake:\n  line 4: the key domains is given twice, first in line 3`),
    );
    const inYaml = file('twice.yml', 'customers:\n  - id: a\n    name: A\n    name: B\n');
    expect(() => readDirectory(inYaml)).toThrow(/Map keys must be unique at line 4/);
  });

  it('puts inline entries and the file together, and finds overlaps between them', () => {
    const customersFile = file('d.yml', yaml('  - {id: a, name: A, domains: [a.example]}\n'));
    const inline = {
      id: 'b',
      name: 'B',
      domains: ['a.example'],
      sasl_users: [],
      sasl_domains: [],
      ips: [],
      shared_ips: [],
      declared_senders: [],
    };

    expect(() => loadDirectory({ customers: [inline], customersFile })).toThrow(/belongs to both b and a/);
    expect(loadDirectory({ customersFile, logYear: 2026 })).toMatchObject({ log_year: 2026 });
  });
});
