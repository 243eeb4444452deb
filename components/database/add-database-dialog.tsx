'use client'

import clsx from 'clsx'
import { useState, type FormEvent } from 'react'

import { useAddDatabase } from '@/components/canvas/add-service'
import { useCanvasStore, useEnvironment } from '@/components/canvas/canvas-context'
import { inputProblem } from '@/components/canvas/input-problem'
import type { Place } from '@/components/canvas/placement'
import { ask } from '@/components/canvas/store'
import { useLiveQuery } from '@/components/service/use-live-query'
import { Button } from '@/components/ui/button'
import { Code } from '@/components/ui/code'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Select } from '@/components/ui/select'
import { useSubmit } from '@/components/ui/use-submit'
import { DisplayName } from '@/lib/contract/common'
import type { EngineOffer } from '@/lib/contract/database'
import { databaseEngines } from '@/lib/contract/doors'
import { ENGINE_NAMES, ENGINES } from '@/lib/domain/engine/engines'

import { EngineMark } from './engine-mark'

/** What is known before the answer: every engine, and of none whether it can be had. */
const UNKNOWN: { engines: EngineOffer[] } = { engines: ENGINE_NAMES.map((engine) => ({ engine, name: ENGINES[engine].word, meaning: ENGINES[engine].meaning, versions: [], missing: null })) }
/** A server that was just installed is found within a minute. */
const LOOK_MS = 5_000

/** Which engine and version, and what that will draw. */
export function AddDatabaseDialog({ at }: { at: Place | null }) {
  const store = useCanvasStore()
  const { environmentId } = useEnvironment()
  const add = useAddDatabase()
  const { data, error: unread } = useLiveQuery(databaseEngines, { environmentId }, { initial: UNKNOWN, version: '', everyMs: LOOK_MS })
  const [chosen, setChosen] = useState<EngineOffer['engine'] | null>(null)
  const [typedVersion, setVersion] = useState<string | null>(null)
  const [typedName, setName] = useState<string | null>(null)
  const offer = data.engines.find(({ engine }) => engine === chosen) ?? data.engines.find(({ missing }) => missing === null) ?? data.engines[0]
  const version = typedVersion !== null && offer?.versions.includes(typedVersion) ? typedVersion : (offer?.versions[0] ?? '')
  const name = typedName ?? offer?.engine ?? ''
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    if (!offer) return
    const problem = inputProblem({ name: [DisplayName.optional(), name.trim() || undefined] })
    if (problem) throw problem
    // A name that nobody typed gets a number when it is taken.
    await add({ engine: offer.engine, version, name: typedName ?? '', at })
    ask(store, null)
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : ask(store, null))} title="Add a database" description="Private to this environment. Nothing runs until you deploy it.">
      <form onSubmit={send} noValidate className="space-y-4">
        <EngineChoice offers={data.engines} chosen={offer?.engine ?? null} onChoose={setChosen} />
        {offer && offer.missing !== null ? (
          <p role="status" className="rounded-card border border-line bg-raised px-3 py-2.5 text-muted">
            {offer.missing}
          </p>
        ) : null}
        {offer && offer.missing === null ? (
          <div className="grid gap-4 sm:grid-cols-[1fr_9rem]">
            <Field label="Name" error={fieldError('name')} hint="References in the variables of other services use it.">
              <Input name="name" value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
            </Field>
            <Field label="Version" error={fieldError('version')}>
              <Select value={version} onValueChange={setVersion} options={offer.versions.map((each) => ({ value: each, label: each }))} disabled={offer.versions.length < 2} />
            </Field>
          </div>
        ) : null}
        {offer && offer.missing === null ? <WhatItDraws engine={offer.engine} name={name.trim() || offer.engine} /> : null}
        <ProblemMessage error={error ?? unread} shownFields={['name']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={pending} onClick={() => ask(store, null)}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending} disabled={version === ''}>
            Add database
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

type ChoiceProps = { offers: readonly EngineOffer[]; chosen: EngineOffer['engine'] | null; onChoose: (engine: EngineOffer['engine']) => void }

function EngineChoice({ offers, chosen, onChoose }: ChoiceProps) {
  return (
    <fieldset>
      <legend className="sr-only">Engine</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {offers.map(({ engine, name, meaning, missing }) => (
          <label
            key={engine}
            className={clsx(
              'flex cursor-pointer items-center gap-2.5 rounded-card border px-3 py-2 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-accent',
              engine === chosen ? 'border-accent bg-raised' : 'border-line hover:bg-hover',
            )}
          >
            <input type="radio" name="engine" value={engine} checked={engine === chosen} data-autofocus={engine === chosen ? '' : undefined} onChange={() => onChoose(engine)} className="sr-only" />
            <EngineMark engine={engine} className={clsx('shrink-0', missing === null ? 'text-muted' : 'text-faint')} />
            <span className="min-w-0">
              <span className={clsx('block font-medium', missing === null ? null : 'text-faint')}>{name}</span>
              <span className="block truncate text-meta text-faint">{missing === null ? meaning : 'Not available here'}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function WhatItDraws({ engine, name }: { engine: EngineOffer['engine']; name: string }) {
  const { variables, urlKey } = ENGINES[engine]
  return (
    <div className="rounded-card border border-line bg-raised px-3 py-2.5 text-meta text-muted">
      <p>
        It draws the database <span className="text-ink">{name}</span> and a volume for its data, and generates {variables.length} variables with random passwords, which are kept sealed.
      </p>
      <p className="mt-1">
        Draw a line from a service to it, and the service gets <Code>{urlKey}</Code>.
      </p>
    </div>
  )
}
