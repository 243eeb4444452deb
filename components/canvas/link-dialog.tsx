'use client'

import { useState, type FormEvent } from 'react'

import { fetchQuery } from '@/components/client/query'
import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { Code } from '@/components/ui/code'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Select } from '@/components/ui/select'
import { useSubmit } from '@/components/ui/use-submit'
import { offeredBy } from '@/components/variables/offered-keys'
import { variableList, variableReplace } from '@/lib/contract/doors'
import type { ServiceNode } from '@/lib/contract/graph'
import { VariableKey } from '@/lib/contract/service'
import { ENGINES } from '@/lib/domain/engine/engines'
import { formatReference } from '@/lib/domain/reference'

import { useCanvasStore, useService } from './canvas-context'
import { inputProblem } from './input-problem'
import { advanceIn, record } from './record'
import { ask } from './store'

/** A line drawn from one service to another becomes a variable of the first that refers to the second. */
export function LinkDialog({ from, to }: { from: string; to: string }) {
  const source = useService(from)
  const target = useService(to)
  return source && target ? <OpenLinkDialog source={source} target={target} /> : null
}

function OpenLinkDialog({ source, target }: { source: ServiceNode; target: ServiceNode }) {
  const store = useCanvasStore()
  const run = useRun()
  const offers = offeredBy(target)
  const [offered, setOffered] = useState(offers[0]!.key)
  const [typedKey, setKey] = useState<string | null>(null)
  const key = typedKey ?? variableName(target, offered)
  const value = formatReference(target.name, offered)
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    const problem = inputProblem({ key: [VariableKey, key] })
    if (problem) throw problem
    const { variables, revision } = await fetchQuery(variableList, { serviceId: source.id })
    if (variables.some((variable) => variable.key === key)) {
      throw { code: 'conflict', message: `${source.name} already has this variable.`, fields: { key: 'Is taken. Choose another name, or change it in Variables.' }, requestId: null }
    }
    const kept = variables.map((variable) => [variable.key, { value: variable.value, secret: variable.secret }] as const)
    const saved = await run(variableReplace, { serviceId: source.id, variables: { ...Object.fromEntries(kept), [key]: { value, secret: false } }, ifRevision: revision })
    advanceIn(store, source.id, { from: revision, to: saved.revision })
    record(store, { label: `Link ${source.name} to ${target.name}`, kind: 'set', setting: { of: 'variables', id: source.id, before: { [key]: null }, after: { [key]: { value, scope: 'both' } } } })
    ask(store, null)
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => (open || pending ? undefined : ask(store, null))}
      size="small"
      title={`Link ${source.name} to ${target.name}`}
      description={`${source.name} gets a variable that leads to ${target.name}, with its next deployment.`}
    >
      <form onSubmit={send} noValidate className="space-y-4">
        <Field label="What it needs">
          <Select value={offered} onValueChange={setOffered} options={offers.map(({ key: each, meaning }) => ({ value: each, label: each, hint: meaning }))} />
        </Field>
        <Field label="Variable" required error={fieldError('key')} hint={<>Its value is <Code>{value}</Code></>}>
          <Input mono name="key" value={key} onChange={(event) => setKey(event.target.value)} autoComplete="off" spellCheck={false} />
        </Field>
        <ProblemMessage error={error} shownFields={['key']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={pending} onClick={() => ask(store, null)}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending}>
            Add variable
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** `my api` and `URL` make `MY_API_URL`; the variable that a client of a database looks for keeps its name. */
function variableName({ name, source }: ServiceNode, key: string): string {
  if (source.type === 'database' && ENGINES[source.engine].variables.some((variable) => variable.key === key)) return key
  const stem = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_').replace(/^_+|_+$/g, '').replace(/^(\d)/, '_$1')
  return stem === '' ? `SERVICE_${key}` : `${stem}_${key}`
}
