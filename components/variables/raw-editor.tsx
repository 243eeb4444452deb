'use client'

import { Textarea } from '@/components/ui/textarea'

import { KEPT } from './variable-draft'

export type RawEditorProps = { text: string; setText: (text: string) => void; problems: readonly { line: number | null; message: string }[]; readOnly: boolean }

/** All variables as the text of a .env file. */
export function RawEditor({ text, setText, problems, readOnly }: RawEditorProps) {
  return (
    <div>
      <Textarea mono aria-label="Variables as .env" rows={Math.max(8, Math.min(24, text.split('\n').length + 2))} value={text} readOnly={readOnly} spellCheck={false} onChange={(event) => setText(event.target.value)} placeholder={'# KEY=value\nLOG_LEVEL=info'} />
      <p className="mt-1.5 text-meta text-faint">
        One KEY=value per line. <span className="font-mono">{KEPT}</span> keeps a secret as it is. What is new is a secret; a removed line removes its variable. Values over several lines stand in quotes; comments are read, and not kept.
      </p>
      {problems.length > 0 ? (
        <div role="alert" className="mt-1.5 text-meta text-bad">
          <ul>
            {problems.map(({ line, message }) => (
              <li key={`${line}:${message}`} className="break-words">
                {line === null ? '' : `Line ${line}: `}
                {message}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </div>
  )
}
