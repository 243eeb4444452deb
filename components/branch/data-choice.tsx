'use client'

import { HardDrive } from 'lucide-react'

import { EngineMark } from '@/components/database/engine-mark'
import { bytesWords } from '@/components/service/use-words'
import { Select, type SelectOption } from '@/components/ui/select'
import { exactWords } from '@/components/ui/time-words'
import type { BranchOption } from '@/lib/contract/branch'

import { draftProblem, type Choice } from './branch-draft'
import { RulesEditor } from './rules-editor'

/** What a database or volume of the branch begins with. */
export function DataChoice({ option, choice, onChange }: { option: BranchOption; choice: Choice; onChange: (choice: Choice) => void }) {
  const { name, engine, sizeBytes, cannotCopy, cannotMask, snapshots } = option
  const isEmpty = choice.from === 'empty'
  const problem = isEmpty ? null : draftProblem(choice.rules)
  const ways: SelectOption[] = [
    { value: 'empty', label: 'Empty' },
    { value: 'now', label: 'A copy of now', disabled: cannotCopy !== null },
    ...snapshots.map((snapshot) => ({ value: snapshot.id, label: `Snapshot of ${exactWords(snapshot.createdAt)}`, ...(snapshot.sizeBytes === null ? {} : { hint: bytesWords(snapshot.sizeBytes) }) })),
  ]
  return (
    <li className="rounded-card border border-line px-3 py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <span className="text-muted">{engine === null ? <HardDrive aria-hidden="true" className="size-5" strokeWidth={1.25} /> : <EngineMark engine={engine} />}</span>
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{name}</span>
          <span className="block text-meta text-faint">{sizeBytes === null ? (engine === null ? 'Volume' : 'Database') : bytesWords(sizeBytes)}</span>
        </span>
        <Select label={`What ${name} begins with`} value={choice.from} onValueChange={(from) => onChange({ ...choice, from })} options={ways} className="w-full! sm:w-56!" />
      </div>
      {cannotCopy === null ? null : <p className="mt-2 text-meta text-faint">{cannotCopy}</p>}
      {isEmpty || cannotMask !== null ? null : <RulesEditor name={name} rules={choice.rules} onChange={(rules) => onChange({ ...choice, rules })} />}
      {problem === null ? null : (
        <p role="alert" className="mt-1.5 text-meta text-bad">
          {problem}
        </p>
      )}
    </li>
  )
}
