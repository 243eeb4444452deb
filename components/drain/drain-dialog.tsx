'use client'

import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import { drainCreate, drainUpdate } from '@/lib/contract/doors'
import type { DrainView } from '@/lib/contract/drain'
import { DRAIN_KINDS } from '@/lib/domain/drain/settings'

import { EMPTY_DRAFT, draftOf, headersOf, settingsOf, type DrainDraft } from './drain-draft'
import { KindFields } from './kind-fields'
import { LineChoice } from './line-choice'
import { KIND_LABEL } from './drain-words'

/** A project and its environments. */
export type Place = { id: string; name: string; environments: readonly { id: string; name: string }[] }

export type DrainDialogProps = { organizationId: string; /** Null for a new one. */ drain: DrainView | null; places: readonly Place[]; onClose: () => void }

const SHOWN_FIELDS = ['name', 'settings.url', 'settings.host', 'settings.port', 'settings.facility', 'settings.tenant', 'settings.sends', 'settings.ca', 'secret.headers', 'secret.tag', 'filter', 'kinds']

/** Where a drain leads and what goes there; a secret that is there is never shown, and stays when the field is left empty. */
export function DrainDialog({ organizationId, drain, places, onClose }: DrainDialogProps) {
  const run = useRun()
  const router = useRouter()
  const [draft, setDraft] = useState<DrainDraft>(drain === null ? EMPTY_DRAFT : draftOf(drain))
  const [secret, setSecret] = useState('')
  const [isHeaderWrong, setHeaderWrong] = useState(false)
  const set = (change: Partial<DrainDraft>) => setDraft({ ...draft, ...change })
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    const given = { name: draft.name, settings: settingsOf(draft), filter: draft.filter, kinds: [...draft.kinds], ...secretOf(draft, secret) }
    if (drain === null) await run(drainCreate, { organizationId, ...given, ...placeOf(draft.place, places) })
    else await run(drainUpdate, { organizationId, drainId: drain.id, ...given })
    toast.success(drain === null ? 'Drain added. Send a test to see whether it works.' : 'Drain changed.')
    router.refresh()
    onClose()
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    const isWrong = draft.kind !== 'syslog' && headersOf(secret) === null
    setHeaderWrong(isWrong)
    if (!isWrong) void submit()
  }
  const keeps = drain !== null && drain.kind === draft.kind && (drain.headerNames.length > 0 || drain.hasTag)
  const headerError = isHeaderWrong ? 'Write each as a name, a colon and a value, such as Authorization: Bearer 123.' : (fieldError('secret.headers') ?? (error === null ? undefined : Object.keys(headersOf(secret) ?? {}).map((name) => fieldError(`secret.headers.${name}`)).find((each) => each !== undefined)))
  return (
    <Dialog open onOpenChange={onClose} title={drain === null ? 'New drain' : `Change ${drain.name}`}>
      <form onSubmit={send} noValidate className="space-y-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Kind">
            <Select value={draft.kind} onValueChange={(kind) => set({ kind })} options={DRAIN_KINDS.map((kind) => ({ value: kind, label: KIND_LABEL[kind] }))} disabled={drain !== null} />
          </Field>
          <Field label="Name" required error={fieldError('name')}>
            <Input name="name" value={draft.name} onChange={(event) => set({ name: event.target.value })} autoComplete="off" />
          </Field>
        </div>
        <Field label="Of" hint={drain === null ? 'New services and environments in it are included by themselves.' : 'This cannot be changed.'}>
          <Select value={draft.place} onValueChange={(place) => set({ place })} options={optionsOf(places, drain)} disabled={drain !== null} />
        </Field>
        <KindFields draft={draft} set={set} fieldError={fieldError} />
        {draft.kind === 'syslog' ? (
          draft.transport === 'tls' ? (
            <Field label="Tag" error={fieldError('secret.tag')} hint={keeps ? 'Leave it empty to keep the one that is there.' : 'Optional structured data that goes with each line, such as [token@41058]. It is kept encrypted and never shown again.'}>
              <Input name="tag" type="password" value={secret} onChange={(event) => setSecret(event.target.value)} autoComplete="new-password" />
            </Field>
          ) : null
        ) : (
          <Field label="Headers" error={headerError} hint={keeps ? `Leave it empty to keep ${drain.headerNames.join(', ')}.` : 'Optional, one on each line, such as Authorization: Bearer 123. They are kept encrypted and never shown again.'}>
            <Textarea name="headers" rows={2} value={secret} onChange={(event) => setSecret(event.target.value)} autoComplete="off" spellCheck={false} />
          </Field>
        )}
        <LineChoice draft={draft} set={set} fieldError={fieldError} />
        <ProblemMessage error={error} shownFields={SHOWN_FIELDS} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending}>
            {drain === null ? 'Add drain' : 'Save'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function secretOf({ kind, transport }: DrainDraft, text: string) {
  if (text.trim() === '') return {}
  if (kind === 'syslog') return transport === 'tls' ? { secret: { tag: text.trim() } } : {}
  return { secret: { headers: headersOf(text) ?? {} } }
}

function placeOf(place: string, places: readonly Place[]) {
  if (place === 'organization') return {}
  return places.some(({ id }) => id === place) ? { projectId: place } : { environmentId: place }
}

function optionsOf(places: readonly Place[], drain: DrainView | null) {
  const known = [
    { value: 'organization', label: 'The whole organization' },
    ...places.flatMap((project) => [{ value: project.id, label: `${project.name}, all environments` }, ...project.environments.map(({ id, name }) => ({ value: id, label: `${project.name} / ${name}` }))]),
  ]
  // One of a project that is not among the first ones.
  const own = drain?.environment ?? drain?.project ?? null
  return own === null || known.some(({ value }) => value === own.id) ? known : [...known, { value: own.id, label: own.name }]
}
