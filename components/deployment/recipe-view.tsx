import { ChevronRight, Info } from 'lucide-react'

import type { Decision, Recipe } from '@/lib/contract/recipe'

/** How a source is built, line by line, and which file decided each. */
export function RecipeView({ recipe }: { recipe: Recipe }) {
  return (
    <div>
      <dl className="divide-y divide-line rounded-control border border-line">
        {recipe.decisions.map((decision, index) => (
          <DecisionRow key={index} decision={decision} />
        ))}
      </dl>
      {recipe.notes.length > 0 ? (
        <ul className="mt-3 space-y-1.5">
          {recipe.notes.map((note, index) => (
            <li key={index} className="flex gap-2 text-muted">
              <Info aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-faint" />
              {note}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

function DecisionRow({ decision }: { decision: Decision }) {
  return (
    <div className="grid gap-x-4 px-3 py-2 sm:grid-cols-[9rem_1fr]">
      <dt className="text-muted">{decision.what}</dt>
      <dd className="min-w-0">
        <p className="font-mono text-code break-words">{decision.value}</p>
        <p className="text-meta break-words text-faint">{decision.decidedBy}</p>
        {decision.rejected.length > 0 ? (
          <details className="group mt-0.5 text-meta">
            <summary className="inline-flex list-none items-center gap-1 rounded-small text-faint hover:text-ink">
              <ChevronRight aria-hidden="true" className="size-3 transition-transform group-open:rotate-90" />
              {decision.rejected.length === 1 ? '1 other possibility' : `${decision.rejected.length} other possibilities`}
            </summary>
            <ul className="mt-1 space-y-0.5 border-l border-line pl-3">
              {decision.rejected.map((other, index) => (
                <li key={index}>
                  <span className="font-mono text-code">{other.value}</span> <span className="text-faint">{other.why}</span>
                </li>
              ))}
            </ul>
          </details>
        ) : null}
      </dd>
    </div>
  )
}
