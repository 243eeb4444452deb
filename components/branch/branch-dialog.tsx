'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { fetchQuery } from '@/components/client/query'
import { paths } from '@/components/paths'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Skeleton } from '@/components/ui/skeleton'
import { useSubmit } from '@/components/ui/use-submit'
import type { BranchOption } from '@/lib/contract/branch'
import { branchOptions, environmentBranch } from '@/lib/contract/doors'

import { dataOf, draftProblem, firstChoices, type Choice } from './branch-draft'
import { DataChoice } from './data-choice'

type Props = { projectId: string; environment: { id: string; name: string }; onClose: () => void }

/** A new environment after this one: its name, and what everything with data begins with. */
export function BranchDialog({ projectId, environment, onClose }: Props) {
  const run = useRun()
  const router = useRouter()
  const [name, setName] = useState('')
  const [choices, setChoices] = useState<Record<string, Choice>>({})
  const { options, error: unread } = useOptions(environment.id, (found) => setChoices(firstChoices(found)))
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    const made = await run(environmentBranch, { environmentId: environment.id, name, data: dataOf(options ?? [], choices) })
    onClose()
    router.push(paths.canvas(projectId, made.environmentId))
    router.refresh()
  })
  const isReady = name.trim() !== '' && options !== null && Object.values(choices).every(({ from, rules }) => from === 'empty' || draftProblem(rules) === null)
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (isReady) void submit()
  }
  return (
    <Dialog open size="large" onOpenChange={(open) => (open || pending ? undefined : onClose())} title={`Branch ${environment.name}`} description="A new environment with the same services, variables, links and volumes. It is its own: nothing you do there is seen here.">
      <form onSubmit={send} noValidate className="space-y-4">
        <Field label="Name" required error={fieldError('name')} className="max-w-72">
          <Input name="name" placeholder="Name, such as try-out" value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </Field>
        <Options options={options} choices={choices} onChange={(volumeId, choice) => setChoices((before) => ({ ...before, [volumeId]: choice }))} />
        <p className="text-meta text-faint">Secrets are copied. Databases get passwords of their own, services addresses of their own, and nobody outside reaches a database. Nothing runs until you deploy it.</p>
        <ProblemMessage error={error ?? unread} shownFields={['name', 'data']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={pending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending} disabled={!isReady}>
            Branch
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Options({ options, choices, onChange }: { options: readonly BranchOption[] | null; choices: Readonly<Record<string, Choice>>; onChange: (volumeId: string, choice: Choice) => void }) {
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">Data</legend>
      {options === null ? <Skeleton className="h-14 w-full" /> : null}
      {options?.length === 0 ? <p className="text-muted">There are no databases and no volumes here, so there is nothing to copy.</p> : null}
      <ul className="grid gap-2">
        {options?.map((option) => {
          const choice = choices[option.volumeId]
          return choice ? <DataChoice key={option.volumeId} option={option} choice={choice} onChange={(next) => onChange(option.volumeId, next)} /> : null
        })}
      </ul>
    </fieldset>
  )
}

/** What there is to choose, read once. */
function useOptions(environmentId: string, onFound: (options: BranchOption[]) => void): { options: BranchOption[] | null; error: unknown } {
  const [state, setState] = useState<{ options: BranchOption[] | null; error: unknown }>({ options: null, error: null })
  useEffect(() => {
    const end = new AbortController()
    fetchQuery(branchOptions, { environmentId }, end.signal).then(
      ({ items }) => {
        onFound(items)
        setState({ options: items, error: null })
      },
      (error: unknown) => (end.signal.aborted ? undefined : setState({ options: null, error })),
    )
    return () => end.abort()
    // Choices are the person's from here on.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [environmentId])
  return state
}
