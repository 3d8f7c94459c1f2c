// Reading refusals: replies a second over all the lines that taught the patterns, and the slowest single reply over a corpus made to be
// slow, beside trying every pattern in order. What is like an earlier reply but for mailbox, address and ids is remembered: so once with
// replies as a log has them, once with none like another, where nothing can be. `npm run bench:replies`
import { classifyReply, replyPatterns } from '../src/intake/replies/index.js';

const ROUNDS = 5;
const taught = replyPatterns.flatMap(({ examples }) => examples);

/** The naive way, in the same process: the first pattern that matches. */
function tryAll(reply: string): string | undefined {
  const text = reply.slice(0, 2_000);
  return replyPatterns.find(({ pattern }) => pattern.test(text))?.id;
}

/** As logs write them, each with its own id, address and mailbox; of `kinds` wordings, each equally often. */
function traffic(count: number, kinds: number): string[] {
  return Array.from({ length: count }, (_, i) => replyOf(i, kinds, `id=${(i + 1e8).toString(36)}`));
}

/** Each with words of its own, so that nothing can be remembered. */
function unlike(count: number, kinds: number): string[] {
  return Array.from({ length: count }, (_, i) => replyOf(i, kinds, (i + 1e8).toString(26).replace(/\d/g, 'z')));
}

function replyOf(i: number, kinds: number, own: string): string {
  const reply = (taught[(((i * 7919) % kinds) * 17) % taught.length] as string)
    .replaceAll('192.0.2.25', `192.0.2.${i % 250}`)
    .replaceAll('someone@', `someone${i}@`);
  return `host mx${i % 97}.example.com[198.51.100.${i % 250}] said: ${reply} ${own} (in reply to RCPT TO command)`;
}

/** Pieces of the patterns and of replies, repeated and mixed until they are long: what makes backtracking dear. */
function hostile(): string[] {
  const pieces = [
    ...taught,
    ...replyPatterns.map(({ pattern }) => pattern.source.replace(/\(\?<\w+>|[()[\]?*+{}^$\\|]/g, ' ')),
    'is a ',
    '1.1.1.',
    ':',
    '::1 ',
    'a'.repeat(40),
    'your ip ',
    '<',
    '[',
    '550-',
    '550-5.7.1 ',
    ' 550 ',
    'blocked ',
    'messages from 1.1.1.1 ',
    '\n',
    '\t ',
    'é',
    '192.0.2.25 is ',
  ];
  const lead = ['', '550 5.7.1 ', '421 ', 'host x said: '];
  const long = (piece: string) => piece.repeat(Math.ceil(3_000 / Math.max(1, piece.length)));
  const everyWord = pieces.join(' ');
  return [
    ...lead.flatMap((start) => pieces.map((piece) => start + long(piece))),
    ...lead.flatMap((start) => [0, 900, 1800, 2700, 9000].map((from) => start + everyWord.slice(from, from + 100_000))),
    `550 ${'x'.repeat(1_000_000)}`,
  ];
}

function perSecond(read: (reply: string) => unknown, replies: readonly string[]): number {
  const start = performance.now();
  for (const reply of replies) read(reply);
  return (replies.length / (performance.now() - start)) * 1000;
}

/** The least of several tries for each: what is left is the reply's own cost, not the machine's other work. */
function slowest(read: (reply: string) => unknown, replies: readonly string[]): { ms: number; reply: string } {
  let worst = { ms: 0, reply: '' };
  for (const reply of replies) {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < ROUNDS; i++) {
      const start = performance.now();
      read(reply);
      least = Math.min(least, performance.now() - start);
    }
    if (least > worst.ms) worst = { ms: least, reply };
  }
  return worst;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

const replies = traffic(200_000, taught.length);
const usual = traffic(200_000, 12);
const strange = unlike(200_000, taught.length);
const few = replies.slice(0, 10_000);
perSecond(classifyReply, replies.slice(0, 50_000));
perSecond(tryAll, few);
const ours: number[] = [];
const oursUsual: number[] = [];
const oursStrange: number[] = [];
const naive: number[] = [];
for (let i = 0; i < ROUNDS; i++) {
  ours.push(perSecond(classifyReply, replies));
  oursUsual.push(perSecond(classifyReply, usual));
  oursStrange.push(perSecond(classifyReply, strange));
  naive.push(perSecond(tryAll, few));
}
const corpus = hostile();
const worst = slowest(classifyReply, corpus);
const worstNaive = slowest(tryAll, corpus);
const [rate, naiveRate, usualRate, strangeRate] = [ours, naive, oursUsual, oursStrange].map(median) as [
  number,
  number,
  number,
  number,
];
const number = (value: number) => Math.round(value).toLocaleString('en').padStart(10);
console.log(`${replyPatterns.length} patterns, ${replies.length} replies, median of ${ROUNDS}`);
console.log(
  `indexed   ${number(rate)} replies/s   slowest of ${corpus.length} hostile replies ${worst.ms.toFixed(3)} ms`,
);
console.log(`          ${number(usualRate)} replies/s   of twelve wordings only, as a log has them`);
console.log(`          ${number(strangeRate)} replies/s   none like another`);
console.log(`in order  ${number(naiveRate)} replies/s   slowest ${worstNaive.ms.toFixed(3)} ms`);
console.log(`ratio     ${(rate / naiveRate).toFixed(1)}`);
console.log(`slowest: ${JSON.stringify(worst.reply.slice(0, 100))}`);
