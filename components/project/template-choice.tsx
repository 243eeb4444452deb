'use client'

import { RadioGroup } from 'radix-ui'

import type { TemplateView } from '@/lib/contract/instance'

export type TemplateChoiceProps = { templates: readonly TemplateView[]; value: string; onChange: (id: string) => void }

/** One of the bundled templates, with what each will draw. */
export function TemplateChoice({ templates, value, onChange }: TemplateChoiceProps) {
  if (templates.length === 0) return <p className="text-muted">This instance has no templates.</p>
  return (
    <RadioGroup.Root value={value} onValueChange={onChange} aria-label="Template" className="grid gap-2">
      {templates.map((template) => (
        <RadioGroup.Item
          key={template.id}
          value={template.id}
          className="rounded-card border border-line-strong px-3 py-2.5 text-left transition-colors hover:bg-hover data-[state=checked]:border-accent data-[state=checked]:bg-accent/8"
        >
          <span className="block font-medium">{template.name}</span>
          <span className="block text-muted">{template.summary}</span>
          <span className="mt-1 block font-mono text-code text-faint">{template.services.join(' · ')}</span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
