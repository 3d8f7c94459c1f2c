declare module 'dnsbl' {
  interface Item {
    address: string;
    blacklist: string;
    listed: boolean;
  }
  export function batch(
    addresses: string[],
    lists: string[],
    options?: { servers?: string[]; concurrency?: number; includeTxt?: boolean; timeout?: number },
  ): Promise<Item[]>;
}
