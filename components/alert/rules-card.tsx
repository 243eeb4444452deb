'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { SectionCard } from '@/components/ui/card'
import type { AlertRuleView } from '@/lib/contract/alert'

import type { NamedChannel } from './channel-words'
import { RuleDialog } from './rule-dialog'
import { RuleRow } from './rule-row'

export type NamedService = { id: string; name: string }
export type RulesCardProps = { environmentId: string; rules: readonly AlertRuleView[]; services: readonly NamedService[]; channels: readonly NamedChannel[]; disabledReason: string | null }

/** What is watched in an environment, in words. */
export function RulesCard({ environmentId, rules, services, channels, disabledReason }: RulesCardProps) {
  const [adding, setAdding] = useState(false)
  const noService = services.length === 0 ? 'There is no service yet that a rule could be for.' : null
  return (
    <SectionCard
      title="Rules"
      description="Every environment begins with these. A rule for one service takes the place of the one for all of them."
      action={
        <Button icon={<Plus />} disabledReason={disabledReason ?? noService} onClick={() => setAdding(true)}>
          Rule for a service
        </Button>
      }
    >
      <ul aria-label="Rules" className="-my-4 divide-y divide-line">
        {rules.map((rule) => (
          <RuleRow key={rule.key} environmentId={environmentId} rule={rule} channels={channels} disabledReason={disabledReason} />
        ))}
      </ul>
      {adding ? <RuleDialog environmentId={environmentId} rule={null} services={services} channels={channels} onClose={() => setAdding(false)} /> : null}
    </SectionCard>
  )
}
