// Receivers that keep a list of their own which no DNS query shows: one learns of it from their replies. Facts for the card.

export interface Receiver {
  /** As the replies' patterns name the provider. */
  id: string;
  name: string;
  /** Where removal is asked for. */
  removalUrl: string;
  lookupUrl?: string;
}

export const receivers: readonly Receiver[] = [
  {
    id: 'microsoft-consumer',
    name: 'Microsoft (Outlook.com, Hotmail)',
    // Sender support form; the delisting guide of the provider names it too.
    removalUrl:
      'https://support.microsoft.com/en-us/getsupport?oaspworkflow=start_1.0.0.0&wfname=capsub&productkey=edfsmsbl3&ccsid=636384055665373784',
    lookupUrl: 'https://sendersupport.olc.protection.outlook.com/pm/troubleshooting.aspx',
  },
  // Business tenants: its own portal, which does not handle consumer blocks.
  { id: 'microsoft-365', name: 'Microsoft 365', removalUrl: 'https://sender.office.com/' },
];
