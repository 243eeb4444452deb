'use client'

import { Filter as FilterIcon, X } from 'lucide-react'
import { useState, type FormEvent } from 'react'

import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { DataColumn, Filter } from '@/lib/contract/data'

export type FilterValue = { column: string; filter: Filter; value?: string }

const WORDS: { value: Filter; label: string }[] = [
  { value: 'equals', label: 'is' },
  { value: 'differs', label: 'is not' },
  { value: 'contains', label: 'contains' },
  { value: 'begins', label: 'begins with' },
  { value: 'less', label: 'is less than' },
  { value: 'more', label: 'is more than' },
  { value: 'null', label: 'is NULL' },
  { value: 'not_null', label: 'is not NULL' },
]

/** Chooses rows by one column. */
export function FilterBar({ columns, onChange }: { columns: readonly DataColumn[]; onChange: (filter: FilterValue | null) => void }) {
  const [isOpen, setOpen] = useState(false)
  const [column, setColumn] = useState<string | null>(null)
  const [filter, setFilter] = useState<Filter>('equals')
  const [value, setValue] = useState('')
  const named = columns.find(({ name }) => name === column)?.name ?? columns[0]?.name ?? ''
  const needsValue = filter !== 'null' && filter !== 'not_null'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onChange({ column: named, filter, ...(needsValue ? { value } : {}) })
  }
  const clear = () => {
    setOpen(false)
    setValue('')
    onChange(null)
  }
  if (!isOpen) {
    return (
      <Button size="small" variant="ghost" icon={<FilterIcon />} disabled={columns.length === 0} onClick={() => setOpen(true)}>
        Filter
      </Button>
    )
  }
  return (
    <form onSubmit={submit} className="flex min-w-0 flex-wrap items-center gap-1.5">
      <Select size="small" label="Column" className="w-28!" value={named} onValueChange={setColumn} options={columns.map(({ name }) => ({ value: name, label: name }))} />
      <Select size="small" label="Comparison" className="w-28!" value={filter} onValueChange={setFilter} options={WORDS} />
      {needsValue ? <Input size="small" mono aria-label="Value" value={value} onChange={(event) => setValue(event.target.value)} className="w-28!" maxLength={2_000} spellCheck={false} autoComplete="off" /> : null}
      <Button size="small" type="submit">
        Apply
      </Button>
      <IconButton size="small" label="Clear the filter" icon={<X />} onClick={clear} />
    </form>
  )
}
