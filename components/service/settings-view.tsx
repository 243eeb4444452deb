'use client'

import { useEffect, useState } from 'react'

import { useCanvasStore, useMissing, useService } from '@/components/canvas/canvas-context'
import { recordSettings } from '@/components/canvas/record-settings'
import { receiveService } from '@/components/canvas/store'
import { useRun } from '@/components/client/operations'
import { fetchQuery } from '@/components/client/query'
import { problemOf } from '@/components/ui/problem'
import { useSubmit } from '@/components/ui/use-submit'
import { serviceGet, serviceUpdate } from '@/lib/contract/doors'
import type { ServiceView } from '@/lib/contract/service'

import { DangerSection } from './danger-section'
import { DeploySnapshotsSection } from './deploy-snapshots-section'
import { HealthSection, RestartSection } from './health-sections'
import { LimitsSection } from './limits-section'
import { MeanwhileNote } from './meanwhile-note'
import { GuardSection, OpenTelemetrySection, PrepareSection, ReplicasSection, RequestsSection, RolloutSection, SleepSection } from './rollout-sections'
import { ImageSection } from './image-section'
import { ReadOnlyNote } from './read-only-note'
import { SaveBar } from './save-bar'
import { ScheduleSection } from './schedule-section'
import { contestedFields, countEdits, draftOf, rebase, updateOf, type SettingsDraft } from './settings-draft'
import type { SectionProps } from './settings-section'
import { BuildSection, SourceSection } from './source-sections'
import { TakesEffect } from './takes-effect'
import { useDraft } from './use-draft'
import { useLiveQuery } from './use-live-query'
import { nodeOf } from './use-service-actions'

const SHOWN = [
  'name',
  ...['url', 'ref', 'rootDirectory', 'sshKeyId', 'path', 'reference', 'registryId', 'version', 'follow.window.from', 'follow.window.to', 'follow.window.timeZone'].map((key) => `source.${key}`),
  ...['installCommand', 'buildCommand', 'startCommand', 'outputDirectory', 'preDeployCommand', 'preDeployTimeoutS', 'build.builder', 'build.dockerfile', 'build.stage', 'build.args', 'build.prune', 'entrypoint', 'containerPort'].map((key) => `settings.${key}`),
  ...['path', 'command', 'intervalS', 'timeoutS', 'failures', 'successes', 'deadlineS', 'restartAfterS'].map((key) => `settings.health.${key}`),
  ...['restart.limit', 'replicas', 'rollout', 'holdS', 'overlapS', 'drainS', 'stopGraceS', 'sleepAfterS', 'guard', 'guard.minutes', 'snapshots', 'snapshots.of', 'snapshots.keep', 'snapshots.timeoutS', 'limits.memoryMib', 'limits.cpuMilli', 'limits.pids', 'readOnly'].map((key) => `settings.${key}`),
  ...['schedule', 'timeZone', 'timeoutS'].map((key) => `settings.cron.${key}`),
]

/** Everything about a service that a person decides. What is typed stays until it is saved or discarded. */
export function SettingsView({ initial }: { initial: ServiceView }) {
  const serviceId = initial.id
  const run = useRun()
  const store = useCanvasStore()
  const node = useService(serviceId)
  const missing = useMissing('service.write')
  const readOnly = missing !== null
  const [isReading, setReading] = useState(initial.inspection?.status === 'pending')
  const { data: service, replace } = useLiveQuery(serviceGet, { serviceId }, { initial, version: JSON.stringify([node?.revision, node?.framework]), everyMs: isReading ? 2000 : null })
  const reading = service.inspection?.status === 'pending'
  if (reading !== isReading) setReading(reading)
  const { draft, began, edit, forget } = useSettingsDraft(service)
  const form = draft ?? draftOf(service)
  const edits = countEdits(form, service)
  const save = useSubmit(async () => {
    const result = updateOf(form, service)
    if ('problem' in result) throw result.problem
    const saved = await run(serviceUpdate, { serviceId, ...result.update, ifRevision: began?.revision ?? service.revision }).catch(async (error: unknown) => {
      // Somebody else was faster: the edits go on top of theirs, to be looked at before they are saved.
      if (isOutrun(error)) {
        const fresh = await fetchQuery(serviceGet, { serviceId })
        replace(fresh)
        edit(rebase(form, began?.form ?? draftOf(service), draftOf(fresh)), fresh)
      }
      throw error
    })
    recordSettings(store, service, saved)
    replace(saved)
    receiveService(store, nodeOf(saved))
    forget()
  })
  const contested = useOvertaking(service, save.pending)
  const section = { service, draft: form, onChange: edit, fieldError: save.fieldError, readOnly }
  return (
    <form
      noValidate
      className="flex flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault()
        if (edits > 0) void save.submit()
      }}
    >
      <ReadOnlyNote reason={missing} />
      <TakesEffect serviceId={serviceId} />
      {contested !== null && edits > 0 ? <MeanwhileNote serviceId={serviceId} name={service.name} contested={contested} /> : null}
      <div className="space-y-6">
        <SourceSection {...section} />
        {service.source.type === 'database' ? <DatabaseSections {...section} /> : <CodeSections {...section} />}
        <LimitsSection {...section} />
        {node ? <DangerSection service={node} /> : null}
      </div>
      <div className="h-5 shrink-0" />
      {/* Enter in a field saves. */}
      <button type="submit" className="sr-only" tabIndex={-1} aria-hidden="true" />
      {edits > 0 ? (
        <SaveBar
          words={edits === 1 ? '1 change' : `${edits} changes`}
          pending={save.pending}
          blocked={readOnly}
          onDiscard={() => {
            forget()
            save.reset()
          }}
          onSave={() => void save.submit()}
          error={save.error}
          shownFields={SHOWN}
        />
      ) : null}
    </form>
  )
}

/** Whether a save was refused because the service is not what it was when the edits began. */
function isOutrun(error: unknown): boolean {
  const { code, fields } = problemOf(error)
  return code === 'conflict' && Object.keys(fields).length === 0
}

/** `contested`: names of fields that somebody else has changed since, too; absent while nobody came in between. */
type Began = { revision: number; form: SettingsDraft; contested?: readonly string[] }

/** What is typed and not saved, with what was set when it began. */
function useSettingsDraft(service: ServiceView) {
  const [draft, setDraft] = useDraft<SettingsDraft>(service.id, 'settings')
  const [began, setBegan] = useDraft<Began>(service.id, 'settings began')
  const edit = (next: SettingsDraft, from?: ServiceView) => {
    if (began === null || from !== undefined) setBegan({ revision: (from ?? service).revision, form: draftOf(from ?? service) })
    setDraft(next)
  }
  const forget = () => {
    setDraft(null)
    setBegan(null)
  }
  return { draft, began, edit, forget }
}

/**
 * Somebody else's edit that comes while this one is typed goes into the fields that were not touched here. Returns the names
 * of the fields that both have changed; null while nobody came in between.
 */
function useOvertaking(service: ServiceView, isSaving: boolean): readonly string[] | null {
  const [draft, setDraft] = useDraft<SettingsDraft>(service.id, 'settings')
  const [began, setBegan] = useDraft<Began>(service.id, 'settings began')
  useEffect(() => {
    if (draft === null || began === null || isSaving || service.revision <= began.revision) return
    const theirs = draftOf(service)
    const contested = [...new Set([...(began.contested ?? []), ...contestedFields(draft, began.form, theirs)])]
    setDraft(rebase(draft, began.form, theirs))
    setBegan({ revision: service.revision, form: theirs, contested })
  }, [draft, began, isSaving, service, setDraft, setBegan])
  return began?.contested ?? null
}

/** What is of services that run code or an image of somebody. */
function CodeSections(props: SectionProps) {
  return (
    <>
      {props.service.source.type === 'image' ? null : <BuildSection {...props} />}
      <ImageSection {...props} />
      <PrepareSection {...props} />
      <DeploySnapshotsSection {...props} />
      <ScheduleSection {...props} />
      <ListeningSections {...props} />
    </>
  )
}

/** A database is not built, has one server, and never sleeps. */
function DatabaseSections(props: SectionProps) {
  return (
    <>
      <DeploySnapshotsSection {...props} />
      <HealthSection {...props} />
      <RestartSection {...props} />
    </>
  )
}

/** What is of services that listen. Of one with a schedule, only what contradicts it is shown, to be changed. */
function ListeningSections(props: SectionProps) {
  const { cron, rollout, sleep, guard } = props.draft
  const listens = !cron.isOn
  return (
    <>
      {listens ? <HealthSection {...props} /> : null}
      {listens ? <RestartSection {...props} /> : null}
      {listens || rollout.replicas.trim() !== '1' ? <ReplicasSection {...props} /> : null}
      {listens ? <RolloutSection {...props} /> : null}
      {listens || sleep.isOn ? <SleepSection {...props} /> : null}
      {listens || guard.isOn ? <GuardSection {...props} /> : null}
      {listens ? <RequestsSection {...props} /> : null}
      <OpenTelemetrySection {...props} />
    </>
  )
}
