// What tells each customer's mail from others', for the exported table. Indexed once: it is asked for every suspended customer at each change.
import type { Identities } from '../containment/mtas/postfix/table-rows.js';
import { addressKey, domainOf, formsOf } from '../mail/address.js';
import type { Customer, Directory } from '../partners/directory.js';

/** A function from a customer's id to its identities, domains in every form that Postfix may ask for. A sender domain only when there is nothing else: anybody may write it. */
export function identitiesIn({ customers }: Pick<Directory, 'customers'>): (id: string) => Identities {
  let index: { byId: Map<string, Customer>; loginsUnder: Map<string, { id: string; login: string }[]> } | undefined;
  return (id) => {
    index ??= { byId: new Map(customers.map((customer) => [customer.id, customer])), loginsUnder: loginsOf(customers) };
    const { sasl_users = [], sasl_domains = [], ips = [], domains = [] } = index.byId.get(id) ?? {};
    const under = sasl_domains.flatMap((domain) => index?.loginsUnder.get(addressKey(domain)) ?? []);
    const hasMarks = sasl_users.length + sasl_domains.length + ips.length > 0;
    return {
      logins: sasl_users.flatMap(loginForms),
      loginDomains: sasl_domains.flatMap(inEachForm),
      othersLogins: under.filter((one) => one.id !== id).flatMap(({ login }) => loginForms(login)),
      clientIps: ips,
      senderDomains: hasMarks ? [] : domains.flatMap(inEachForm),
    };
  };
}

/** A domain in another script in each of its forms; anything else as it is. */
function inEachForm(domain: string): string[] {
  const forms = formsOf(domain);
  return forms.length > 1 ? forms : [domain];
}

/** A bare login has no domain to be written in two ways. */
function loginForms(login: string): string[] {
  return login.includes('@') ? inEachForm(login) : [login];
}

/** Logins by the domain behind them. */
function loginsOf(customers: Directory['customers']): Map<string, { id: string; login: string }[]> {
  const under = new Map<string, { id: string; login: string }[]>();
  for (const { id, sasl_users } of customers) {
    for (const login of sasl_users) {
      const domain = addressKey(domainOf(login));
      if (domain === '') continue;
      const logins = under.get(domain);
      if (logins) logins.push({ id, login });
      else under.set(domain, [{ id, login }]);
    }
  }
  return under;
}
