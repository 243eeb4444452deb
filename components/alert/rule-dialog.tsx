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
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import { alertSaveRule } from '@/lib/contract/doors'
import type { AlertRuleView } from '@/lib/contract/alert'
import { ALERT_KIND, ALERT_KINDS, type AlertKind, type AlertUnit } from '@/lib/domain/alert/kind'
import { STANDARD_REPEAT_MINUTES } from '@/lib/domain/alert/rule'
import { durationWords, ruleWords } from '@/lib/domain/alert/words'

import { ChannelChoice } from './channel-choice'
import type { NamedChannel } from './channel-words'
import type { NamedService } from './rules-card'

export type RuleDialogProps = { environmentId: string; /** Null for a new one. */ rule: AlertRuleView | null; services: readonly NamedService[]; channels: readonly NamedChannel[]; onClose: () => void }

const UNIT_WORDS: Record<AlertUnit, string> = { percent: 'percent', milli_cpu: 'thousandths of a processor', mib: 'MiB', ms: 'milliseconds' }
const OF_SERVICE = ALERT_KINDS.filter((kind) => ALERT_KIND[kind].of === 'service')
const REPEATS = [
  { value: 'never', label: 'Never' },
  { value: '60', label: 'Every hour' },
  { value: '240', label: 'Every 4 hours' },
  { value: '1440', label: 'Every day' },
]

/** What a rule compares, for how long, and how often it is told again. */
export function RuleDialog({ environmentId, rule, services, channels, onClose }: RuleDialogProps) {
  const run = useRun()
  const router = useRouter()
  const [kind, setKind] = useState<AlertKind>(rule?.kind ?? 'cpu')
  const [serviceId, setServiceId] = useState(services[0]?.id ?? '')
  const [threshold, setThreshold] = useState(String(rule?.threshold ?? ALERT_KIND.cpu.standard.threshold))
  const [minutes, setMinutes] = useState(String((rule?.forSeconds ?? ALERT_KIND.cpu.standard.forSeconds) / 60))
  const [repeat, setRepeat] = useState(rule === null ? String(STANDARD_REPEAT_MINUTES) : rule.repeatMinutes === null ? 'never' : String(rule.repeatMinutes))
  const [channelIds, setChannelIds] = useState<string[] | null>(rule?.channelIds ?? null)
  const { unit, explanation } = ALERT_KIND[kind]
  const wish = { kind, threshold: unit === null ? 0 : Number(threshold), forSeconds: Math.round(Number(minutes) * 60), repeatMinutes: repeat === 'never' ? null : Number(repeat), channelIds }
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    await run(alertSaveRule, { environmentId, ...(rule === null ? { serviceId } : { key: rule.key, isOn: rule.isOn }), ...wish })
    toast.success(rule === null ? 'Rule added.' : 'Rule changed.')
    router.refresh()
    onClose()
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  const choose = (next: AlertKind) => {
    setKind(next)
    setThreshold(String(ALERT_KIND[next].standard.threshold))
    setMinutes(String(ALERT_KIND[next].standard.forSeconds / 60))
  }
  const repeats = REPEATS.some(({ value }) => value === repeat) ? REPEATS : [...REPEATS, { value: repeat, label: `Every ${durationWords(Number(repeat) * 60)}` }]
  const isReadable = Number.isFinite(wish.threshold) && Number.isFinite(wish.forSeconds)
  return (
    <Dialog open onOpenChange={onClose} title={rule === null ? 'Rule for a service' : 'Change rule'} description={explanation}>
      <form onSubmit={send} noValidate className="space-y-4">
        {rule === null ? (
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Service" required error={fieldError('serviceId')}>
              <Select value={serviceId} onValueChange={setServiceId} options={services.map(({ id, name }) => ({ value: id, label: name }))} />
            </Field>
            <Field label="What is watched" required error={fieldError('kind')}>
              <Select value={kind} onValueChange={choose} options={OF_SERVICE.map((each) => ({ value: each, label: kindWords(each) }))} />
            </Field>
          </div>
        ) : null}
        <div className="grid gap-4 sm:grid-cols-2">
          {unit === null ? null : (
            <Field label={kind === 'latency_p95' ? 'Longer than' : 'Above'} required error={fieldError('threshold')} hint={`In ${UNIT_WORDS[unit]}.`}>
              <Input name="threshold" inputMode="decimal" value={threshold} onChange={(event) => setThreshold(event.target.value)} autoComplete="off" />
            </Field>
          )}
          <Field label="For so many minutes" required error={fieldError('forSeconds')} hint="0: at once.">
            <Input name="minutes" inputMode="decimal" value={minutes} onChange={(event) => setMinutes(event.target.value)} autoComplete="off" />
          </Field>
          <Field label="Tell again while it fires" error={fieldError('repeatMinutes')}>
            <Select value={repeat} onValueChange={setRepeat} options={repeats} />
          </Field>
          <ChannelChoice value={channelIds} channels={channels} onChange={setChannelIds} error={fieldError('channelIds')} />
        </div>
        <p aria-live="polite" className="text-muted">
          {isReadable ? ruleWords(wish) : 'Give numbers.'}
        </p>
        <ProblemMessage error={error} shownFields={['serviceId', 'kind', 'threshold', 'forSeconds', 'repeatMinutes', 'channelIds']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending} disabled={!isReadable}>
            {rule === null ? 'Add rule' : 'Save'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** Kinds of the same word differ by what they are measured in. */
function kindWords(kind: AlertKind): string {
  const { word, unit } = ALERT_KIND[kind]
  const isDouble = ALERT_KINDS.filter((each) => ALERT_KIND[each].word === word).length > 1
  if (kind === 'latency_p95') return 'Slow answers'
  return isDouble && unit !== null ? `${word} in ${unit === 'percent' ? 'percent of its limit' : UNIT_WORDS[unit]}` : word
}
