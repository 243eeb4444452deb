'use client'

import clsx from 'clsx'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'

import { CONTROL_CLASS } from '@/components/ui/input'
import type { OfferView } from '@/lib/contract/service'

import { applySuggestion, openReference, suggestReferences, type Suggestion } from './reference-suggestions'

export type ReferenceInputProps = { label: string; value: string; onChange: (value: string) => void; references: readonly OfferView[]; readOnly?: boolean; placeholder?: string; invalid?: boolean; /** Told when suggestions come and go. */ onCompleting?: (is: boolean) => void }

/** The value of a variable. Typing `${{` offers what there is to refer to. Grows with its lines. */
export function ReferenceInput({ label, value, onChange, references, readOnly, placeholder, invalid, onCompleting }: ReferenceInputProps) {
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const [caret, setCaret] = useState<number | null>(null)
  const [active, setActive] = useState(0)
  const open = caret === null || readOnly ? null : openReference(value, caret)
  const suggestions = open === null ? [] : suggestReferences(open.typed, references)
  const at = Math.min(active, suggestions.length - 1)
  const chosen = suggestions[at]
  const isOpen = chosen !== undefined
  useEffect(() => onCompleting?.(isOpen), [onCompleting, isOpen])
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
    if (step > 0) setActive((at + step) % suggestions.length)
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
        role="combobox"
        aria-label={label}
        aria-invalid={invalid ? true : undefined}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-expanded={chosen !== undefined}
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen ? `${id}-${at}` : undefined}
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
      {chosen ? <Suggestions id={id} suggestions={suggestions} active={at} choose={choose} /> : null}
    </div>
  )
}

type SuggestionsProps = { id: string; suggestions: readonly Suggestion[]; active: number; choose: (text: string) => void }

function Suggestions({ id, suggestions, active, choose }: SuggestionsProps) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <div ref={list} id={`${id}-list`} role="listbox" aria-label="References" className="absolute top-full right-0 left-0 z-20 mt-1 max-h-60 min-w-64 overflow-y-auto rounded-card border border-line-strong bg-overlay p-1 shadow-float">
      {suggestions.map((suggestion, index) => (
        <div
          key={suggestion.text}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          onPointerDown={(event) => {
            event.preventDefault()
            choose(suggestion.text)
          }}
          className={clsx('cursor-pointer rounded-control px-2 py-1', index === active && 'bg-press')}
        >
          <span className="block font-mono text-code break-all">{suggestion.text}</span>
          <span className={clsx('block text-meta', index === active ? 'text-ink' : 'text-muted')}>{suggestion.meaning}</span>
        </div>
      ))}
    </div>
  )
}
