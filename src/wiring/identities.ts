// What tells each customer's mail from others', for the exported table. Indexed once: it is asked for every suspended customer at each change.
import type { Identities } from '../containment/mtas/postfix/table-rows.js';
import { domainOf } from '../mail/address.js';
import type { Customer, Directory } from '../partners/directory.js';

/** A function from a customer's id to its identities. A sender domain only when there is nothing else: anybody may write it. */
export function identitiesIn({ customers }: Pick<Directory, 'customers'>): (id: string) => Identities {
  let index: { byId: Map<string, Customer>; loginsUnder: Map<string, { id: string; login: string }[]> } | undefined;
  return (id) => {
    index ??= { byId: new Map(customers.map((customer) => [customer.id, customer])), loginsUnder: loginsOf(customers) };
    const { sasl_users = [], sasl_domains = [], ips = [], domains = [] } = index.byId.get(id) ?? {};
    const under = sasl_domains.flatMap((domain) => index?.loginsUnder.get(domain.toLowerCase()) ?? []);
    const hasMarks = sasl_users.length + sasl_domains.length + ips.length > 0;
    return {
      logins: sasl_users,
      loginDomains: sasl_domains,
      othersLogins: under.filter((one) => one.id !== id).map(({ login }) => login),
      clientIps: ips,
      senderDomains: hasMarks ? [] : domains,
    };
  };
}

/** Logins by the domain behind them. */
function loginsOf(customers: Directory['customers']): Map<string, { id: string; login: string }[]> {
  const under = new Map<string, { id: string; login: string }[]>();
  for (const { id, sasl_users } of customers) {
    for (const login of sasl_users) {
      const domain = domainOf(login);
      if (domain === '') continue;
      const logins = under.get(domain);
      if (logins) logins.push({ id, login });
      else under.set(domain, [{ id, login }]);
    }
  }
  return under;
}
