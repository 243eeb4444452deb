/** The name of the product beside its mark: an easel with a line drawn on it. */
export function Wordmark({ hideWord = false }: { hideWord?: boolean }) {
  return (
    <span className="inline-flex items-center gap-2 text-title font-semibold tracking-tight text-ink">
      <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" className="size-5">
        <path d="M10 1.5V4M6.5 13 4.5 18.5M13.5 13l2 5.5M10 13v3.5" />
        <rect x="2.5" y="4" width="15" height="9" rx="1.75" />
        <path d="M6.25 10.25c3 0 4.5-3.5 7.5-3.5" className="text-accent" />
      </svg>
      <span className={hideWord ? 'sr-only' : undefined}>Easel</span>
      <span title="A demo: what it shows is invented, and nothing runs." className="hidden rounded-small border border-line-strong px-1 text-meta font-medium tracking-normal text-muted in-data-demo:inline">
        Demo
      </span>
    </span>
  )
}
