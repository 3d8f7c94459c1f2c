// README, manifest, help, example and configuration say the same.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { buildProgram } from '../src/cli.js';
import { Config, parseConfig } from '../src/config.js';
import { checkDirectory, loadDirectory } from '../src/partners/load.js';
import { FEATURES } from '../src/slack/features/index.js';
import { RELAY_HELP } from '../src/slack/features/relay.js';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const README = read('README.md');
const manifest = parse(read('manifest.yml')) as { features: { slash_commands: Array<{ command: string }> } };
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const program = await buildProgram(() => {});

/** `2,430,000`, `.87`, `75`: without the digits of an address or a status code. */
function figuresIn(text: string): string[] {
  return text.replace(/`[^`]*`/g, '').match(/(?<![\w.])\.?\d+(?:[.,]\d+)*/g) ?? [];
}

function missing(figures: readonly string[], text: string): string[] {
  const known = new Set(figuresIn(text));
  return figures.filter((figure) => !known.has(figure));
}

describe('the README', () => {
  it.each(Object.keys(Config.shape))('explains the configuration key %s', (key) => {
    expect(README).toContain(`\`${key}\``);
  });

  it.each(program.commands.map((command) => command.name()))('shows the command %s', (name) => {
    expect(README).toContain(`relaywarden ${name}`);
  });

  it.each(program.commands.flatMap((command) => command.commands.map((sub) => `${command.name()} ${sub.name()}`)))(
    'shows the command %s',
    (name) => {
      expect(README).toContain(name);
    },
  );

  it.each(['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_API_URL'])('explains %s', (name) => {
    expect(README).toContain(`\`${name}\``);
  });

  it('says how good it is and where it is weak, in figures that stand in the tables', () => {
    const [, good = ''] = /## How good it is, and where it is weak\n(.*?)\n## /s.exec(README) ?? [];
    const [, fast = ''] = /How fast it is stands in (.*?)\n## /s.exec(README) ?? [];
    expect(good).toMatch(/^Weak: /m);
    expect(fast).toMatch(/^Weak: /m);
    expect(figuresIn(good).length).toBeGreaterThan(20);
    expect(missing(figuresIn(good), read('docs/quality.md'))).toEqual([]);
    const rows = good.split('\n').filter((line) => line.startsWith('| '));
    expect(rows.filter((row) => !read('docs/quality.md').includes(row))).toEqual([]);
    expect(missing(figuresIn(fast), read('docs/speed.md'))).toEqual([]);
  });

  it('names no variable and no npm script that does not exist', () => {
    expect([...README.matchAll(/SLACK_[A-Z_]+/g)].filter(([name]) => !read('src/config.ts').includes(name))).toEqual(
      [],
    );
  });

  it('shows every slash command with every word it takes', () => {
    for (const { command } of manifest.features.slash_commands) expect(README).toContain(command);
    const words = RELAY_HELP.join(' ').matchAll(/`\/relay ([a-z]+)/g);
    for (const [, word] of words) expect(README).toContain(`/relay ${word}`);
  });
});

describe('every page', () => {
  const pages = ['README.md', ...readdirSync('docs').flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : []))];

  it.each(pages)('%s names no npm script and links to no file that does not exist', (page) => {
    const named = [...read(page).matchAll(/npm run ([a-z0-9:-]+)/g)].map(([, name]) => name ?? '');
    const linked = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) =>
      join(dirname(page), path ?? ''),
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    expect(linked.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('tells of every benchmark, and of every page in the README', () => {
    const benches = Object.keys(scripts).filter((name) => name.startsWith('bench:'));
    expect(benches.filter((name) => !read('docs/speed.md').includes(`\`npm run ${name}`))).toEqual([]);
    expect(
      pages.slice(1).filter((page) => !pages.some((other) => other !== page && read(other).includes(basename(page)))),
    ).toEqual([]);
  });
});

describe('the manifest', () => {
  it('declares the slash commands that the features answer, and no other', () => {
    const answered = FEATURES.flatMap(({ command }) => (command ? [command] : []));
    expect(manifest.features.slash_commands.map(({ command }) => command).sort()).toEqual(answered.sort());
  });
});

describe('--help', () => {
  const all = [...program.commands, ...program.commands.flatMap((command) => command.commands)];

  it.each(all.map((command) => [command.name(), command] as const))(
    'of %s has an example and --config',
    (_, command) => {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(help).toMatch(/Example:\n {2}\S/);
      const isGroup = command.commands.length > 0;
      if (!isGroup) expect(help).toContain('--config');
    },
  );
});

describe('config.example.yml', () => {
  it('can be used as it is', () => {
    const config = parseConfig(parse(read('config.example.yml')), 'config.example.yml');
    checkDirectory(loadDirectory(config), 'config.example.yml');
  });

  it('mentions every key of the configuration', () => {
    for (const key of Object.keys(Config.shape))
      expect(read('config.example.yml')).toMatch(new RegExp(`^(# )?${key}:`, 'm'));
  });
});
