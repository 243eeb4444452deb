'use client'

import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { LogKind } from '@/lib/contract/log'

import { ALL_KINDS } from './drain-draft'
import type { KindFieldsProps } from './kind-fields'

const LABEL: Record<LogKind, string> = { runtime: 'Programs', http: 'Requests', build: 'Builds', deploy: 'Deployments' }

/** Which lines are sent. */
export function LineChoice({ draft, set, fieldError }: KindFieldsProps) {
  if (draft.kind === 'otlp' && !draft.hasLogs) return null
  const { kinds } = draft
  return (
    <>
      <fieldset>
        <legend className="mb-1.5 font-medium">Lines of</legend>
        <div className="flex flex-wrap gap-x-5 gap-y-1.5">
          {ALL_KINDS.map((kind) => (
            <Checkbox key={kind} checked={kinds.includes(kind)} onCheckedChange={(isChosen) => set({ kinds: ALL_KINDS.filter((each) => (each === kind ? isChosen : kinds.includes(each))) })} label={LABEL[kind]} />
          ))}
        </div>
        {fieldError('kinds') === undefined ? null : (
          <p role="alert" className="mt-1.5 text-meta text-bad">
            {fieldError('kinds')}
          </p>
        )}
      </fieldset>
      <Field label="Filter" error={fieldError('filter')} hint="Optional, in the language of the log explorer. Empty: every line.">
        <Input name="filter" value={draft.filter} onChange={(event) => set({ filter: event.target.value })} placeholder="@level:>=warn -healthcheck" autoComplete="off" spellCheck={false} className="font-mono" />
      </Field>
    </>
  )
}
