// Slack's reading of `*bold*` and `~struck~`: slack-blocks-to-jsx looks for pairs over the whole text, in code and addresses too, and
// doubles what it finds (two SPF records with `~all` become `~~all`). What marks nothing in Slack is hidden from it here.

/** Turns characters into ones that the library does not read. */
type Hide = (text: string) => string;

const CODE = /```[\s\S]*?```|`[^`\n]+`/;
const LINK = /<[^@#!<>|][^<>|]*(?:\|[^<>]*)?>/;
const CODE_OR_LINK = new RegExp(`(${CODE.source}|${LINK.source})`);

/** A pair stands on one line, hugs its words, and no letter or figure touches it from outside. */
const BOLD = /(?<![\p{L}\p{N}*])\*(?![\s*])[^*\n]*(?<!\s)\*(?![\p{L}\p{N}*])/gu;
const STRUCK = /(?<![\p{L}\p{N}~])~(?![\s~])[^~\n]*(?<!\s)~(?![\p{L}\p{N}~])/gu;

/** mrkdwn in which only Slack's own pairs of `*` and `~` are left, and links that Markdown cannot misread. */
export function onlySlackMarkers(mrkdwn: string, hide: Hide): string {
  const quiet = mrkdwn
    .split(CODE_OR_LINK)
    .map((part, i) => (i % 2 === 0 ? part : part.startsWith('<') ? plainLink(part, hide) : withoutMarkers(part, hide)))
    .join('');
  return paired(paired(quiet, '*', BOLD, hide), '~', STRUCK, hide);
}

/** The words of a link are words: an address among them would become a link inside the link, and break both. */
function plainLink(token: string, hide: Hide): string {
  const [target = '', ...words] = token.slice(1, -1).split('|');
  const address = target.replace(/[*~()]/g, hide);
  if (words.length === 0) return `<${address}>`;
  return `<${address}|${words.join('|').replace(/:\/\/|www\.|[@*~_`[\]()\\|]/gi, hide)}>`;
}

function withoutMarkers(code: string, hide: Hide): string {
  return code.replace(/[*~]/g, hide);
}

function paired(text: string, marker: '*' | '~', pair: RegExp, hide: Hide): string {
  let out = '';
  let end = 0;
  for (const { 0: hit, index } of text.matchAll(pair)) {
    out += text.slice(end, index).replaceAll(marker, hide) + hit;
    end = index + hit.length;
  }
  return out + text.slice(end).replaceAll(marker, hide);
}
