'use client'

import { Variable, X } from 'lucide-react'
import { useRouter } from 'next/navigation'

import { useCanvas, useEnvironment } from '@/components/canvas/canvas-context'
import { useRun } from '@/components/client/operations'
import { paths } from '@/components/paths'
import { useEscape } from '@/components/service/use-escape'
import { useLiveQuery } from '@/components/service/use-live-query'
import { IconButton } from '@/components/ui/icon-button'
import { sharedVariableExport, sharedVariableList, sharedVariableRegenerate, sharedVariableReplace, sharedVariableReveal } from '@/lib/contract/doors'
import type { SharedVariablesView } from '@/lib/contract/variable'

import { VariableEditor } from './variable-editor'

/** What all services of the environment may refer to, at the right of the canvas. Escape closes it. */
export function SharedPanel({ initial }: { initial: SharedVariablesView }) {
  const data = useShared(initial)
  const run = useRun()
  const router = useRouter()
  const { project, environmentId } = useEnvironment()
  const environment = project.environments.find(({ id }) => id === environmentId)
  const close = () => router.push(paths.canvas(project.id, environmentId))
  useEscape(close)
  return (
    <aside data-panel aria-label="Shared variables" className="absolute inset-y-0 right-0 z-10 flex w-full animate-slide flex-col border-l border-line-strong bg-surface shadow-float [@media(min-width:900px)]:w-[700px]">
      <header className="shrink-0 border-b border-line px-5 pt-4 pb-3">
        <div className="flex items-center gap-2.5">
          <Variable aria-hidden="true" className="size-4.5 shrink-0 text-muted" />
          <h2 className="min-w-0 truncate text-title font-semibold">Shared variables</h2>
          <IconButton label="Close (Escape)" icon={<X />} onClick={close} className="-mr-1.5 ml-auto" />
        </div>
        <p className="mt-0.5 text-muted">
          Every service of {environment?.name ?? 'this environment'} may refer to them, as <span className="font-mono text-code">{'${{shared.KEY}}'}</span>. A service that does not is given none of them.
        </p>
      </header>
      <div className="relative flex min-h-0 flex-1 flex-col overflow-y-auto px-5 py-4 *:shrink-0">
        <div className="flex flex-1 flex-col">
          <VariableEditor
            id={`${environmentId}:shared`}
            title="Variables"
            initial={data}
            hasScope={false}
            empty="Nothing is shared yet. Add a variable here, then refer to it in the variables of a service."
            hint="A change marks every service that uses the variable as changed; it takes effect when they are deployed."
            fileName={`${environment?.slug ?? 'shared'}.env`}
            save={(variables, { version }) => run(sharedVariableReplace, { environmentId, variables: withoutScope(variables), ifVersion: version })}
            reveal={(key) => run(sharedVariableReveal, { environmentId, key })}
            regenerate={(key) => run(sharedVariableRegenerate, { environmentId, key })}
            exportText={async () => (await run(sharedVariableExport, { environmentId })).text}
          />
        </div>
      </div>
    </aside>
  )
}

/** As others leave them, too: the graph says when they change, and when a service uses another one. */
function useShared(initial: SharedVariablesView): SharedVariablesView {
  const { environmentId } = useEnvironment()
  const version = useCanvas(({ shared, services }) => `${shared} ${Object.values(services).map(({ id, revision }) => `${id} ${revision}`).join(' ')}`)
  return useLiveQuery(sharedVariableList, { environmentId }, { initial, version, everyMs: null }).data
}

function withoutScope(variables: Record<string, { value: string | null; secret: boolean }>): Record<string, { value: string | null; secret: boolean }> {
  return Object.fromEntries(Object.entries(variables).map(([key, { value, secret }]) => [key, { value, secret }]))
}
