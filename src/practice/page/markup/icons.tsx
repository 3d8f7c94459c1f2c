// The few drawings the page needs, inline: no fonts, no network.

const paths = {
  hash: 'M9.5 3 7.8 21M16.2 3l-1.7 18M4 8.5h17M3 15.5h17',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  home: 'M4 11.5 12 5l8 6.5V20h-5.5v-5h-5v5H4z',
  chat: 'M4 5h16v11H9.5L5 19.5V16H4z',
  close: 'M6 6l12 12M18 6 6 18',
  menu: 'M4 7h16M4 12h16M4 17h16',
  send: 'M4 4.5 21 12 4 19.5l2.2-6L14 12l-7.8-1.5z',
  reply: 'M10 8V4.5L3.5 11l6.5 6.5V14c5 0 8 1.5 10.5 5C20 13 17 8.7 10 8z',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z',
  down: 'M6 9.5l6 6 6-6',
  more: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  check: 'M5 12.5l4.5 4.5L19 7.5',
} as const;

export function Icon({ name, size = 18 }: { name: keyof typeof paths; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** The app's picture: an envelope behind a shield. */
export function AppAvatar({ size = 36 }: { size?: number }) {
  return (
    <svg className="avatar" width={size} height={size} viewBox="0 0 36 36" aria-hidden="true" focusable="false">
      <rect width="36" height="36" rx="8" fill="#0b4f4a" />
      <path d="M18 6.5 28 10v8.2c0 6-4.2 9.9-10 11.8-5.8-1.9-10-5.8-10-11.8V10z" fill="#e8f5f1" />
      <path d="M12 14.5h12v8.5H12zM12 14.8l6 4.7 6-4.7" fill="none" stroke="#0b4f4a" strokeWidth="1.7" />
    </svg>
  );
}

const tints = ['#7a4cc2', '#b4552d', '#2f6f9f', '#4f7d2c', '#9c3a63'];

/** A person's picture: initials on a colour of their own. */
export function PersonAvatar({ name, index, size = 36 }: { name: string; index: number; size?: number }) {
  const initials = name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .join('')
    .slice(0, 2);
  return (
    <svg className="avatar" width={size} height={size} viewBox="0 0 36 36" aria-hidden="true" focusable="false">
      <rect width="36" height="36" rx="8" fill={tints[index % tints.length]} />
      <text x="18" y="23" textAnchor="middle" fontSize="14" fontWeight="700" fill="#fff">
        {initials}
      </text>
    </svg>
  );
}
