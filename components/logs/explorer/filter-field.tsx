'use client'

import clsx from 'clsx'
import { Clock, Search, X } from 'lucide-react'
import { useEffect, useId, useRef, useState, type KeyboardEvent, type RefObject } from 'react'

import { IconButton } from '@/components/ui/icon-button'
import { CONTROL_CLASS } from '@/components/ui/input'
import { Kbd } from '@/components/ui/kbd'
import { complete, type Known } from '@/lib/domain/log-filter/complete'
import { parse } from '@/lib/domain/log-filter/parse'
import { MAX_FILTER_LENGTH } from '@/lib/contract/log'

import { FilterProblem } from './filter-problem'
import { recentFilters, rememberFilter } from './recent-filters'

export type FilterFieldProps = {
  environmentId: string
  /** The filter that is asked now. */
  filter: string
  known: Known
  onFilter: (filter: string) => void
  /** The person is done here and goes to the lines. */
  onLeave: () => void
  field: RefObject<HTMLInputElement | null>
}

type Offer = { insert: string; label: string; detail: string; isRecent: boolean }
type Offers = { from: number; to: number; options: readonly Offer[] }

/** Where the filter is written. What is typed is completed as one types, asked with Enter, and pointed at where it cannot be read. */
export function FilterField({ environmentId, filter, known, onFilter, onLeave, field }: FilterFieldProps) {
  const id = useId()
  const [draft, setDraft] = useState({ of: filter, text: filter })
  if (draft.of !== filter) setDraft({ of: filter, text: filter })
  const [caret, setCaret] = useState<number | null>(null)
  const [active, setActive] = useState(-1)
  const [isRefused, setRefused] = useState(false)
  const { text } = draft
  const offers = caret === null ? null : offersFor(text, caret, { known, environmentId })
  const options = offers?.options ?? []
  const read = parse(text)
  const type = (next: string, at: number | null) => {
    setDraft({ of: filter, text: next })
    setCaret(at)
    setActive(-1)
    setRefused(false)
  }
  const ask = (wanted: string) => {
    const result = parse(wanted)
    setCaret(null)
    if (!result.ok) return setRefused(true)
    rememberFilter(environmentId, wanted.trim())
    onFilter(wanted.trim())
  }
  const putCaret = (at: number) => requestAnimationFrame(() => (field.current?.focus(), field.current?.setSelectionRange(at, at)))
  const choose = ({ insert, isRecent }: Offer) => {
    if (isRecent) return ask(insert)
    const { from, to } = offers!
    const end = insert.endsWith(':') || text.slice(to).startsWith(' ') ? '' : ' '
    const at = from + insert.length + end.length
    type(`${text.slice(0, from)}${insert}${end}${text.slice(to)}`, at)
    putCaret(at)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const count = options.length
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && count > 0) setActive((now) => (event.key === 'ArrowDown' ? (now + 1) % count : (now <= 0 ? count : now) - 1))
    else if (event.key === 'ArrowDown') setCaret(field.current?.selectionStart ?? 0)
    else if (event.key === 'Enter' && options[active]) choose(options[active])
    else if (event.key === 'Enter') ask(text)
    else if (event.key === 'Tab' && !event.shiftKey && count > 0 && text.trim() !== '') choose(options[Math.max(0, active)]!)
    else if (event.key === 'Escape' && count > 0) setCaret(null)
    else if (event.key === 'Escape') onLeave()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className="relative min-w-0 flex-1">
      <Search aria-hidden="true" className="pointer-events-none absolute top-2 left-2.5 size-4 text-faint" />
      <input
        ref={field}
        role="combobox"
        aria-label="Filter"
        aria-expanded={options.length > 0}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={options.length > 0 ? `${id}-list` : undefined}
        aria-activedescendant={active >= 0 && options[active] ? `${id}-${active}` : undefined}
        aria-invalid={isRefused && !read.ok ? true : undefined}
        aria-describedby={isRefused && !read.ok ? `${id}-problem` : undefined}
        placeholder="Words, &quot;phrases&quot;, @level:error, service:api, -not"
        value={text}
        maxLength={MAX_FILTER_LENGTH}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        onChange={(event) => type(event.target.value, event.target.selectionStart)}
        onKeyDown={onKeyDown}
        onFocus={() => setCaret(field.current?.selectionStart ?? 0)}
        onClick={() => setCaret(field.current?.selectionStart ?? 0)}
        onBlur={() => setCaret(null)}
        className={clsx(CONTROL_CLASS, 'h-8 pr-14 pl-8 font-mono text-code')}
      />
      <span className="absolute inset-y-0 right-1 flex items-center">{text === '' ? <span className="pointer-events-none mr-1 @max-xl:hidden"><Kbd>/</Kbd></span> : <IconButton size="small" label="Clear the filter" icon={<X />} className="h-6!" onClick={() => (type('', null), onFilter(''))} />}</span>
      {offers && options.length > 0 ? <OfferList id={id} options={options} active={active} choose={choose} /> : null}
      {isRefused && !read.ok ? <FilterProblem id={`${id}-problem`} text={text} problem={read.problem} onPoint={() => putCaret(read.problem.at)} /> : null}
    </div>
  )
}

/** Where nothing is written yet, what was asked before comes first. */
function offersFor(text: string, caret: number, { known, environmentId }: { known: Known; environmentId: string }): Offers {
  const { from, to, options } = complete(text, caret, known)
  const recent = text.trim() === '' ? recentFilters(environmentId).map((filter) => ({ insert: filter, label: filter, detail: 'used before', isRecent: true })) : []
  // What stands there already, whole, needs no offer.
  const others = options.filter(({ insert }) => insert !== text.slice(from, to)).map((option) => ({ ...option, isRecent: false }))
  return { from, to, options: [...recent.slice(0, 5), ...others] }
}

type OfferListProps = { id: string; options: readonly Offer[]; active: number; choose: (offer: Offer) => void }

function OfferList({ id, options, active, choose }: OfferListProps) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <div ref={list} id={`${id}-list`} role="listbox" aria-label="Completions" className="absolute top-full right-0 left-0 z-30 mt-1 max-h-72 overflow-y-auto rounded-card border border-line-strong bg-overlay p-1 shadow-float @3xl:max-w-[34rem]">
      {options.map((offer, index) => (
        <div
          key={`${offer.isRecent} ${offer.label}`}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          onPointerDown={(event) => {
            event.preventDefault()
            choose(offer)
          }}
          className="flex cursor-pointer items-baseline gap-3 rounded-control px-2 py-1 hover:bg-hover aria-selected:bg-press"
        >
          {offer.isRecent ? <Clock aria-hidden="true" className="size-3 shrink-0 self-center text-faint" /> : null}
          <span className="min-w-0 truncate font-mono text-code">{offer.label}</span>
          <span className="ml-auto shrink-0 text-meta text-muted">{offer.detail}</span>
        </div>
      ))}
    </div>
  )
}
