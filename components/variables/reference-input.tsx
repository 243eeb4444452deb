'use client'

import clsx from 'clsx'
import { useId, useRef, useState, type KeyboardEvent } from 'react'

import { CONTROL_CLASS } from '@/components/ui/input'

import { applySuggestion, openReference, suggestReferences, type Referable } from './reference-suggestions'

export type ReferenceInputProps = { label: string; value: string; onChange: (value: string) => void; services: readonly Referable[]; readOnly?: boolean; placeholder?: string }

/** The value of a variable. Typing `${{` offers what other services have to give. Grows with its lines. */
export function ReferenceInput({ label, value, onChange, services, readOnly, placeholder }: ReferenceInputProps) {
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const [caret, setCaret] = useState<number | null>(null)
  const [active, setActive] = useState(0)
  const open = caret === null ? null : openReference(value, caret)
  const suggestions = open === null ? [] : suggestReferences(open.typed, services)
  const chosen = suggestions[Math.min(active, suggestions.length - 1)]
  const look = () => setCaret(field.current?.selectionStart ?? null)
  const choose = (text: string) => {
    const next = applySuggestion(value, caret ?? value.length, text)
    onChange(next.value)
    setCaret(null)
    requestAnimationFrame(() => field.current?.setSelectionRange(next.caret, next.caret))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!chosen) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? suggestions.length - 1 : 0
    if (step > 0) setActive((Math.min(active, suggestions.length - 1) + step) % suggestions.length)
    else if (event.key === 'Enter' || event.key === 'Tab') choose(chosen.text)
    else if (event.key === 'Escape') setCaret(null)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className="relative min-w-0 flex-1">
      <textarea
        ref={field}
        rows={Math.min(6, value.split('\n').length)}
        value={value}
        readOnly={readOnly}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={chosen ? `${id}-list` : undefined}
        aria-activedescendant={chosen ? `${id}-${suggestions.indexOf(chosen)}` : undefined}
        onChange={(event) => {
          onChange(event.target.value)
          setCaret(event.target.selectionStart)
          setActive(0)
        }}
        onKeyDown={onKeyDown}
        onClick={look}
        onBlur={() => setCaret(null)}
        className={clsx(CONTROL_CLASS, 'block min-h-7 resize-none px-2 py-[3px] font-mono text-code')}
      />
      {chosen ? (
        <div id={`${id}-list`} role="listbox" aria-label="References" className="absolute top-full right-0 left-0 z-20 mt-1 max-h-60 min-w-64 overflow-y-auto rounded-card border border-line-strong bg-overlay p-1 shadow-float">
          {suggestions.map((suggestion, index) => (
            <div
              key={suggestion.text}
              id={`${id}-${index}`}
              role="option"
              aria-selected={suggestion === chosen}
              onPointerDown={(event) => {
                event.preventDefault()
                choose(suggestion.text)
              }}
              className={clsx('cursor-pointer rounded-control px-2 py-1', suggestion === chosen && 'bg-press')}
            >
              <span className="block font-mono text-code">{suggestion.text}</span>
              <span className="block text-meta text-faint">{suggestion.meaning}</span>
            </div>
          ))}
        </div>
      ) : null}
    </div>
  )
}
