// Replies in other alphabets, or with accents, put into ASCII: accents taken off, Cyrillic letters written as Latin ones, and of Chinese,
// Japanese and Korean the few words that say what was refused, in English. The patterns then read what is written either way. Pure.

/** Letters that no accent can be taken off, and the signs that stand for ASCII ones. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' },
  ...{ '’': "'", '‘': "'", '‚': "'", '“': '"', '”': '"', '„': '"', '«': '"', '»': '"' },
  ...{
    '–': '-',
    '—': '-',
    '‑': '-',
    '\u00a0': ' ',
    '…': '...',
    '，': ', ',
    '。': '. ',
    '：': ': ',
    '（': '(',
    '）': ')',
  },
  ...{
    а: 'a',
    б: 'b',
    в: 'v',
    г: 'g',
    ґ: 'g',
    д: 'd',
    е: 'e',
    ж: 'zh',
    з: 'z',
    и: 'i',
    і: 'i',
    к: 'k',
    л: 'l',
    м: 'm',
  },
  ...{ н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch' },
  ...{ ъ: '', ы: 'y', ь: '', э: 'e', є: 'e', ю: 'yu', я: 'ya' },
};
const BREVE_I = /[йЙ]/g;

/** Words that have no letters: longer ones before those they begin with. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/黑名[单單]|ブラックリスト|블랙리스트/g, 'blacklisted'],
  [/垃圾[邮郵]件|迷惑メール|スパム|스팸/g, 'spam'],
  [/[发發寄]件人|送信者|발신자/g, 'sender'],
  [/收件人|受信者|宛先|수신자/g, 'recipient'],
  [/不存在|存在しま|なし|없는|없습니다/g, 'does not exist'],
  [/拒[绝絕否]|거부/g, 'rejected'],
  [/封禁|屏蔽|封[锁鎖]|禁止|阻止|ブロック|차단/g, 'blocked'],
  [/[您你]的|あなたの|귀하의/g, 'your'],
  [/[发發発]信|送信元/g, 'sending'],
  [/服[务務]器|伺服器|サーバー?|서버/g, 'server'],
  [/[邮郵]箱|メールボックス|편지함/g, 'mailbox'],
  [/用[户戶]|ユーザー?|사용자/g, 'user'],
  [/地址|アドレス|주소/g, 'address'],
  [/已[满滿]|いっぱい|容量超過/g, 'full'],
  [/[邮郵]件|メール|메일/g, 'mail'],
  [/[连連]接|接[続續]|연결/g, 'connection'],
];
const HAS_WORDS = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

/** The text in ASCII; what has no likeness there becomes a blank, or `?` for a letter in the midst of others. */
export function foldToAscii(text: string): string {
  let words = text;
  if (HAS_WORDS.test(text)) for (const [word, english] of WORDS) words = words.replace(word, ` ${english} `);
  return words
    .replace(BREVE_I, 'y')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[\u0080-\uffff]/g, likeness);
}

function likeness(char: string): string {
  const small = char.toLowerCase();
  const letters = LETTERS[small];
  if (letters === undefined) return char >= '\u3000' && char !== '\ufffd' ? ' ' : '?';
  return char === small ? letters : letters.toUpperCase();
}
