// Asks the policy server directly, as early as Postfix could.
import { setTimeout as sleep } from 'node:timers/promises';
import { connectPolicy } from '../../containment/mtas/postfix/policy-client.js';
import type { Mailbox } from './company.js';

/** What the very first request gets once somebody listens on the port; tries to connect until then. */
export async function firstAnswer(port: number, { address, clientIp }: Mailbox): Promise<string> {
  for (;;) {
    const client = await connectPolicy({ host: '127.0.0.1', port }).catch(() => undefined);
    if (!client) {
      await sleep(2);
      continue;
    }
    client.write(
      `request=smtpd_access_policy\nprotocol_state=RCPT\nsender=${address}\nsasl_username=${address}\nclient_address=${clientIp}\nrecipient=ola@nord.example\n\n`,
    );
    const [answer = ''] = await client.actions(1);
    client.close();
    return answer;
  }
}
