'use client'

import { BellOff } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { SectionCard } from '@/components/ui/card'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { problemOf } from '@/components/ui/problem'
import { ProblemMessage } from '@/components/ui/problem-message'
import { RelativeTime } from '@/components/ui/relative-time'
import { Select } from '@/components/ui/select'
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import { alertSilence, alertUnsilence } from '@/lib/contract/doors'
import type { AlertRuleView, SilenceView } from '@/lib/contract/alert'

import type { NamedService } from './rules-card'

export type SilencesCardProps = { environmentId: string; silences: readonly SilenceView[]; rules: readonly AlertRuleView[]; services: readonly NamedService[]; disabledReason: string | null }

const ALL = 'all'
const LASTING = [
  { value: '60', label: '1 hour' },
  { value: '240', label: '4 hours' },
  { value: '1440', label: '1 day' },
  { value: '10080', label: '7 days' },
]

/** Of what nobody is told for a while. */
export function SilencesCard({ environmentId, silences, rules, services, disabledReason }: SilencesCardProps) {
  const run = useRun()
  const router = useRouter()
  const [adding, setAdding] = useState(false)
  const wordsOf = (key: string) => rules.find((rule) => rule.key === key)?.words ?? 'a rule that was removed'
  const end = (silenceId: string) =>
    run(alertUnsilence, { environmentId, silenceId }).then(
      () => router.refresh(),
      (error: unknown) => void toast.error('The silence goes on.', { description: problemOf(error).message }),
    )
  return (
    <SectionCard
      title="Silences"
      description="Nobody is told for a while. What fires still shows here and on the canvas, and is told when the silence ends."
      action={
        <Button icon={<BellOff />} disabledReason={disabledReason} onClick={() => setAdding(true)}>
          New silence
        </Button>
      }
    >
      {silences.length === 0 ? <p className="text-muted">Nothing is silenced.</p> : null}
      <ul aria-label="Silences" className="-my-4 divide-y divide-line empty:hidden">
        {silences.map((silence) => (
          <li key={silence.id} className="flex items-center gap-3 py-3">
            <div className="min-w-0 flex-1">
              <p className="break-words">
                {silence.service?.name ?? 'All services'} · {silence.ruleKey === null ? 'all rules' : wordsOf(silence.ruleKey)}
              </p>
              <p className="text-meta break-words text-faint">
                ends <RelativeTime at={silence.until} />
                {silence.createdBy === null ? '' : ` · by ${silence.createdBy}`}
                {silence.reason === '' ? '' : ` · ${silence.reason}`}
              </p>
            </div>
            <Button size="small" disabledReason={disabledReason} onClick={() => void end(silence.id)}>
              End now
            </Button>
          </li>
        ))}
      </ul>
      {adding ? <SilenceDialog environmentId={environmentId} rules={rules} services={services} onClose={() => setAdding(false)} /> : null}
    </SectionCard>
  )
}

type SilenceDialogProps = Pick<SilencesCardProps, 'environmentId' | 'rules' | 'services'> & { onClose: () => void }

function SilenceDialog({ environmentId, rules, services, onClose }: SilenceDialogProps) {
  const run = useRun()
  const router = useRouter()
  const [serviceId, setServiceId] = useState(ALL)
  const [ruleKey, setRuleKey] = useState<string>(ALL)
  const [minutes, setMinutes] = useState('60')
  const [reason, setReason] = useState('')
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    await run(alertSilence, { environmentId, minutes: Number(minutes), reason, ...(serviceId === ALL ? {} : { serviceId }), ...(ruleKey === ALL ? {} : { ruleKey: ruleKey as AlertRuleView['key'] }) })
    toast.success('Silenced.')
    router.refresh()
    onClose()
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  return (
    <Dialog open onOpenChange={onClose} title="New silence">
      <form onSubmit={send} noValidate className="space-y-4">
        <Field label="Service" error={fieldError('serviceId')}>
          <Select value={serviceId} onValueChange={setServiceId} options={[{ value: ALL, label: 'All services' }, ...services.map(({ id, name }) => ({ value: id, label: name }))]} />
        </Field>
        <Field label="Rule" error={fieldError('ruleKey')}>
          <Select value={ruleKey} onValueChange={setRuleKey} options={[{ value: ALL, label: 'All rules' }, ...rules.map(({ key, words, service }) => ({ value: key, label: service === null ? words : `${words}, ${service.name}` }))]} />
        </Field>
        <Field label="For" error={fieldError('minutes')}>
          <Select value={minutes} onValueChange={setMinutes} options={LASTING} />
        </Field>
        <Field label="Reason" error={fieldError('reason')} hint="So that others know, such as a planned move.">
          <Input name="reason" value={reason} onChange={(event) => setReason(event.target.value)} autoComplete="off" />
        </Field>
        <ProblemMessage error={error} shownFields={['serviceId', 'ruleKey', 'minutes', 'reason']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending}>
            Silence
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
