// What is read out of a message: words, and nothing that only the eye needs.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EMOJI, spoken } from '../../../../src/slack/messages/text/spoken.js';

describe('spoken', () => {
  it('leaves emoji names and marks out, and keeps the words', () => {
    expect(spoken(':no_entry: Ann blocked the *sender* `kim@acme.example` · _on record_\n> phish')).toBe(
      'Ann blocked the sender kim@acme.example · on record\nphish',
    );
  });

  it('leaves addresses, dates and links as they are', () => {
    const text =
      '2001:db8:85a3::1 a_b_c@acme.example 3*4*5 <!date^1^{time}|x> <https://a.example/p1|Incident 1> 10:42:07';
    expect(spoken(text)).toBe(text);
  });

  it('leaves no emoji behind that stands in another, or in marks', () => {
    for (const text of ['::x:x:', ':`x`:', ':*x*:', ':▰x:', ':::x:x:x:']) expect(spoken(text)).not.toContain(':x:');
  });

  it('knows every emoji this house writes', () => {
    const root = 'src/slack';
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const written = files.flatMap((name) =>
      [...readFileSync(join(root, name), 'utf8').matchAll(/(?<![?<])(?<=^|[\s'"`“(}])(:[a-z_]+:)(?!\d)/gm)].map(
        ([, emoji]) => emoji,
      ),
    );
    expect([...new Set(written)].filter((emoji) => !EMOJI.some((name) => `:${name}:` === emoji))).toEqual([]);
    expect(EMOJI.filter((name) => !written.includes(`:${name}:`))).toEqual([]);
  });
});
