/** The mark: a way back, and what it leads to. */
export function Brand({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden className={className}>
      <path d="M5.2 8.4A8 8 0 1 1 4 12.4" fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />
      <path d="M4.4 3.6v5.2h5.2" fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round" />
      <circle cx="12" cy="12" r="2.4" className="fill-good" />
    </svg>
  )
}
