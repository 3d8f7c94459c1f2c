// An alert about ourselves: what is wrong with the bot, or with a list it asks; and that it is right again.
import { readNews } from '../../outbox/good-news.js';
import { type Message, message, section } from './blocks.js';
import { esc, fitLines } from './text/escape.js';

const BAD = ':warning:';
const GOOD = ':white_check_mark:';

/** A line of the text is a line of the message. Where trouble and good news come together, the good have their own sign. */
export function alertMessage(text: string): Message {
  const news = text.split('\n').map(readNews);
  const isAllGood = news.every(({ isGood }) => isGood);
  const lines = news.map(({ text, isGood }) => `${isGood && !isAllGood ? `${GOOD} ` : ''}${esc(text, 1500)}`);
  const shown = `${isAllGood ? GOOD : BAD} *relaywarden*: ${fitLines(lines, 2800)}`;
  return message(shown, [section(shown)]);
}
