'use client'

import { CopyButton } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { ProblemMessage } from '@/components/ui/problem-message'
import type { CellForm, DataCell } from '@/lib/contract/data'
import { dataCell } from '@/lib/contract/doors'

import { looksLikeJson, prettyText } from './cell-words'
import { useAsk } from './use-ask'

/** One cell on its own. `whole`: how to ask for all of it, where only its beginning is known. */
export type OpenCell = { title: string; type?: string; form?: CellForm; cell: DataCell; whole: CellQuestion | null }
export type CellQuestion = { serviceId: string; schema: string; table: string; column: string; key: string }

export function CellDialog({ open, onClose }: { open: OpenCell; onClose: () => void }) {
  const isCut = Array.isArray(open.cell)
  return (
    <Dialog open onOpenChange={(next) => next || onClose()} title={<span className="font-mono break-all">{open.title}</span>} description={open.type} size="large">
      {isCut && open.whole ? <WholeCell open={open} question={open.whole} /> : <CellValue text={isCut ? open.cell![0]! : (open.cell as string | null)} form={open.form} note={isCut ? 'Only its beginning is shown. Select the column by a statement to see more of it, as with substr().' : null} />}
    </Dialog>
  )
}

function WholeCell({ open, question }: { open: OpenCell; question: CellQuestion }) {
  const { data, error } = useAsk(dataCell, question)
  if (error) return <ProblemMessage error={error} />
  // Its beginning is there already, and takes the focus.
  if (data === null) return <CellValue text={open.cell![0]!} form={open.form} note="The rest of it is being fetched." />
  return <CellValue text={data.text} form={open.form} note={data.isCut ? 'It is longer than this: only its first 200,000 characters are shown.' : null} />
}

function CellValue({ text, form, note }: { text: string | null; form?: CellForm; note: string | null }) {
  if (text === null) return <p className="py-6 text-center text-faint italic">NULL</p>
  const shown = prettyText(text, form === 'json' || looksLikeJson(text))
  return (
    <div className="space-y-2">
      <div className="relative">
        <pre data-autofocus tabIndex={0} className="max-h-[50vh] min-h-20 overflow-auto rounded-control border border-line bg-surface p-3 pr-12 font-mono text-code break-words whitespace-pre-wrap">
          {shown === '' ? <span className="text-faint italic">empty</span> : shown}
        </pre>
        <span className="absolute top-1.5 right-1.5">
          <CopyButton text={text} label="Copy the value" />
        </span>
      </div>
      <p className="text-meta text-faint">
        {text.length.toLocaleString('en')} characters{note === null ? '' : `. ${note}`}
      </p>
    </div>
  )
}
