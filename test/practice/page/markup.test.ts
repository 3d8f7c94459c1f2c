// How blocks become HTML: Slack's reading of text, nothing of it live, and the data that a press needs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksHtml } from '../../../src/practice/page/markup/blocks.js';
import { kitText, type Lexicon } from '../../../src/practice/page/markup/kit.js';
import { plainLiteral, revealed } from '../../../src/practice/page/markup/literal.js';
import { modalHtml } from '../../../src/practice/page/markup/view.js';
import { Views } from '../../../src/practice/slack/views.js';
import { card, digest, reasonForm } from '../helpers/gallery-bot.js';

const lexicon: Lexicon = {
  users: [{ id: 'U0TECH0001', name: 'Ann Tanaka' }],
  channels: [{ id: 'C0ABUSE001', name: 'abuse-desk' }],
  clock: { toPracticeTime: (ms) => ms, timeZone: 'UTC' },
  ownLinks: 'http://127.0.0.1:3300',
};
const mrkdwn = (text: string) => kitText({ type: 'mrkdwn', text }, lexicon);
const plain = (text: string) => kitText({ type: 'plain_text', text }, lexicon);
const words = (html: string) =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(
      /&(?:lt|gt|amp|quot|#39|#x27);/g,
      (name) => ({ '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"' })[name] ?? "'",
    );

describe('mrkdwn', () => {
  it.each([
    ['*bold* and _slanted_', /<strong>.*bold.*<\/strong>.*<em>.*slanted/s],
    ['<@U0TECH0001> in <#C0ABUSE001>', /slack_user.*@Ann Tanaka.*slack_channel.*#abuse-desk/s],
    ['<https://example.com/?a=1&amp;b=2|here>', /href="https:\/\/example\.com\/\?a=1&amp;b=2"[^>]*target="_blank"/],
    ['<http://127.0.0.1:3300/archives/C1/p1700000000000100|card>', /data-permalink/],
    ['<!date^1700000000^{date_short_pretty} at {time}|earlier>', /<time[^>]*>14 Nov at 22:13<\/time>/],
    [':information_source: ::1 and 2001:db8::25 :x::x:', /ℹ️.* ::1 and 2001:db8::25 .*❌.*❌/s],
    [':white_check_mark: :no_such_emoji:', /✅.*:no_such_emoji:/s],
  ])('%s is drawn', (text, drawn) => {
    expect(mrkdwn(text)).toMatch(drawn);
  });

  it('that is verbatim is drawn all the same, only without links made up from bare addresses', () => {
    const text = '*bold* a@b.example https://x.example <https://y.example|here> <@U0TECH0001>';
    const html = kitText({ type: 'mrkdwn', verbatim: true, text }, lexicon);

    expect(html).toMatch(/<strong>/);
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual(['https://y.example']);
    expect(words(html).replace(/\s/g, ' ')).toBe('bold a@b.example https://x.example here @Ann Tanaka');
  });

  it('leaves escaped characters alone: they are never a mention, a link or a tag', () => {
    const html = mrkdwn('&lt;!channel&gt; &lt;@U0TECH0001&gt; &lt;https://evil.example|ok&gt; &amp;lt;');

    expect(html).not.toMatch(/slack_broadcast|slack_user/);
    expect(words(html)).toBe('<!channel> <@U0TECH0001> <https://evil.example|ok> &lt;');
  });

  it.each([
    ['`v=spf1 a ~all` and `v=spf1 mx ~all`', 'v=spf1 a ~all and v=spf1 mx ~all'],
    ['v=spf1 ~all, once v=spf1 ip4:192.0.2.1 ~all', 'v=spf1 ~all, once v=spf1 ip4:192.0.2.1 ~all'],
    ['```a ~all\n*.example```', 'a ~all\n*.example\n'],
    ['`*.a.example` `*.b.example` 2*3*4 ~ 5 ~ 6', '*.a.example *.b.example 2*3*4 ~ 5 ~ 6'],
  ])('%s shows each tilde and star once', (text, shown) => {
    expect(words(mrkdwn(text)).replace(/\u00a0/g, ' ')).toBe(shown);
    expect(mrkdwn(text)).not.toMatch(/<s>|<strong>/);
  });

  it('strikes and thickens what a pair of marks encloses, beside marks that are alone', () => {
    const html = mrkdwn('~gone~ (*bold*): ~all, *<https://x.example/~ann|here>* and ~<https://x.example/~bo|there>~');

    expect(words(html)).toBe('gone (bold): ~all, here and there');
    expect([...html.matchAll(/<s>(.*?)<\/s>/g)].map(([, inner]) => words(inner ?? ''))).toEqual(['gone', 'there']);
    expect([...html.matchAll(/<strong>(.*?)<\/strong>/g)].map(([, inner]) => words(inner ?? ''))).toEqual([
      'bold',
      'here',
    ]);
    expect(html).toMatch(/href="https:\/\/x\.example\/~ann".*href="https:\/\/x\.example\/~bo"/s);
  });

  it.each([
    'Compromised mailbox: ida@granholt.example',
    'see https://y.example/ and www.z.example now',
    'a_b_c *d* [x](y) ~z~ `c`',
  ])('a link stays one link when its words are %s', (label) => {
    const html = mrkdwn(`• <http://127.0.0.1:3300/archives/C1/p1|${label}> · 2 h`);

    expect(words(html)).toBe(`• ${label} · 2 h`);
    expect([...html.matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href)).toEqual([
      'http://127.0.0.1:3300/archives/C1/p1',
    ]);
    expect(html).toContain('data-permalink');
  });

  it.each(['> ---', '> [a]: b', '>$$', '><!-- '])('%s is no Markdown', (text) => {
    expect(words(mrkdwn(text))).toContain('>');
  });

  it.each(['~~~', '* * *'])('a quote of %s is a quote', (text) => {
    expect(mrkdwn(`> ${text}`)).toMatch(/rounded bg-gray-primary/);
    expect(words(mrkdwn(`> ${text}`))).toBe(text);
  });

  it('is drawn in other quotes, and beside what is no Markdown', () => {
    expect(mrkdwn('> *bold*')).toMatch(/rounded bg-gray-primary.*<strong>.*bold/);
    expect(mrkdwn('> ---\n*bold* <@U0TECH0001>')).toMatch(/<strong>.*bold.*@Ann Tanaka/s);
  });

  it('lets no tag, attribute or script address through, whatever the text', () => {
    const hostile = fc.stringMatching(/^[<>&"'`*_~|@#!:;=/ a-z\uE026\n[\]$-]{0,60}$/);
    fc.assert(
      fc.property(hostile, (text) => {
        const tags = [...mrkdwn(text).matchAll(/<\/?([a-zA-Z]+)/g)].map(([, name]) => name);
        expect(
          tags.filter(
            (name) =>
              !['div', 'p', 'span', 'strong', 'em', 's', 'code', 'a', 'time', 'br', 'blockquote'].includes(name ?? ''),
          ),
        ).toEqual([]);
        expect(mrkdwn(text)).not.toMatch(/\son\w+=|href="javascript:(?!throw)/i);
      }),
      { numRuns: 300 },
    );
  });
});

describe('plain_text', () => {
  it('is not read as mrkdwn, but for emoji', () => {
    const html = plain(':no_entry: *a* <@U0TECH0001> b_c_d `e` https://x.example a@b.example');

    expect(words(html)).toBe('⛔ *a* <@U0TECH0001> b_c_d `e` https://x.example a@b.example');
    expect(html).not.toContain('<a ');
  });

  it('comes out as it went in, escaped', () => {
    const text = fc
      .stringMatching(/^[<>&"'*_~`a-z :#!@|\\]{0,40}$/)
      .filter((value) => !/:[\w+'-]+:|&(lt|gt|amp);/.test(value));
    fc.assert(
      fc.property(text, (value) => {
        const html = revealed(
          plainLiteral(value, false).replace(/["']/g, (quote) => (quote === '"' ? '&quot;' : '&#39;')),
        );
        expect(words(html)).toBe(value);
      }),
    );
  });
});

describe('what can be pressed', () => {
  const html = blocksHtml(card('Open', true) as never, lexicon);

  it('carries its action, block and value, and its question in a template', () => {
    expect(html).toMatch(
      /<button[^>]*data-action="block"[^>]*data-block="card-actions"[^>]*data-value="7:1"[^>]*data-style="primary"/,
    );
    expect(html).toMatch(
      /<template data-confirm-of="suspend">.*Suspend Acme Industries\?.*Keep it running.*<\/template>/s,
    );
    expect(html).toMatch(/role="menu".*data-option="History"/s);
  });

  it('has no ids, for a page holds many messages', () => {
    expect(html).not.toMatch(/\sid="/);
  });

  it('draws a table and a button beside a section', () => {
    const drawn = blocksHtml(digest as never, lexicon);
    expect(drawn).toMatch(/<table.*Dellwood Dental Group.*<\/table>/s);
    expect(drawn).toMatch(/rw-beside.*data-action="again"/s);
  });
});

it('ties each input of a modal to its label, hint and error', () => {
  const view = new Views().open('U0TECH0001', reasonForm as never);
  view.errors = { reason: 'Say <more>.' };

  const html = modalHtml(view, 1, lexicon);

  const id = /<label for="([^"]+)">Reason/.exec(html)?.[1];
  expect(html).toMatch(new RegExp(`<textarea aria-invalid="true"[^>]*id="${id}"[^>]*aria-describedby="${id}-note"`));
  expect(html).toContain('role="alert">Say &lt;more&gt;.');
  expect(html).toMatch(/<fieldset.*<legend>Cause<\/legend>.*type="radio".*checked=""/s);
});

it('lets a person choose several with a click each, and shows most of a prepared text', () => {
  const option = (name: string) => ({ text: { type: 'plain_text', text: name }, value: name.toLowerCase() });
  const letter = `Hello,\n\n${'one of our addresses is on a blocklist. '.repeat(20)}\n\nThe desk`;
  const input = (blockId: string, element: object) => ({
    type: 'input',
    block_id: blockId,
    label: { type: 'plain_text', text: blockId },
    element: { action_id: 'in', ...element },
  });
  const view = new Views().open('U0TECH0001', {
    type: 'modal',
    title: { type: 'plain_text', text: 'Tell partners' },
    blocks: [
      input('Partners', {
        type: 'multi_static_select',
        options: ['Oak', 'Elm', 'Ash'].map(option),
        initial_options: ['Oak', 'Ash'].map(option),
      }),
      input('Letter', { type: 'plain_text_input', multiline: true, initial_value: letter }),
      input('Note', { type: 'plain_text_input', multiline: true }),
    ],
  } as never);

  const html = modalHtml(view, 1, lexicon);

  expect(html).toMatch(/<fieldset[^>]*><legend>Partners<\/legend>/);
  const boxes = [...html.matchAll(/<input type="checkbox"[^>]*>/g)].map(([box]) => box);
  expect(boxes).toHaveLength(3);
  expect(boxes.filter((box) => box.includes('checked=""')).map((box) => /value="(\w+)"/.exec(box)?.[1])).toEqual([
    'oak',
    'ash',
  ]);
  expect([...html.matchAll(/<textarea[^>]* rows="(\d+)"/g)].map(([, rows]) => rows)).toEqual(['14', '4']);
});
