// Non-delivery reports in words alone and in other languages than English, with no reply code that every language has.
import { describe, expect, it } from 'vitest';
import { readReport } from '../../../src/intake/reports/read-report.js';

const FAILED = 'liv@harbour-mail.test';

function mail(subject: string, text: string): Buffer {
  const encoded = `=?utf-8?B?${Buffer.from(subject).toString('base64')}?=`;
  const header = [
    ...['From: postmaster@harbour-mail.test', 'To: ann@acme.example', `Subject: ${encoded}`],
    ...['Date: Tue, 3 Feb 2026 09:14:06 +0100', 'Message-ID: <r1@harbour-mail.test>', 'MIME-Version: 1.0'],
    ...['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit'],
  ];
  return Buffer.from(`${header.join('\r\n')}\r\n\r\n${text}\r\n`);
}

async function recipientsOf(subject: string, text: string) {
  const report = await readReport(mail(subject, text));
  return report.kind === 'dsn'
    ? report.recipients.map(({ finalRecipient, action }) => [finalRecipient, action])
    : report.kind;
}

describe('a non-delivery report in words', () => {
  it.each([
    [
      'German',
      'Ihre Nachricht',
      `Diese Mail konnte nicht übermittelt werden an\n\n  ${FAILED}\n\nDas Konto ist unbekannt.`,
    ],
    ['French', 'Votre message', `Ce message n’a pas pu être transmis à\n\n  ${FAILED}\n\nCe compte est introuvable.`],
    ['Spanish', 'Su mensaje', `No se pudo hacer llegar el mensaje a\n\n  ${FAILED}\n\nEsa cuenta no existe.`],
    ['Italian', 'Messaggio', `È impossibile consegnare il messaggio a\n\n  ${FAILED}\n\nConto sconosciuto.`],
    ['Portuguese', 'Mensagem', `A mensagem não foi entregue a\n\n  ${FAILED}\n\nConta desconhecida.`],
    ['Dutch', 'Uw bericht', `Dit bericht kon niet worden afgeleverd bij\n\n  ${FAILED}\n\nDat adres is onbekend.`],
    ['Polish', 'Wiadomość', `Nie udało się dostarczyć wiadomości do\n\n  ${FAILED}\n\nAdres nieznany.`],
    ['Czech', 'Zpráva', `Zprávu nelze předat na adresu\n\n  ${FAILED}\n\nSchránka neexistuje.`],
    ['Russian', 'Ваше письмо', `Письмо не удалось передать\n\n  ${FAILED}\n\nТакой ящик не найден.`],
    ['Turkish', 'İletiniz', `İletiniz şu adrese teslim edilemedi\n\n  ${FAILED}`],
    ['Swedish', 'Ditt brev', `Brevet kunde inte lämnas till\n\n  ${FAILED}\n\nAdressen är okänd.`],
    ['Finnish', 'Viestisi', `Viestiä ei voitu toimittaa osoitteeseen\n\n  ${FAILED}`],
    ['Hungarian', 'Levele', `A levelet nem sikerült átadni\n\n  ${FAILED}`],
    [
      'Japanese',
      'メールについて',
      `メールは次の宛先に配信されなかったことをお知らせします。\n\n送信元：ann@acme.example\n送信先：${FAILED}`,
    ],
    ['Chinese', '来信', `邮件无法送达。\n\n收件人：${FAILED}\n发件人：ann@acme.example`],
    ['Korean', '보내신 메일', `아래 주소로 전송되지 못했습니다.\n\n받는 사람: ${FAILED}\n보낸 사람: ann@acme.example`],
  ])('in %s names who failed', async (_, subject, text) => {
    expect(await recipientsOf(subject, text)).toEqual([[FAILED, 'failed']]);
  });

  it.each([
    ['German', `Die Zustellung an\n\n  ${FAILED}\n\nverzögert sich. Sie brauchen nichts zu tun.`],
    ['French', `La remise du message est retardée pour\n\n  ${FAILED}\n\nNouvel essai dans une heure.`],
    ['Russian', `Доставка письма отложена\n\n  ${FAILED}\n\nСледующая попытка через час.`],
    ['Japanese', `次の宛先への配信が遅延しています。\n\n  ${FAILED}`],
  ])('in %s that it comes later is a delay', async (_, text) => {
    expect(await recipientsOf('Post', text)).toEqual([[FAILED, 'delayed']]);
  });

  it.each([
    [`Konto „${FAILED}“ unbekannt.`, 'German quotes'],
    [`Compte «${FAILED}» introuvable.`, 'French quotes'],
    [`收件人地址（${FAILED}）不存在。`, 'wide brackets'],
    [`宛先「${FAILED}」は見つかりません。`, 'corner brackets'],
    [`用户不存在，${FAILED}。`, 'a wide comma'],
  ])('ends an address at the marks of its language: %s', async (text) => {
    expect(await recipientsOf('Post', text)).toEqual([[FAILED, 'failed']]);
  });

  it.each([
    `Guten Tag, ab Montag ist das Postfach ${FAILED} für Sie da.`,
    `Bonjour, votre nouvelle adresse est ${FAILED}, à bientôt.`,
    `新しいアドレスは ${FAILED} です。よろしくお願いします。`,
  ])('is not every mail that a postmaster writes: %s', async (text) => {
    expect(await recipientsOf('Post', text)).toBe('other');
  });

  it('leaves letters beyond ASCII in the address', async () => {
    expect(await recipientsOf('Post', 'Konto unbekannt:\n\n  jürgen@bücher-mail.test')).toEqual([
      ['jürgen@bücher-mail.test', 'failed'],
    ]);
  });
});
