import type { ScrapeView } from '@/lib/contract/metric'

/** What became of asking the replicas of a service for their metrics, where that is not all well. */
export function ScrapeNotes({ scrapes, hasMetrics }: { scrapes: readonly ScrapeView[]; hasMetrics: boolean }) {
  const notes = notesOf(scrapes)
  if (notes.length === 0) return scrapes.length > 0 && !hasMetrics ? <p className="text-muted">Its metrics were read, and there is none among them yet that can be shown. Counts are shown from the second look on.</p> : null
  return (
    <ul role="status" className="flex flex-col gap-1 rounded-card border border-warning/40 bg-raised px-3.5 py-2.5">
      {notes.map(({ words, who }) => (
        <li key={words} className="break-words">
          {who === null ? null : <span className="font-medium">{who}: </span>}
          {words}
        </li>
      ))}
    </ul>
  )
}

/** What several replicas say alike is said once. `who`: null for all of them. */
function notesOf(scrapes: readonly ScrapeView[]): { words: string; who: string | null }[] {
  const whose = new Map<string, string[]>()
  for (const { problem, leftOut, part } of scrapes) for (const words of [problem, leftOut]) if (words !== null) whose.set(words, [...(whose.get(words) ?? []), `Replica ${Number(part) + 1}`])
  return [...whose].map(([words, replicas]) => ({ words, who: replicas.length === scrapes.length ? null : [...new Set(replicas)].join(', ') }))
}
