// Shows the practice page with a small bot behind it: `npx tsx test/practice/gallery.ts [port]`, then Ctrl-C.
import { startPracticePage } from '../../src/practice/page/index.js';
import { postGallery, registerGallery, surface } from './helpers/gallery-bot.js';
import { startTinyBot } from './helpers/tiny-bot.js';

const bot = await startTinyBot(registerGallery);
const page = await startPracticePage({ standIn: bot.slack, port: Number(process.argv[2] ?? 3300), surface });
await postGallery(bot);
let refused = 0;
const timer = setInterval(() => {
  refused += 3;
  page.setClock(new Date(Date.now() * 60).toISOString().slice(11, 16));
  page.setCounters([
    { customer: 'acme', name: 'Acme Industries', accepted: 1204, refused, state: 'blocked' },
    { customer: 'dellwood', name: 'Dellwood Dental Group', accepted: 88, refused: 0, state: 'listed' },
    { customer: 'harbor', name: 'Harbor Freight Lines', accepted: 412 + refused, refused: 0, state: 'spamming' },
    { customer: 'orchid', name: 'Orchid Books', accepted: 61, refused: 0, state: 'normal' },
  ]);
}, 1000);
process.stdout.write(`${page.url}\n`);
process.once('SIGINT', async () => {
  clearInterval(timer);
  await page.close();
  await bot.stop();
});
