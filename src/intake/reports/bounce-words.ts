// The words by which a mail in words alone is told to be a non-delivery report, and a delay from an end, in the languages that servers
// write in. They only open the door: which address failed is told by where it stands (dsn-text.ts), and a mail that no server seems to have
// written is not looked at for them. So they may be as common as `error` and `unknown` are in English.

/** What says that something failed. */
export function tellsFailure(words: string): boolean {
  return FAILURE.test(words) || FAILURE_ELSEWHERE.test(words);
}

/** What says that it comes later, perhaps. */
export function tellsDelay(words: string): boolean {
  return DELAYED.test(words) || DELAY_ELSEWHERE.test(words);
}

/** What says that it is over; these words outweigh those for a delay. */
export function tellsEnd(words: string): boolean {
  return ENDED.test(words) || END_ELSEWHERE.test(words);
}

/** A subject that says so outright. */
export function isBounceSubject(subject: string): boolean {
  return BOUNCE_SUBJECT.test(subject) || SUBJECT_ELSEWHERE.test(subject);
}

const FAILURE =
  /\b[45]\d\d[ -]|\b[45]\.\d{1,3}\.\d{1,3}\b|fail|undeliver|not (?:be )?(?:deliver|sent|found|reach|list|exist)|unknown|unable|reject|refus|error|bounce|quota|full|unroutable|no such|does(?:n't| not)|did not|could ?n.t|returned|disabled|inactive|expired|not recogni[sz]ed|not a valid/i;
const DELAYED =
  /\b(?:delayed|delay|warning|still trying|will (?:continue to |keep )?(?:be )?(?:re)?tr(?:y|ied|ying)|not (?:yet )?been delivered|no action is required|temporar(?:y|ily) (?:failure|problem).*will)/i;
const ENDED =
  /\b(?:permanent|giving up|gave up|fail(?:ed|ure)|expired|could not be delivered|couldn'?t be delivered|undeliver|cannot be delivered|not be delivered|returned|too long|unable to deliver|rejected)/i;
const BOUNCE_SUBJECT =
  /un-?deliver|deliver(?:y|ing)?\b.*(?:fail|problem|error|status|notif|delay|unsuccess|not|report)|(?:fail|error|problem)\w* (?:in )?(?:mail )?deliver|returned (?:e-?)?mail|mail (?:was )?returned|failure notice|failed mail|mail (?:system |delivery )?(?:failure|error)|non-?deliver|not deliver|could ?n.t be (?:delivered|sent)|message (?:delayed|rejected)|bounced? mail/i;

const SUBJECT_ELSEWHERE = anyOf([
  String.raw`unzustellbar|nicht zugestellt|nicht zustellbar|zustell\w{0,5}fehl|zustellung .{0,40}fehlgeschlagen`,
  'rebot|devuelt|no se (?:puede|pudo|ha podido) entregar',
  'non remis|non distribu|ne peut.*remis|[ée]chec .{0,20}(?:remise|distribution|livraison)',
  'mancata consegna|non recapitat|onbestelbaar|niet bezorgd|n[ãa]o entreg|falha na entrega|niedostarcz|nie dostarczon',
  'nedoru[čc]|не ?доставлен|не может быть доставлен|teslim edilemed|k[ée]zbes[íi]thetetlen|kunde inte levereras|kunne ikke leveres',
  '退信|退回|配信(?:不能|失敗|エラー)|配信され(?:ません|なかった)|반송|전송 ?실패|전송되지',
]);

const FAILURE_ELSEWHERE = anyOf([
  'unzustellbar|nicht (?:zugestellt|zustellbar|gefunden|erreich)|konnten? nicht|fehler|fehlgeschlagen|unbekannt|abgelehnt|abgewiesen|postfach .{0,20}voll',
  String.raw`n[’']a (?:pas )?pu|n[’']ont pas pu|impossible|[ée]chec|introuvable|inconnue?\b|refus|n[’']existe pas`,
  String.raw`no se (?:puede|pudo|ha podido|encontr)|rechazad|desconocid|no existe|buz[óo]n .{0,20}lleno|fall(?:o|ó|ido)\b`,
  "impossibile|mancata|sconosciut|rifiutat|non (?:esiste|è stato|e' stato|trovat)|casella .{0,20}piena",
  String.raw`n[ãa]o (?:foi|p[ôo]de|existe|entreg|encontrad)|falh(?:a|ou)\b|recusad|desconhecid`,
  'kon(?:den)? niet|kan niet|niet (?:bezorgd|gevonden)|onbestelbaar|onbekend|mislukt|geweigerd',
  'nie (?:można|może|został|udało|istnieje)|niedostarcz|odrzucon|nieznan|błąd',
  'не (?:может|могло|удалось|удаётся|доставлен|был[оаи]? доставлен|найден|существует)|недоставк|ошибк|отклонен|неизвестн',
  'nelze|nepodařilo|nebyla? doručen|nedoručiteln|neexistuje|teslim edilemed|ulaştırılamad|başarısız|bulunamad',
  'kunde inte|gick inte|misslyckad|okänd|kunne ikke|ikke leveret|ikke levert|mislykkedes|mislyktes|ukendt|ukjent|ei voitu|epäonnistui|tuntematon',
  'nem (?:sikerült|kézbesíthető|létezik|található)|ei saanud|ei õnnestunud|ei leitud|neizdev|nepavyko',
  '无法|無法|失败|失敗|退信|退回|不存在|届け|配信(?:でき|不能|エラー|されなかった|されません)|送信でき(?:ない|ません)|見つかりません|반송|실패|되지 못|존재하지 않',
]);

const DELAY_ELSEWHERE = anyOf([
  String.raw`verz[öo]ger|verspät|retard(?:ée?s?|é)?\b|retrasad|aplazad|ritard(?:o|at)|atrasad|adiad[oa]\b|vertraagd|vertraging`,
  'opóźni|задерж|отложен|zpožd|gecik|försen|forsink|viivästy|késleltet|viibi|遅延|遅れて|延迟|延遲|지연',
]);
const END_ELSEWHERE = anyOf([
  "endg[üu]ltig|unzustellbar|fehlgeschlagen|konnten? nicht|d[ée]finitiv|n[’']a pas pu|[ée]chec|permanente|no se (?:pudo|ha podido)",
  'mancata|impossibile|n[ãa]o (?:foi|p[ôo]de)|kon(?:den)? niet|onbestelbaar|nie (?:udało|został)|не удалось|не может быть|недоставк',
  'nelze|nepodařilo|edilemed|kunde inte|kunne ikke|ei voitu|nem sikerült|退信|退回|无法|無法|失败|失敗|配信され(?:ません|なかった)|반송|실패',
]);

function anyOf(words: readonly string[]): RegExp {
  return new RegExp(words.join('|'), 'iu');
}
