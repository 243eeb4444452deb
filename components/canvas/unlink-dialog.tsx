'use client'

import { useEffect, useState } from 'react'

import { useRun } from '@/components/client/operations'
import { fetchQuery } from '@/components/client/query'
import { Code } from '@/components/ui/code'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { variableList, variableReplace } from '@/lib/contract/doors'
import type { VariableView } from '@/lib/contract/service'

import { useCanvas, useCanvasStore, useService } from './canvas-context'
import { advanceIn, record } from './record'
import { ask } from './store'
import { useFocusAfterDialog } from './use-keep-focus'
import { variablesSetting } from './variable-step'

/** Asks before the variables go that make a link, and names them. */
export function UnlinkDialog({ from, to }: { from: string; to: string }) {
  const store = useCanvasStore()
  const run = useRun()
  const source = useService(from)
  const target = useService(to)
  const link = useCanvas((state) => state.links.find((each) => each.from === from && each.to === to))
  const known = useVariables(from)
  useFocusAfterDialog(from)
  if (!source || !target || !link) return null
  const going = (known ?? []).filter(({ key }) => link.variables.includes(key))
  const remove = async () => {
    const { variables, revision } = await fetchQuery(variableList, { serviceId: from })
    const kept = variables.filter(({ key }) => !link.variables.includes(key)).map(({ key, value, secret, scope }) => [key, { value, secret, scope }] as const)
    const saved = await run(variableReplace, { serviceId: from, variables: Object.fromEntries(kept), ifRevision: revision, keep: true })
    advanceIn(store, from, { from: revision, to: saved.revision })
    const setting = variablesSetting(from, variables, saved)
    record(store, setting && { label: `Unlink ${source.name} from ${target.name}`, kind: 'set', setting })
  }
  return (
    <ConfirmDialog open onOpenChange={(open) => (open ? undefined : ask(store, null))} title={`Unlink ${source.name} from ${target.name}?`} confirmLabel={link.variables.length === 1 ? 'Remove variable' : 'Remove variables'} onConfirm={remove}>
      <p>
        {source.name} loses {link.variables.length === 1 ? 'this variable' : 'these variables'} with its next deployment.
      </p>
      <ul className="space-y-1">
        {link.variables.map((key) => (
          <li key={key} className="break-all">
            <Code>{key}</Code> <span className="font-mono text-code text-faint">{going.find((variable) => variable.key === key)?.value ?? ''}</span>
          </li>
        ))}
      </ul>
    </ConfirmDialog>
  )
}

/** The variables of a service; null until they are known. */
function useVariables(serviceId: string): readonly VariableView[] | null {
  const [variables, setVariables] = useState<readonly VariableView[] | null>(null)
  useEffect(() => {
    const ended = new AbortController()
    // Where they cannot be had the question names them without their values.
    fetchQuery(variableList, { serviceId }, ended.signal).then((view) => setVariables(view.variables), () => undefined)
    return () => ended.abort()
  }, [serviceId])
  return variables
}
