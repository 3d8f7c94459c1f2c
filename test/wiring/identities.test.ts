import { describe, expect, it } from 'vitest';
import { Customer } from '../../src/partners/directory.js';
import { identitiesIn } from '../../src/wiring/identities.js';

describe('what tells customers’ mail apart', () => {
  it('is looked up, not searched for: a hundred suspensions among thousands of customers hold up nobody', () => {
    let reads = 0;
    const customers = Array.from({ length: 1_000 }, (_, i) => {
      const customer = Customer.parse({ id: `c${i}`, name: 'C', sasl_users: [`u@c${i}.example`], sasl_domains: ['x'] });
      const { sasl_users } = customer;
      const get = () => {
        reads++;
        return sasl_users;
      };
      return Object.defineProperty(customer, 'sasl_users', { get });
    });
    const identitiesOf = identitiesIn({ customers });
    for (let i = 0; i < 100; i++) expect(identitiesOf(`c${i}`).logins).toEqual([`u@c${i}.example`]);

    expect(reads).toBeLessThan(3 * customers.length);
  });

  it('names logins of others under a login domain of the customer’s, in whatever case', () => {
    const customer = (id: string, change: object) => Customer.parse({ id, name: id, ...change });
    const identitiesOf = identitiesIn({
      customers: [
        customer('kvist', {
          sasl_domains: ['Kvist.example'],
          sasl_users: ['a@kvist.example'],
          domains: ['kvist.example'],
        }),
        customer('host', { sasl_users: ['Host@KVIST.example', 'host', 'x@host.example'] }),
        customer('sky', { domains: ['sky.example'] }),
      ],
    });

    expect(identitiesOf('kvist')).toMatchObject({ othersLogins: ['Host@KVIST.example'], senderDomains: [] });
    expect(identitiesOf('sky')).toMatchObject({ othersLogins: [], senderDomains: ['sky.example'] });
    expect(identitiesOf('nobody')).toEqual({
      ...{ logins: [], loginDomains: [], othersLogins: [], clientIps: [], senderDomains: [] },
    });
  });
});
