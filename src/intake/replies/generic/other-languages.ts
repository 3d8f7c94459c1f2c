// Our address refused, a message taken for spam, a mailbox that is not there, in the languages of Europe, as servers write them: mostly
// without accents, since replies are ASCII (RFC 5321), or with whatever the log made of them.
import { kinds, oneOf, type ReplyPattern, re } from '../reply.js';

/** Us, as they call us: an address by that name, a server, a network, or the digits. */
const US = re`\bips?\b|\bip-|server|serveur|servidor|serwer|palvelin|\bhost\b|\bnetz|\brete\b|\breseau|\d\.\d{1,3}\.\d{1,3}\.\d|::`;
/** A recipient or its mailbox: then it is that which is shut. */
const MAILBOX = re`usuario|cuenta|buz.{1,2}n|destinatari|destinataire|\bcompte|bo.{1,2}te|\bkonto|postfach|benutzer|empf.{1,2}nger|utente|casella|\bbruger|\bbruker|anvandare|mottagare|mottaker|modtager|uzivatel|prijemc|korisni[ck]|felhasznal|kayttaja|kullanici|gebruiker|ontvanger|postbus|caixa|\bconta\b|skrzynk|odbiorc|polzovatel|poluchatel|yashchik`;
const CONNECTION = re`verbindung|annahme|zugriff|connexion|\bacc.{1,2}s\b|conexi|connession|accesso|verbinding|toegang|conex|polaczeni|soedineni|anslutning|\bips?\b|\d\.\d{1,3}\.\d{1,3}\.\d|::`;
/** Shut out for good: said of senders, hardly ever of messages. */
const SHUT = String.raw`\b(?:ge(?:sperrt|block|bannt|blacklistet|blok)|sparra[dt]|spaerret|blokad|blo(?:ckiert|ckera|qu|ccat|cat|kovan|keerit|kkere?t)|blacklist.e|bann(?:i|at[aoi])|banid|za(?:blok|branjen)|diblok|estetty|engellen|tiltott|letiltva)`;
/** Turned away: said of messages too, so that the sentence must be about a connection or an address. */
const TURNED = String.raw`\b(?:ab(?:gelehnt|gewiesen)|verweigert|zur.{1,2}ckgewiesen|refus.{1,2}e?\b(?<!refused)|rejet.{1,2}e?\b|interdite?\b|re(?:chazad|jeitad|cusad|spint)|denegad|rifiutat|negat[ao]|negad[ao]|geweigerd|afgewezen|od(?:rzucon|m.tnut)|otklonen|avvis|nekad|hyl.tty|elutas)`;
/** Lists, as they are called. */
const LIST = String.raw`(?:schwarze[nr]? liste|sperrliste|blackliste(?!d)|list[ae] (?:noire|rouge|de bloq|negra|de bloca|nera|neagra)|zwarte lijst|blokkeerlijst|czarn\w{1,3} li[sz]|chern\w{2,3} spis|svart[ae]? ?list|sp.{1,2}rrlist|sortlist|crn\w{1,3} list|cern\w{1,3} list|estolist|kara ?liste|fekete ?list|tilto ?list|\blista neagra|melns.{1,2} sarakst|juod.{1,2} saras|must\w{0,2} nimekir|daftar hitam|danh sach den)`;
const MESSAGE = String.raw`(?:nachricht|\bmail\b|e-?mail|message|mensaje|correo|messaggio|bericht|mensagem|wiadomo|pismo|soobshcheni|meddeland|viesti|contenu|contenido|contenuto|inhalt|inhoud|conte.do|tresc)`;
/** What means spam and nothing else. */
const SPAM = String.raw`(?:s[oe]ppele?-?post|skrapp?(?:post|mejl|mail)|roskaposti|niechcian\w{1,3} (?:poczt|wiadomosc|mail)|nevyzi?adan\w{1,3} (?:post|zprav|sprav|mail|obchod)|levelszemet|keretlen (?:level|reklam)|istenmeyen (?:e-?posta|posta)|nezelje\w{1,3} (?:post|poruk|mail)|nesolicitat|ongewenste (?:reclame|mail|e-?mail|post)|onge(?:vraagde|wenste) reclame|lixo eletronico|correo (?:basura|no deseado)|posta indesiderata|pourriel|courrier indesirable|uonsket (?:reklame|mail|post)|nezhelateln\w{1,3} (?:pocht|pis|soobshch)|surogatpast|nepageidaujam|rampspost)`;
const JUNK = String.raw`(?:\bspam\b|ind.{1,2}sirable|unerw.{1,2}nscht|no deseado|indesiderat|ongewenst|n.o solicitad|indesejad|phishing|virus)`;

export const elsewhere: readonly ReplyPattern[] = [
  {
    id: 'lang-listed',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`${LIST}`,
    basis: 'composed',
    examples: [
      '554 Ihr Mailserver steht auf unserer internen Sperrliste',
      '550 Conexion rechazada: IP 192.0.2.25 en lista negra',
    ],
  },
  {
    id: 'lang-address-shut',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`${SHUT}`,
    also: US,
    unless: MAILBOX,
    basis: 'composed',
    examples: [
      '554 5.7.1 Ihre IP-Adresse 192.0.2.25 wurde wegen Spamversands gesperrt',
      '550 5.7.1 Votre adresse IP 192.0.2.25 est bloquee pour envoi de spam',
      '554 5.7.1 Su IP 192.0.2.25 ha sido bloqueada por envio de spam',
    ],
  },
  {
    // Of languages without letters, after their words were put into English: these are the words that are known, in their own order.
    id: 'lang-address-words',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`\bip\b(?: ?(?:address|from|mail|server|sending|client|connection|spam|your|is|in|on|\?|0\.0\.0\.\d|[[()\],.])){0,9} ?(?:blocked|rejected|blacklisted|listed)\b(?! ?(?:mailbox|user|recipient))|\b(?:blocked|rejected|blacklisted|listed) (?:from )?ip\b`,
    basis: 'composed',
    examples: ['554 connection IP address mail rejected', '554 rejected IP mail'],
  },
  {
    id: 'lang-address-limited',
    ...kinds.throttle,
    pattern: re`\bip\b(?: ?(?:address|from|mail|server|sending|client|connection|your|is|0\.0\.0\.\d|[[()\],.])){0,9} ?(?:limited\b|frequency limit)`,
    basis: 'composed',
    examples: ['554 sending IP limited'],
  },
  {
    id: 'lang-reputation',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`reputa(?:tie\b|ci.{1,2}n|zione|..o\b|cja|ciya)`,
    basis: 'composed',
    examples: ['550 5.7.1 El servidor 192.0.2.25 esta rechazado por mala reputacion'],
  },
  {
    id: 'lang-content',
    ...kinds.content,
    isPermanent: 'by-code',
    pattern: re`${MESSAGE}.{0,60}? (?:als|comme|como|come|za|kak|som|por|per|wegen|lijkt op|conter|contener|contiene|contient|enth.lt|bevat|cont.m|zawiera) (?:\S{1,12} ){0,3}?${JUNK}`,
    basis: 'composed',
    examples: [
      '554 5.7.1 Die Nachricht wurde als Spam eingestuft',
      '550 5.7.1 Votre message a ete identifie comme spam',
      '550 Mensagem rejeitada por conter spam',
    ],
  },
  {
    id: 'lang-spam',
    ...kinds.content,
    isPermanent: 'by-code',
    pattern: re`${SPAM}`,
    basis: 'composed',
    examples: ['550 Brevet ble stoppet som soppelpost', '554 Odeslano jako nevyzadana posta'],
  },
  {
    id: 'lang-content-barred',
    ...kinds.content,
    isPermanent: 'by-code',
    pattern: re`(?:contenu|contenido|contenuto|inhalt|inhoud|conte.{1,2}do|tre.{1,2}|anhang|pi.{1,2}ce jointe|adjunto|allegato|bijlage|anexo) (?:\S{1,20} ){0,3}?(?:non consentito|non autoris|interdit|no permitid|prohibid|nicht erlaubt|unzul.{1,2}ssig|verboten|niet toegestaan|n.o permitid|proibid|niedozwol)`,
    basis: 'composed',
    examples: ['550 Messaggio rifiutato: contenuto non consentito'],
  },
  {
    id: 'lang-address-turned',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`${TURNED}`,
    also: CONNECTION,
    unless: MAILBOX,
    basis: 'composed',
    examples: [
      '550 5.7.1 Annahme verweigert: der einliefernde Server 192.0.2.25 ist unerwuenscht',
      '550 Mailannahme von 192.0.2.25 verweigert',
      '554 5.7.1 Serveur 192.0.2.25 refuse',
    ],
  },
  {
    id: 'lang-unknown-user',
    ...kinds.unknownUser,
    isPermanent: 'by-code',
    pattern: oneOf`
      (?:Empf.{1,2}nger|Benutzer|Adressat|Adresse|Postfach|Konto|Mailbox)(?: \S{1,60})? (?:ist |wurde )?(?:hier )?(?:unbekannt|existiert nicht|deaktiviert|gel.{1,2}scht|nicht (?:bekannt|gefunden|vorhanden|verf.{1,2}gbar))
      kein (?:solcher |solches )?(?:Benutzer|Empf|Postfach|Konto)
      (?:utilisateur|destinataire|adresse|bo.{1,2}te|compte)(?: \S{1,40}){0,3}? (?:inconnue?|inexistante?|introuvable|invalide|n.existe pas|d.sactiv.{1,2}e?|suspendue?)
      adresse d au moins un destinataire invalide
      (?:usuario|destinatario|buz.{1,2}n|casilla|cuenta|direcci.{1,2}n|dicha persona|caixa|conta|destinat.rio|endere.o)(?: \S{1,40}){0,3}? (?:desconocid|desconhecid|inexistente|no existe|n.{1,2}o existe|inv.lid|no encontrad|n.{1,2}o encontrad|ha expirad|expirou|suspendid|suspens[ao]|en estado: inactiv|esta inactiv|inativ|desactivad|desativad|deshabilitad)
      (?:usuario|destinatario)(?: \S{1,40}){0,3}? no tiene (?:una |su )?(?:cuenta|buz)
      no existe (?:el|la|ese|este|dicha|dicho|ning.n) (?:usuario|destinatario|buz|persona|cuenta)
      (?:utente|destinatario|casella|indirizzo|account)(?: \S{1,40}){0,3}? (?:sconosciut|inesistente|non esiste|non trovat|non valid|disattivat|sospes|scadut|bloccat.{1,10}inutilizzo)
      nessun utente
      destin\w{0,8}\.? sconosciut
      no hay (?:nadie|ning.{1,2}n (?:usuario|buz))
      (?:dominio|domaine|domain) (?:\S{1,40} )?(?:non valido|no v.lido|inv.lido|invalide|ung.ltig)
      (?:gebruiker|ontvanger|postbus|mailbox|adres)(?: \S{1,40}){0,3}? (?:onbekend|bestaat niet|niet gevonden)
      onbekende (?:gebruiker|ontvanger)
      does not exist (?:user|recipient|mailbox|address)\b
      nie ma takiego
      (?:uzytkownik|adresat|odbiorca|konto|skrzynka)(?: \S{1,40}){0,3}? (?:nieznan|nie istnieje|nie znalezion)
      (?:polzovatel|poluchatel|adresat|yashchik)(?: \S{1,40}){0,3}? (?:ne najden|ne nayden|ne sushchestvuet|neizvesten)
      (?:ok.nd|ukendt|ukjent) (?:anv.ndare|mottagare|bruger|modtager|bruker|mottaker)
      (?:anvandare|mottagare|bruger|modtager|bruker|mottaker|adresse|konto|postboks|postkasse|brevlad)\w{0,3}(?: \S{1,40}){0,2}? (?:finn[es]s? (?:ikke|inte|ej)|findes ikke|eksisterer ikke|existerar inte|saknas|er (?:ukendt|ukjent)|ar okand)
      (?:uzivatel|prijemce|adresat|schranka|pouzivatel|korisnik|primatelj|uporabnik)\w{0,2}(?: \S{1,40}){0,2}? (?:neexistuje|neznam|nezn.m|ne postoji|ne obstaja|nenalezen|neni)
      (?:kayttaja|vastaanottaja|osoite)\w{0,3}(?: \S{1,40}){0,2}? (?:ei (?:ole|loydy)|tuntematon)
      (?:felhasznalo|cimzett|postafiok)(?: \S{1,40}){0,2}? (?:nem (?:letezik|talalhato)|ismeretlen)
      (?:kullanici|alici)(?: \S{1,40}){0,2}? (?:bulunamadi|yok|mevcut degil|bilinmiyor)
    `,
    basis: 'composed',
    examples: ['550 Benutzer unbekannt', '550 Nessun utente con questo indirizzo', '550 Usuario inexistente'],
  },
  {
    id: 'lang-mailbox-full',
    ...kinds.mailboxFull,
    isPermanent: 'by-code',
    pattern: re`(?:postfach|mailbox|boite|buz.{1,2}n de|buzon|casilla|cuenta|casella|postbus|caixa|skrzynka|yashchik)(?: \S{1,30}){0,3}? (?:voll|.berf.{1,2}llt|pleine|satur.{1,2}e|llen[ao]|pien[ao]|vol\b|chei[ao]|pelna|przepelnion|perepolnen)`,
    basis: 'composed',
    examples: ['552 Das Postfach ist voll', '552 Boite du destinataire pleine', '550 Buzon lleno'],
  },
];
