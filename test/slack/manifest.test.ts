// manifest.yml: within Slack's rules, with no scope that no call needs, and in agreement with the code both ways.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '@slack/bolt';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Desk } from '../../src/slack/desk.js';
import { FEATURES, registerFeatures } from '../../src/slack/features/index.js';

const ROOT = new URL('../../', import.meta.url).pathname;
const manifest: unknown = parse(readFileSync(join(ROOT, 'manifest.yml'), 'utf8'));

/** Slack's limits, from its manifest reference. */
const Manifest = z.strictObject({
  _metadata: z.strictObject({ major_version: z.number(), minor_version: z.number() }),
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().max(140),
    long_description: z.string().min(175).max(4000),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.literal(true),
      messages_tab_enabled: z.boolean(),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    bot_user: z.strictObject({ display_name: z.string().regex(/^[a-z0-9._-]{1,80}$/i), always_online: z.boolean() }),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().regex(/^\/[a-z0-9_-]{1,31}$/),
          description: z.string().min(1).max(2000),
          usage_hint: z.string().max(1000),
          should_escape: z.literal(false),
        }),
      )
      .max(50),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string().regex(/^[a-z.]+(:[a-z.]+)*$/)) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ bot_events: z.array(z.string()).max(100) }),
    interactivity: z.strictObject({ is_enabled: z.literal(true) }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.literal(true),
    token_rotation_enabled: z.literal(false),
  }),
});

const source = readdirSync(join(ROOT, 'src/slack'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(ROOT, 'src/slack', file), 'utf8'))
  .join('\n');

function found(pattern: RegExp): string[] {
  return [...new Set([...source.matchAll(pattern)].map(([, name]) => name ?? ''))].sort();
}

/** The slash commands and events that the features answer, as they register them. */
function answered(): { commands: string[]; events: string[] } {
  const commands: string[] = [];
  const events: string[] = [];
  const app = {
    command: (name: string) => commands.push(name),
    event: (name: string) => events.push(name),
    action: () => {},
    view: () => {},
  };
  registerFeatures(app as unknown as App, {} as Desk);
  return { commands: commands.sort(), events: events.sort() };
}

describe('manifest.yml', () => {
  const parsed = Manifest.parse(manifest);

  it('names the slash commands that the code answers, and no others', () => {
    const named = parsed.features.slash_commands.map(({ command }) => command).sort();

    expect(named).toEqual(answered().commands);
    expect(named).toEqual(FEATURES.flatMap(({ command }) => command ?? []).sort());
  });

  it('names the events that the code listens to, and no others', () => {
    const named = parsed.settings.event_subscriptions.bot_events;

    expect(named).toEqual(answered().events);
    expect(named).toEqual(FEATURES.flatMap(({ event }) => event ?? []).sort());
  });

  it('asks for the scopes that its calls need, and no more', () => {
    const needs: Record<string, string[]> = {
      'auth.test': [],
      'views.open': [],
      'views.publish': [],
      'chat.postMessage': ['chat:write', 'im:write'],
      'chat.postEphemeral': ['chat:write'],
      'chat.update': ['chat:write'],
      // Done without when the scope is missing.
      'conversations.history': [],
      'conversations.replies': [],
    };
    const called = found(/client\.([a-z]+\.[a-zA-Z]+)\(/g);

    expect(called).toEqual(Object.keys(needs).sort());
    expect([...new Set([...called.flatMap((method) => needs[method] ?? [method]), 'commands'])].sort()).toEqual(
      parsed.oauth_config.scopes.bot,
    );
  });

  it('registers each step and each form once', () => {
    expect(found(/callback_id: '([^']+)'/g)).toEqual([]);
    const names = [
      FEATURES.map(({ name }) => name),
      FEATURES.flatMap(({ steps = [] }) => steps.map(({ verb }) => verb)),
      FEATURES.flatMap(({ forms = [] }) => forms.map(({ id }) => id)),
    ];
    for (const some of names) {
      expect(some).not.toEqual([]);
      expect(some).toEqual([...new Set(some)]);
    }
    for (const { help } of FEATURES) expect(help).not.toBe('');
  });
});
