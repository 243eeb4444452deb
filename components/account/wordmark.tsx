/** The name of the product beside its mark: three nodes on an easel's legs. */
export function Wordmark({ hideWord = false }: { hideWord?: boolean }) {
  return (
    <span className="inline-flex items-center gap-2 text-title font-semibold tracking-tight text-ink">
      <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" className="size-5">
        <rect x="3" y="3" width="14" height="9" rx="2" />
        <path d="m7 12-2.5 6M13 12l2.5 6M10 12v4" />
        <path d="M7 7.5h6" className="text-accent" stroke="currentColor" />
      </svg>
      <span className={hideWord ? 'sr-only' : undefined}>Easel</span>
    </span>
  )
}
