// README, the pages of docs/, manifest, help, example and configuration say the same.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { blocklists } from '../src/blocklists/operators/index.js';
import { buildProgram } from '../src/cli.js';
import { Config, parseConfig } from '../src/config.js';
import { loadDirectory } from '../src/partners/load.js';
import { FEATURES } from '../src/slack/features/index.js';
import { COMMANDS } from '../src/slack/features/relay.js';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const README = read('README.md');
const manifest = parse(read('manifest.yml')) as { features: { slash_commands: Array<{ command: string }> } };
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs').flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];
const program = await buildProgram(() => {});

/** `2,430,000`, `.87`, `75`: without the digits of an address or a status code. */
function figuresIn(text: string): string[] {
  return text.replace(/`[^`]*`/g, '').match(/(?<![\w.])\.?\d+(?:[.,]\d+)*/g) ?? [];
}

function missing(figures: readonly string[], text: string): string[] {
  const known = new Set(figuresIn(text));
  return figures.filter((figure) => !known.has(figure));
}

/** Every key that may stand in config.yml, by its path, with its default where it has one. `people[].name`: of each entry of a list. */
function configKeys(schema: KeySchema, path = ''): Array<[string, unknown]> {
  const inner = schema.properties ?? schema.items?.properties;
  // Facts of a list are the catalogue's, by the names that `catalogue show --json` prints.
  if (!inner || path === 'blocklists.extra') return [[path, schema.default]];
  const prefix = path === '' ? '' : `${path}${schema.properties ? '' : '[]'}.`;
  return Object.entries(inner).flatMap(([key, of]) => configKeys(of, `${prefix}${key}`));
}

interface KeySchema {
  properties?: Record<string, KeySchema>;
  items?: KeySchema;
  default?: unknown;
}

const CONFIG_KEYS = configKeys(z.toJSONSchema(Config, { io: 'input', unrepresentable: 'any' }) as KeySchema);

describe('docs/configuration.md', () => {
  const page = read('docs/configuration.md');
  const rows = page.split('\n').flatMap((line) => {
    const [, keys, value] = /^\| (`[^|]*) \| ([^|]*) \| [^|]+ \|$/.exec(line) ?? [];
    return keys && value ? [{ keys: quoted(keys), value }] : [];
  });

  it.each(CONFIG_KEYS)('explains %s, with its default', (key, byDefault) => {
    const row = rows.find(({ keys }) => keys.includes(key));
    expect(row).toBeDefined();
    const said = quoted(row?.value ?? '')[row?.keys.indexOf(key) ?? 0];
    if (said !== undefined && byDefault !== undefined) expect(said).toBe(asWritten(byDefault));
  });

  it('explains no key that there is none of', () => {
    const known = CONFIG_KEYS.map(([key]) => key);
    const keys = rows.flatMap(({ keys }) => keys);
    expect(keys.filter((key) => !known.includes(key))).toEqual([]);
  });

  it.each([...read('src/config.ts').matchAll(/env\.([A-Z_]+)/g)].map(([, name]) => name ?? ''))(
    'explains %s',
    (name) => {
      expect(page).toContain(`\n| \`${name}\` |`);
    },
  );

  it('names every action of `rights`', () => {
    const [, list = ''] = /The actions: ([^.]*)\./.exec(page) ?? [];
    const actions = z.toJSONSchema(Config.shape.rights, { io: 'input', unrepresentable: 'any' });
    expect(quoted(list).sort()).toEqual([...((actions.propertyNames as { enum: string[] }).enum ?? [])].sort());
  });
});

/** What stands in backticks. */
function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, inner]) => inner ?? '');
}

function asWritten(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

describe('docs/commands.md', () => {
  const runnable = [...program.commands, ...program.commands.flatMap(({ commands }) => commands)].filter(
    ({ commands }) => commands.length === 0,
  );
  const nameOf = (command: (typeof runnable)[number]) =>
    command.parent === program ? command.name() : `${command.parent?.name()} ${command.name()}`;

  it('shows every command with what it takes, and no other', () => {
    const rows = [...read('docs/commands.md').matchAll(/^\| `relaywarden ([^`]+)` \|/gm)].map(([, usage]) => usage);
    const usages = runnable.map((command) => {
      const taken = command.registeredArguments.map((each) => {
        const name = `${each.name().toUpperCase()}${each.variadic ? '…' : ''}`;
        return each.required ? name : `[${name}]`;
      });
      return [nameOf(command), ...taken].join(' ');
    });
    expect(rows.toSorted()).toEqual(usages.toSorted());
  });

  it('has the exit codes that --help tells of, beside 0 alone and 2', () => {
    const [, table = ''] = /^(\| command \| 0 .*?)\n\n/ms.exec(read('docs/commands.md')) ?? [];
    const [head = [], , ...rows] = table.split('\n').map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    const shown = rows.map(([name = '', ...cells]) => [
      name.replaceAll('`', ''),
      ...head
        .slice(1)
        .map(Number)
        .filter((_, i) => cells[i]),
    ]);
    const told = runnable.map((command) => {
      const [, said = ''] = /Exit code: (.*)/s.exec(helpOf(command)) ?? [];
      return [nameOf(command), ...[0, 1, 3].filter((code) => new RegExp(`(?:^|, |; )${code} `).test(said))];
    });
    expect(shown.toSorted()).toEqual(told.filter(([, ...more]) => more.length > 1).toSorted());
  });
});

describe('the README', () => {
  it('says how good it is and where it is weak, in figures that stand in the tables', () => {
    const [, good = ''] = /## How good it is, and where it is weak\n(.*?)\n## /s.exec(README) ?? [];
    const [, fast = ''] = /## How fast it is\n(.*?)\n## /s.exec(README) ?? [];
    expect(good).toMatch(/^Weak: /m);
    expect(fast).toMatch(/^Weak: /m);
    expect(figuresIn(good).length).toBeGreaterThan(20);
    expect(missing(figuresIn(good), read('docs/quality.md'))).toEqual([]);
    const rows = good.split('\n').filter((line) => line.startsWith('| '));
    expect(rows.filter((row) => !read('docs/quality.md').includes(row))).toEqual([]);
    expect(missing(figuresIn(fast), read('docs/speed.md'))).toEqual([]);
  });

  it('shows what can be typed as /relay help does, and so does docs/desk.md', () => {
    for (const page of [README, read('docs/desk.md')]) {
      for (const { command } of manifest.features.slash_commands) expect(page).toContain(command);
      const rows = [...page.matchAll(/^\| `(\/[^`]+)` \| (.*) \|$/gm)].map(([, command, does]) => [command, does]);
      expect(rows).toEqual(COMMANDS);
    }
  });

  it('counts the blocklists that can be asked without a key', () => {
    const [, said] = /on (\d+) blocklists that need no key/.exec(README) ?? [];
    expect(Number(said)).toBe(blocklists.filter(({ access }) => access === 'public').length);
  });

  it('links to every page', () => {
    const linked = [...README.matchAll(/\]\(([^)#]+)/g)].map(([, path]) => path);
    expect(PAGES.slice(1).filter((page) => !linked.includes(page))).toEqual([]);
  });

  it('can be read without scrolling sideways', () => {
    expect(README.split('\n').filter((line) => line.length > 145)).toEqual([]);
  });
});

describe('every page', () => {
  it.each(PAGES)('%s names no npm script and links to no file that does not exist', (page) => {
    const named = [...read(page).matchAll(/npm run ([a-z0-9:-]+)/g)].map(([, name]) => name ?? '');
    const linked = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) =>
      join(dirname(page), path ?? ''),
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    expect(linked.filter((path) => !existsSync(path))).toEqual([]);
  });

  it.each(PAGES)('%s names no section of a page, no command and no variable that does not exist', (page) => {
    const sections = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].map(([, path, anchor]) => ({
      path: path === '' ? page : join(dirname(page), path ?? ''),
      anchor: anchor ?? '',
    }));
    expect(sections.filter(({ path, anchor }) => !anchorsOf(read(path)).includes(anchor))).toEqual([]);
    const commands = [...codeOf(read(page)).matchAll(/^(?:npx )?relaywarden ([a-z]+)/gm)].map(([, name]) => name ?? '');
    const known = program.commands.map((command) => command.name());
    expect(commands.filter((name) => !known.includes(name))).toEqual([]);
    const variables = [...read(page).matchAll(/(?:SLACK|SNDS|INTAKE)_[A-Z_]+/g)].map(([name]) => name);
    expect(variables.filter((name) => !read('src/config.ts').includes(name))).toEqual([]);
  });

  it('tells of every benchmark', () => {
    const benches = Object.keys(scripts).filter((name) => name.startsWith('bench:'));
    expect(benches.filter((name) => !read('docs/speed.md').includes(`\`npm run ${name}`))).toEqual([]);
  });
});

/** The code in a text, in blocks and in backticks; what follows a pipe begins a line. */
function codeOf(text: string): string {
  const blocks = [...text.matchAll(/^```[a-z]*\n(.*?)^```/gms)].map(([, block]) => block ?? '');
  return [...blocks, ...quoted(text)].join('\n').replaceAll('| ', '\n');
}

/** What GitHub calls the sections of a page. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    (title ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the manifest', () => {
  it('declares the slash commands that the features answer, and no other', () => {
    const answered = FEATURES.flatMap(({ command }) => (command ? [command] : []));
    expect(manifest.features.slash_commands.map(({ command }) => command).sort()).toEqual(answered.sort());
  });
});

function helpOf(command: (typeof program.commands)[number]): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return help;
}

describe('--help', () => {
  const all = [...program.commands, ...program.commands.flatMap((command) => command.commands)];

  it.each(all.map((command) => [command.name(), command] as const))(
    'of %s has an example, and --config where a configuration is read',
    (_, command) => {
      const help = helpOf(command);
      expect(help).toMatch(/Example:\n {2}\S/);
      const isGroup = command.commands.length > 0;
      if (!isGroup) expect(help.includes('--config')).toBe(!['demo', 'report'].includes(command.name()));
    },
  );
});

describe('config.example.yml', () => {
  it('can be used as it is', () => {
    const config = parseConfig(parse(read('config.example.yml')), 'config.example.yml');
    expect(() => loadDirectory(config)).not.toThrow();
  });

  it('mentions every key of the configuration', () => {
    for (const key of Object.keys(Config.shape))
      expect(read('config.example.yml')).toMatch(new RegExp(`^(# )?${key}:`, 'm'));
  });
});
