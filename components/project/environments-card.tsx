'use client'

import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { SectionCard } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import { environmentCreate } from '@/lib/contract/doors'

import { TargetChoice, defaultOf, type ChoosableTarget } from '../target/target-choice'
import { EnvironmentRow, type Environment } from './environment-row'

export type EnvironmentsCardProps = { projectId: string; environments: readonly Environment[]; targets: readonly ChoosableTarget[]; addReason: string | null; deleteReason: string | null }

/** The isolated copies of a project. */
export function EnvironmentsCard({ projectId, environments, targets, addReason, deleteReason }: EnvironmentsCardProps) {
  const run = useRun()
  const router = useRouter()
  const [name, setName] = useState('')
  const [targetId, setTargetId] = useState(() => environments[0]?.target.id ?? defaultOf(targets))
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    await run(environmentCreate, { projectId, name, targetId })
    toast.success(`Environment ${name.trim()} added.`)
    setName('')
    router.refresh()
  })
  const add = (event: FormEvent) => {
    event.preventDefault()
    if (addReason === null && name.trim() !== '') void submit()
  }
  const lastReason = environments.length === 1 ? 'A project keeps at least one environment. Delete the project instead.' : null
  return (
    <SectionCard title="Environments" description="Each is a separate canvas with its own services, variables and addresses.">
      <ul className="-mt-4 divide-y divide-line">
        {environments.map((environment) => (
          <EnvironmentRow key={environment.id} projectId={projectId} environment={environment} targets={targets} changeReason={addReason} disabledReason={deleteReason ?? lastReason} />
        ))}
      </ul>
      <form onSubmit={add} noValidate className="mt-2 flex flex-wrap items-start gap-2 border-t border-line pt-4">
        <Field label="New environment" hideLabel error={fieldError('name')} className="max-w-60 flex-1">
          <Input name="name" placeholder="Name, such as staging" value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </Field>
        <TargetChoice targets={targets} value={targetId} onChange={setTargetId} error={fieldError('targetId')} label="Target of the new environment" hideLabel className="max-w-60 flex-1" />
        <Button type="submit" loading={pending} disabled={name.trim() === ''} disabledReason={addReason}>
          Add environment
        </Button>
      </form>
      <ProblemMessage error={error} shownFields={['name', 'targetId']} className="mt-3" />
    </SectionCard>
  )
}
