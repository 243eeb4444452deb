'use client'

import { Pencil, RotateCcw, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'

import { useRun } from '@/components/client/operations'
import { Badge } from '@/components/ui/badge'
import { IconButton } from '@/components/ui/icon-button'
import { problemOf } from '@/components/ui/problem'
import { Switch } from '@/components/ui/switch'
import { toast } from '@/components/ui/toast'
import { alertRemoveRule, alertSaveRule } from '@/lib/contract/doors'
import type { AlertRuleView } from '@/lib/contract/alert'
import { ALERT_KIND } from '@/lib/domain/alert/kind'

import { channelWords, type NamedChannel } from './channel-words'
import { RuleDialog } from './rule-dialog'

export type RuleRowProps = { environmentId: string; rule: AlertRuleView; channels: readonly NamedChannel[]; disabledReason: string | null }

/** One rule, with its switch. */
export function RuleRow({ environmentId, rule, channels, disabledReason }: RuleRowProps) {
  const run = useRun()
  const router = useRouter()
  const [editing, setEditing] = useState(false)
  const [pending, setPending] = useState(false)
  const { key, kind, words, service, isOn, threshold, forSeconds, repeatMinutes, origin } = rule
  const attempt = async (work: () => Promise<unknown>) => {
    setPending(true)
    try {
      await work()
      router.refresh()
    } catch (error) {
      toast.error('The rule is as it was.', { description: problemOf(error).message })
    } finally {
      setPending(false)
    }
  }
  const toggle = (next: boolean) => attempt(() => run(alertSaveRule, { environmentId, key, kind, threshold, forSeconds, repeatMinutes, isOn: next }))
  const remove = () => attempt(() => run(alertRemoveRule, { environmentId, key }))
  const name = service === null ? words : `${words}, ${service.name}`
  return (
    <li className="flex items-start gap-3 py-3">
      <div className="min-w-0 flex-1">
        <Switch
          checked={isOn}
          onCheckedChange={(next) => void toggle(next)}
          disabled={disabledReason !== null || pending}
          label={
            <span className="break-words">
              {words}
              {service === null ? null : <span className="text-muted"> · {service.name}</span>}{' '}
              {origin === 'changed' ? <Badge>Changed</Badge> : null}
            </span>
          }
          hint={rule.channelIds === null ? ALERT_KIND[kind].explanation : `${ALERT_KIND[kind].explanation} ${channelWords(rule.channelIds, channels)}`}
        />
      </div>
      <IconButton label={`Change “${name}”`} icon={<Pencil />} disabledReason={disabledReason} onClick={() => setEditing(true)} />
      {origin === 'added' ? <IconButton label={`Remove “${name}”`} icon={<Trash2 />} disabledReason={disabledReason} loading={pending} onClick={() => void remove()} /> : null}
      {origin === 'changed' ? <IconButton label={`Set “${name}” back`} icon={<RotateCcw />} disabledReason={disabledReason} loading={pending} onClick={() => void remove()} /> : null}
      {editing ? <RuleDialog environmentId={environmentId} rule={rule} services={[]} channels={channels} onClose={() => setEditing(false)} /> : null}
    </li>
  )
}
