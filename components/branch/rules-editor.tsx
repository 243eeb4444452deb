'use client'

import { Plus, X } from 'lucide-react'

import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { MaskKind } from '@/lib/domain/mask'

import { EMPTY_RULE, type RuleDraft } from './branch-draft'

const KINDS: { value: MaskKind; label: string; hint: string }[] = [
  { value: 'hash', label: 'Hash', hint: 'Equal values stay equal.' },
  { value: 'email', label: 'E-mail', hint: 'Addresses that lead nowhere.' },
  { value: 'text', label: 'Text', hint: 'The same in every row.' },
  { value: 'null', label: 'Null', hint: 'Nothing.' },
]

/** Which columns lose what they hold. */
export function RulesEditor({ name, rules, onChange }: { name: string; rules: readonly RuleDraft[]; onChange: (rules: RuleDraft[]) => void }) {
  const change = (at: number, part: Partial<RuleDraft>) => onChange(rules.map((rule, index) => (index === at ? { ...rule, ...part } : rule)))
  return (
    <div role="group" aria-label={`Masked columns of ${name}`} className="mt-2.5 border-t border-line pt-2.5">
      {rules.length === 0 ? <p className="text-meta text-faint">Everything is copied as it is. With a rule, a column holds something else in the copy before anybody can reach it.</p> : null}
      <ul className="grid gap-2">
        {rules.map((rule, at) => (
          // Rules have no name of their own, and none moves.
          <li key={at} className="grid grid-cols-[1fr_1fr_auto] items-center gap-1.5 sm:grid-cols-[1fr_1fr_6.5rem_1fr_auto]">
            <Input size="small" mono aria-label={`Table of rule ${at + 1}`} placeholder="table" value={rule.table} onChange={(event) => change(at, { table: event.target.value })} autoComplete="off" spellCheck={false} />
            <Input size="small" mono aria-label={`Column of rule ${at + 1}`} placeholder="column" value={rule.column} onChange={(event) => change(at, { column: event.target.value })} autoComplete="off" spellCheck={false} />
            <IconButton size="small" label={`Remove rule ${at + 1}`} icon={<X />} className="sm:order-last" onClick={() => onChange(rules.filter((_, index) => index !== at))} />
            <Select size="small" label={`What the column of rule ${at + 1} becomes`} value={rule.as} onValueChange={(as) => change(at, { as })} options={KINDS} />
            {rule.as === 'text' ? (
              <Input size="small" aria-label={`Text of rule ${at + 1}`} placeholder="text" value={rule.text} onChange={(event) => change(at, { text: event.target.value })} autoComplete="off" />
            ) : (
              <span className="truncate text-meta text-faint">{KINDS.find(({ value }) => value === rule.as)!.hint}</span>
            )}
          </li>
        ))}
      </ul>
      <Button size="small" variant="ghost" icon={<Plus />} className="mt-1.5 -ml-2" onClick={() => onChange([...rules, { ...EMPTY_RULE, table: rules.at(-1)?.table ?? '' }])}>
        Mask a column
      </Button>
    </div>
  )
}
