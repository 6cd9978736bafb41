/** Chasqui's mark: a khipu, a cord with three knotted strands. */
export function Mark({ size = 30 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="#0B5B6F" />
      <g fill="none" stroke="#fff" strokeLinecap="round">
        <path d="M5 8.5c6.500 2.800 15.500 2.800 22 0" strokeWidth="2.4" />
        <path d="M10 10.500V24M16 11v8M22 10.500V22" strokeWidth="1.7" />
      </g>
      <circle cx="10" cy="19.5" r="2.9" fill="#F6C453" />
      <circle cx="16" cy="21" r="2.9" fill="#fff" />
      <circle cx="22" cy="16" r="2.9" fill="#F08DB4" />
    </svg>
  )
}
