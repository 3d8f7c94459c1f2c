// Refusals in other alphabets and with accents, read as those in ASCII are.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldToAscii } from '../../../src/intake/replies/fold.js';
import { classifyReply } from '../../../src/intake/replies/index.js';

describe('a text is put into ASCII', () => {
  it.each([
    ['bloquée, gesperrt für, não, Łódź, Größe', 'bloquee, gesperrt fur, nao, Lodz, Grosse'],
    ['Ёлка, ещё, Їжак, йод; ЩУКА', 'Elka, eshche, Izhak, yod; SHCHUKA'],
    ['l’adresse « x » – voilà…', `l'adresse " x " - voila...`],
    ['a\ufffdb Ã©', 'a?b A?'],
    ['ＩＰ\u00ad-Ａ\u200bdresse，ｘ', 'IP-Adresse, x'],
    ['Sрamhaus, спам', 'Spamhaus, spam'],
  ])('%s → %s', (text, expected) => {
    expect(foldToAscii(text)).toBe(expected);
  });

  it('that is not many times as long', () => {
    expect(foldToAscii('\ufdfa'.repeat(1_000)).length).toBeLessThanOrEqual(3_000);
    expect(foldToAscii('щ'.repeat(1_000))).toHaveLength(4_000);
  });

  it('whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(foldToAscii(text)).toMatch(/^[\0-\x7f]*$/);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a refusal that is not in ASCII', () => {
  it.each([
    ['ip-block', '554 Votre serveur 192.0.2.25 a été bloqué chez nous'],
    ['ip-block', '550 Сервер 192.0.2.25 внесён в черный список получателя'],
    ['ip-block', '554 5.7.1 Доступ с IP 192.0.2.25 заблокирован'],
    ['ip-block', '550 该服务器 IP 192.0.2.25 在黑名单中'],
    ['ip-block', '554 IPアドレス 192.0.2.25 からの受信は拒否されました'],
    ['ip-block', '554 Sunucu IP adresi 192.0.2.25 engellendi'],
    ['unknown-user', '550 Пользователь не найден'],
    ['unknown-user', '550 Użytkownik nieznany'],
    ['mailbox-full', '552 La boîte du destinataire est pleine'],
    ['content', '554 Die Nachricht wurde für Spam gehalten: als unerwünscht eingestuft'],
    ['ip-block', '550 您的IP地址 192.0.2.25 已被列入黑名单，拒绝接收'],
    ['ip-block', '554 拒绝来自该IP的邮件'],
    ['ip-block', '550 发信服务器IP信誉过低'],
    ['ip-throttle', '450 IP 发送频率过高'],
    ['unknown-user', '550 找不到收件人'],
    ['mailbox-full', '552 邮箱空间不足'],
    ['ip-block', '554 接続元IPアドレス 192.0.2.25 からのメールは受信拒否されています'],
    ['ip-block', '550 送信元IPがブラックリストに登録されています'],
    ['unknown-user', '550 ユーザーは登録されていません'],
    ['mailbox-full', '552 メールボックスの容量を超えています'],
    ['content', '554 迷惑メールと判定されました'],
    ['ip-block', '550 발송 서버 IP 192.0.2.25 가 차단되었습니다'],
    ['ip-block', '550 스팸 IP로 등록되어 수신이 거부되었습니다'],
    ['unknown-user', '550 받는 사람이 존재하지 않습니다'],
    ['mailbox-full', '552 메일함 용량이 초과되었습니다'],
    ['content', '554 스팸 메일로 분류되었습니다'],
    ['ptr', '550 逆引きが設定されていません'],
  ])('is read: %s for %s', (meaning, reply) => {
    expect(classifyReply(reply)?.meaning).toBe(meaning);
    if (reply.includes('192.0.2.25')) expect(classifyReply(reply)?.ip).toBe('192.0.2.25');
  });

  it('is masked and remembered as any other', () => {
    const said = (ip: string) => classifyReply(`550 Die Adresse ${ip} ist für uns gesperrt: Server`)?.ip;

    expect(['192.0.2.1', '192.0.2.2'].map(said)).toEqual(['192.0.2.1', '192.0.2.2']);
  });
});
