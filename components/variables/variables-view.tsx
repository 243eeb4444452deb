'use client'

import { Plus } from 'lucide-react'

import { useCanvasStore, useEnvironment, useService } from '@/components/canvas/canvas-context'
import { advanceIn, record } from '@/components/canvas/record'
import { variablesSetting } from '@/components/canvas/variable-step'
import { useRun } from '@/components/client/operations'
import { paths } from '@/components/paths'
import { TakesEffect } from '@/components/service/takes-effect'
import { useLiveQuery } from '@/components/service/use-live-query'
import { Button } from '@/components/ui/button'
import { ButtonLink } from '@/components/ui/button-link'
import { Menu } from '@/components/ui/menu'
import { variableExport, variableList, variableRegenerate, variableReplace, variableReveal } from '@/lib/contract/doors'
import type { VariablesView as Variables } from '@/lib/contract/service'
import { formatReference, SHARED } from '@/lib/domain/reference'

import { PlatformVariables } from './platform-variables'
import type { replacement } from './variable-draft'
import { VariableEditor } from './variable-editor'

/** The variables of a service, those it can take from its environment, and what the platform adds. */
export function VariablesView({ serviceId, initial }: { serviceId: string; initial: Variables }) {
  const run = useRun()
  const service = useService(serviceId)
  const store = useCanvasStore()
  // What others save is shown at once; what is typed here is put on top of it.
  const { data } = useLiveQuery(variableList, { serviceId }, { initial, version: String(service?.revision), everyMs: null })
  const save = async (variables: ReturnType<typeof replacement>, before: Variables) => {
    const saved = await run(variableReplace, { serviceId, variables, ifRevision: before.revision, keep: true })
    const setting = variablesSetting(serviceId, before.variables, saved)
    advanceIn(store, serviceId, { from: before.revision, to: saved.revision })
    record(store, setting && { label: `Variables of ${service?.name ?? 'a service'}`, kind: 'set', setting })
    return saved
  }
  return (
    <div className="flex flex-1 flex-col">
      <TakesEffect serviceId={serviceId} />
      <VariableEditor
        id={serviceId}
        title="Variables"
        initial={data}
        hasScope
        empty="No variables yet. Add one, or paste a whole .env block into the name of a new one."
        hint={<>Type {'${{'} in a value to refer to another service or a shared variable, or to generate a secret. A reference to a service draws a link on the canvas.</>}
        fileName={`${service?.name ?? 'service'}.env`}
        save={save}
        reveal={(key) => run(variableReveal, { serviceId, key })}
        regenerate={(key) => run(variableRegenerate, { serviceId, key })}
        exportText={async () => (await run(variableExport, { serviceId })).text}
      >
        {(saved, add) => (
          <>
            <SharedOffer saved={saved} add={add} />
            <PlatformVariables platform={saved.platform} />
          </>
        )}
      </VariableEditor>
    </div>
  )
}

/** Shared variables are given to nobody who does not refer to them; here one does, with two clicks. */
function SharedOffer({ saved, add }: { saved: Variables; add: (key: string, value: string) => void }) {
  const { project, environmentId } = useEnvironment()
  const keys = saved.references.find(({ owner }) => owner === SHARED)?.keys ?? []
  const own = new Set(saved.variables.map(({ key }) => key))
  return (
    <section aria-labelledby="shared-variables" className="mb-5">
      <h3 id="shared-variables" className="font-medium">
        Shared in this environment
      </h3>
      <p className="mb-2 text-meta text-faint">A service gets only those that one of its variables refers to, such as {formatReference(SHARED, keys[0] ?? 'KEY')}.</p>
      <div className="flex flex-wrap gap-1.5">
        {keys.length === 0 ? null : (
          <Menu
            align="start"
            label="Shared variables"
            trigger={
              <Button size="small" icon={<Plus />}>
                Use a shared variable
              </Button>
            }
            items={keys.map((key) => ({ label: key, disabledReason: own.has(key) ? 'The service has a variable of this name.' : null, onSelect: () => add(key, formatReference(SHARED, key)) }))}
          />
        )}
        <ButtonLink size="small" variant="ghost" href={paths.sharedVariables(project.id, environmentId)}>
          {keys.length === 0 ? 'Add shared variables' : 'Manage shared variables'}
        </ButtonLink>
      </div>
    </section>
  )
}
