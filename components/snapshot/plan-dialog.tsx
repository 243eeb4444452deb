'use client'

import { useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { DueTimes } from '@/components/service/due-times'
import { Amount, Text } from '@/components/service/settings-section'
import { useBrowserZone } from '@/components/service/use-browser-zone'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Switch } from '@/components/ui/switch'
import { useSubmit } from '@/components/ui/use-submit'
import { snapshotSchedule } from '@/lib/contract/doors'
import type { SnapshotPlanView } from '@/lib/contract/snapshot'

import { PlaceChoice } from './place-choice'
import type { SnapshotsOf } from './snapshots-of'

type Props = { of: SnapshotsOf; view: Pick<SnapshotPlanView, 'plan' | 'stores' | 'cannotTry'>; onClose: () => void; onChanged: () => void }

/** An amount that may be left empty. */
const amount = (text: string) => (text.trim() === '' ? null : Number(text))

/** When snapshots are taken by themselves, and how many are kept. */
export function PlanDialog({ of, view: { plan, stores, cannotTry }, onClose, onChanged }: Props) {
  const run = useRun()
  const here = useBrowserZone()
  const [isOn, setIsOn] = useState(plan !== null)
  const [schedule, setSchedule] = useState(plan?.schedule ?? '0 3 * * *')
  const [chosenZone, setZone] = useState(plan?.timeZone ?? null)
  const [count, setCount] = useState(plan ? String(plan.keepCount ?? '') : '7')
  const [days, setDays] = useState(plan ? String(plan.keepDays ?? '') : '')
  const [drill, setDrill] = useState(plan ? (plan.drillSchedule ?? '') : cannotTry === null ? '0 5 * * 0' : '')
  const [storeId, setStoreId] = useState(plan?.store?.id ?? null)
  const timeZone = chosenZone ?? here ?? 'UTC'
  const save = useSubmit(() => run(snapshotSchedule, { ...of.named, plan: isOn ? { schedule, timeZone, keepCount: amount(count), keepDays: amount(days), drillSchedule: drill.trim() === '' ? null : drill, storeId } : null }))
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!(await save.submit())) return
    onChanged()
    onClose()
  }
  const error = (field: string) => {
    const message = save.fieldError(`plan.${field}`)
    return message === undefined ? {} : { error: message }
  }
  return (
    <Dialog open onOpenChange={onClose} title={`Snapshots of ${of.name}`}>
      <form onSubmit={submit} className="space-y-4">
        <Switch label="Take them by the clock" checked={isOn} onCheckedChange={setIsOn} />
        {isOn ? (
          <>
            <div className="grid gap-4 sm:grid-cols-2">
              <Text mono required label="Schedule" hint="Minute, hour, day of month, month, day of week; or @hourly, @daily, @weekly." value={schedule} onChange={setSchedule} readOnly={false} {...error('schedule')} />
              <Text required label="Time zone" value={timeZone} onChange={setZone} readOnly={false} {...error('timeZone')} />
            </div>
            <DueTimes schedule={schedule.trim()} timeZone={timeZone.trim()} />
            <div className="grid gap-4 sm:grid-cols-2">
              <Amount label="Keep at most" unit={null} hint="So many of these. Empty: all." value={count} onChange={setCount} readOnly={false} {...error('keepCount')} />
              <Amount label="Keep for days" unit={null} hint="Empty: for ever." value={days} onChange={setDays} readOnly={false} {...error('keepDays')} />
            </div>
            <PlaceChoice stores={stores} value={storeId} onChange={setStoreId} {...error('storeId')} />
            {cannotTry === null ? (
              <Text mono label="Try the newest one out" hint="On this schedule it is restored into something that is thrown away, and all of it is read. Empty: only when somebody asks." value={drill} onChange={setDrill} readOnly={false} {...error('drillSchedule')} />
            ) : (
              <p className="text-meta text-muted">{cannotTry}</p>
            )}
            <p className="text-meta text-faint">The newest one is never removed, nor one that is marked to be kept. Snapshots taken by hand stay until somebody deletes them.</p>
          </>
        ) : null}
        <ProblemMessage error={save.error} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={save.pending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={save.pending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
