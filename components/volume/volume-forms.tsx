'use client'

import { useState, type FormEvent, type ReactNode } from 'react'

import { useCanvasStore } from '@/components/canvas/canvas-context'
import { inputProblem } from '@/components/canvas/input-problem'
import { receiveVolume } from '@/components/canvas/store'
import { useRun } from '@/components/client/operations'
import { useMissingActions } from '@/components/service/use-missing-actions'
import { Button } from '@/components/ui/button'
import { SectionCard } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'
import { DisplayName } from '@/lib/contract/common'
import { volumeUpdate } from '@/lib/contract/doors'
import type { VolumeView } from '@/lib/contract/volume'

import { nodeOf } from './node-of'

type FormProps = { volume: VolumeView; onSaved: (volume: VolumeView) => void }

export function NameForm({ volume, onSaved }: FormProps) {
  const [name, setName] = useState(volume.name)
  const save = useSave(volume, onSaved)
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    const problem = inputProblem({ name: [DisplayName, name] })
    if (problem) throw problem
    await save({ name: name.trim() })
  })
  return (
    <SavedForm title="Name" isChanged={name.trim() !== volume.name} pending={pending} onSave={submit}>
      <Field label="Name" hideLabel error={fieldError('name')} hint={volume.serviceId === null ? undefined : `Its variable ${volume.variable} is named after it, from the next deployment on.`}>
        <Input name="name" value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
      </Field>
      <ProblemMessage error={error} shownFields={['name']} />
    </SavedForm>
  )
}

export function LimitForm({ volume, onSaved }: FormProps) {
  const [text, setText] = useState(volume.limitMib === null ? '' : String(volume.limitMib))
  const save = useSave(volume, onSaved)
  const limitMib = text.trim() === '' ? null : Number(text)
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    if (limitMib !== null && !Number.isInteger(limitMib)) throw { code: 'invalid_input', message: 'The limit is a whole number of MiB.', fields: { limitMib: 'Must be a whole number.' }, requestId: null }
    await save({ limitMib })
  })
  return (
    <SavedForm
      title="Limit"
      description="A warning is shown from 80 % of it. Folders and the volumes of a Docker engine cannot be kept from growing: a program that writes more is not stopped."
      isChanged={limitMib !== volume.limitMib}
      pending={pending}
      onSave={submit}
    >
      <Field label="MiB" error={fieldError('limitMib')} hint="Empty for no limit.">
        <Input name="limit" inputMode="numeric" value={text} onChange={(event) => setText(event.target.value)} autoComplete="off" className="max-w-40" />
      </Field>
      <ProblemMessage error={error} shownFields={['limitMib']} />
    </SavedForm>
  )
}

function useSave(volume: VolumeView, onSaved: (volume: VolumeView) => void) {
  const store = useCanvasStore()
  const run = useRun()
  return async (change: { name?: string; limitMib?: number | null }) => {
    const view = await run(volumeUpdate, { volumeId: volume.id, ...change })
    receiveVolume(store, nodeOf(view))
    onSaved(view)
  }
}

type SavedFormProps = { title: string; description?: string; isChanged: boolean; pending: boolean; onSave: () => Promise<boolean>; children: ReactNode }

function SavedForm({ title, description, isChanged, pending, onSave, children }: SavedFormProps) {
  const missing = useMissingActions()
  const send = (event: FormEvent) => {
    event.preventDefault()
    void onSave()
  }
  return (
    <form onSubmit={send} noValidate>
      <SectionCard
        title={title}
        description={description}
        footer={
          isChanged ? (
            <Button type="submit" variant="primary" loading={pending} disabledReason={missing.write}>
              Save
            </Button>
          ) : null
        }
      >
        <div className="space-y-3">{children}</div>
      </SectionCard>
    </form>
  )
}
