// Replies in other alphabets, or with accents, put into ASCII: accents taken off, Cyrillic letters written as Latin ones, and of Chinese,
// Japanese and Korean the words that say who was refused and why, in English. The patterns then read what is written either way. Pure.

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
    '。': '. ',
    '、': ',',
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
  [/黑名[单單]|ブラックリスト|拒否リスト|블랙 ?리스트/g, 'blacklisted'],
  [/垃圾[邮郵]件|迷惑メール|スパムメール|スパム|스팸 ?메일|스팸/g, 'spam'],
  [/[发發寄]件人|送信者|발신자|발신인|보낸 ?사람/g, 'sender'],
  [/收件人|收信人|受信者|宛先|수신자|수신인|받는 ?사람/g, 'recipient'],
  [
    /不存在|存在しま|存在せ|見つかりません|找不到|なし|없는|(?<!수 )없습니다|존재하지 ?않|찾을 ?수 ?없/g,
    'does not exist',
  ],
  [/拒[绝絕否]|거부|거절|退回/g, 'rejected'],
  [/封禁|屏蔽|封[锁鎖]|禁止|阻止|[拦攔]截|遮[断斷]|規制|ブロック|차단|금지/g, 'blocked'],
  [/[您你]的|[贵貴]方|あなたの|お客様の|귀하의/g, 'your'],
  [/接[続續]元|[连連]接方|접속 ?IP/g, 'client IP'],
  [/[发發発]信|[发發]送|送信元|送信|발송|발신|전송/g, 'sending'],
  [/服[务務]器|伺服器|サーバー?|서버/g, 'server'],
  [/[邮郵]箱|信箱|メールボックス|편지함|메일함|사서함/g, 'mailbox'],
  [/用[户戶]|[账帳][户戶号號]|ユーザー?|アカウント|사용자|계정/g, 'user'],
  [/地址|アドレス|주소/g, 'address'],
  [
    /已[满滿]|いっぱい|容量超過|容量を超|空[间間]不足|超出容量|超[过過]容量|용량(?:이|을)? ?(?:초과|부족)|가득/g,
    'full',
  ],
  [/反向解析|反解|逆引き|역방향|PTR/g, 'PTR'],
  [/信[誉譽用]|レピュテーション|評判|평판|신뢰도/g, 'reputation'],
  [/[频頻]率|[频頻]度|빈도/g, 'frequency limit'],
  [/限制|制限|제한/g, 'limited'],
  [/[过過]高|[过過]多|[过過][于於][频頻]繁|短時間に大量|大量(?:の|送信)|너무 ?많|과다|초과/g, 'too much mail'],
  [/登録されてい(?:ませ|な)|등록되지 ?않/g, 'does not exist'],
  [/(?:海外|境外|[国國]外|해외|국외)/g, 'foreign country'],
  [/[国國]家(?!法|规|規|政策|有关|相关|安全|机关)|국가(?!법)/g, 'country'],
  [/列入|登[录錄録记記]|등록|收[录錄]/g, 'listed'],
  [/[邮郵]件|信件|メール|메일|メッセージ|메시지/g, 'mail'],
  [/[连連]接|接[続續]|연결|접속/g, 'connection'],
];
const HAS_WORDS = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;
/** What parts sentences without a blank. */
const WIDE_STOP = /[，：；、]/g;
/** Letters that look like Latin ones, in a word that has those too: no alphabet but the reader's eye. */
const LOOKS = {
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  і: 'i',
  ѕ: 's',
  ј: 'j',
  α: 'a',
  ο: 'o',
  ρ: 'p',
  ν: 'v',
};
const LIKE_LATIN = new RegExp(`[${Object.keys(LOOKS).join('')}]`, 'gi');
const MIXED = /[a-z][\u0370-\u04ff]|[\u0370-\u04ff][a-z]/i;
const WORD = /[a-z\u0370-\u04ff]{1,100}/gi;
/** Not to be seen: it parts words that are one. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/g;

/** The text in ASCII; what has no likeness there becomes a blank, or `?` for a letter in the midst of others. */
export function foldToAscii(text: string): string {
  let words = text.replace(INVISIBLE, '');
  if (MIXED.test(words))
    words = words.replace(WORD, (word) => (MIXED.test(word) ? word.replace(LIKE_LATIN, asLatin) : word));
  if (HAS_WORDS.test(text)) for (const [word, english] of WORDS) words = words.replace(word, ` ${english} `);
  return (
    words
      .replace(BREVE_I, 'y')
      .replace(WIDE_STOP, '$& ')
      .normalize('NFKD')
      // One sign may stand for a sentence; letters of Korean are three.
      .slice(0, 3 * words.length)
      .replace(/[\u0300-\u036f]/g, '')
      .replace(/[\u0080-\uffff]/g, likeness)
  );
}

function asLatin(char: string): string {
  const latin = LOOKS[char.toLowerCase() as keyof typeof LOOKS];
  return char === char.toLowerCase() ? latin : latin.toUpperCase();
}

function likeness(char: string): string {
  const small = char.toLowerCase();
  const letters = LETTERS[small];
  if (letters === undefined) return char >= '\u3000' && char !== '\ufffd' ? ' ' : '?';
  return char === small ? letters : letters.toUpperCase();
}
