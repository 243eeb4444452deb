'use client'

import clsx from 'clsx'
import { KeyRound, RotateCw, Search } from 'lucide-react'
import { useEffect, useState, type FormEvent } from 'react'

import { fetchQuery } from '@/components/client/query'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { KEY_TYPES, type DataKey, type DataOverview } from '@/lib/contract/data'
import { dataKeys } from '@/lib/contract/doors'

import { KeyValue } from './key-value'

type Props = { serviceId: string; databases: DataOverview['databases']; onReload: () => void; isLoading: boolean }
type KeyType = (typeof KEY_TYPES)[number]
type Wanted = { database: number; pattern: string; type: KeyType | 'any' }

/** Keys by a pattern, and what one of them holds. */
export function KeysView({ serviceId, databases, onReload, isLoading }: Props) {
  const [wanted, setWanted] = useState<Wanted>({ database: databases[0]?.index ?? 0, pattern: '*', type: 'any' })
  const [pattern, setPattern] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const [round, setRound] = useState(0)
  const look = (change: Partial<Wanted>) => {
    setChosen(null)
    setWanted({ ...wanted, ...change })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // A text without signs of a pattern is looked for anywhere.
    look({ pattern: pattern === '' ? '*' : /[*?[]/.test(pattern) ? pattern : `*${pattern}*` })
  }
  const reload = () => {
    onReload()
    setRound(round + 1)
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <form onSubmit={submit} className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <Select size="small" label="Database" className="w-36!" value={String(wanted.database)} onValueChange={(index) => look({ database: Number(index) })} options={databases.map(({ index, keys }) => ({ value: String(index), label: `db${index} · ${keys.toLocaleString('en')}`, hint: keys === 1 ? '1 key' : `${keys.toLocaleString('en')} keys` }))} />
        <Select size="small" label="Type" className="w-28!" value={wanted.type} onValueChange={(type) => look({ type: type as Wanted['type'] })} options={[{ value: 'any', label: 'Any type' }, ...KEY_TYPES.map((type) => ({ value: type, label: type }))]} />
        <Input size="small" mono icon={<Search />} aria-label="Pattern" placeholder="user:*" className="min-w-32 flex-1" value={pattern} onChange={(event) => setPattern(event.target.value)} spellCheck={false} autoComplete="off" maxLength={498} />
        <Button size="small" type="submit">
          Find
        </Button>
        <IconButton size="small" label="Read again" icon={<RotateCw />} loading={isLoading} onClick={reload} />
      </form>
      <div className="flex min-h-0 flex-1 flex-col sm:flex-row">
        <KeyList key={JSON.stringify([wanted, round])} serviceId={serviceId} wanted={wanted} chosen={chosen} onChoose={setChosen} />
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          {chosen === null ? (
            <EmptyState icon={<KeyRound />} title="No key is chosen" className="my-auto">
              Choose one to see what it holds.
            </EmptyState>
          ) : (
            <KeyValue key={`${wanted.database} ${chosen} ${round}`} serviceId={serviceId} database={wanted.database} name={chosen} />
          )}
        </div>
      </div>
    </div>
  )
}

type ListProps = { serviceId: string; wanted: Wanted; chosen: string | null; onChoose: (key: string) => void }

function KeyList({ serviceId, wanted: { database, pattern, type }, chosen, onChoose }: ListProps) {
  const [found, setFound] = useState<DataKey[]>([])
  const [cursor, setCursor] = useState<string | undefined>(undefined)
  const [state, setState] = useState<{ next: string | null; error: unknown; isLoading: boolean }>({ next: null, error: null, isLoading: true })
  useEffect(() => {
    const end = new AbortController()
    fetchQuery(dataKeys, { serviceId, database, pattern, ...(type === 'any' ? {} : { type }), cursor }, end.signal).then(
      ({ items, next }) => {
        if (end.signal.aborted) return
        // SCAN may find a key twice.
        setFound((before) => [...before, ...items.filter(({ key }) => !before.some((known) => known.key === key))])
        setState({ next, error: null, isLoading: false })
      },
      (error: unknown) => end.signal.aborted || setState({ next: null, error, isLoading: false }),
    )
    return () => end.abort()
  }, [serviceId, database, pattern, type, cursor])
  const goOn = () => {
    setState({ ...state, isLoading: true })
    setCursor(state.next!)
  }
  return (
    <nav aria-label="Keys" className="max-h-56 shrink-0 overflow-y-auto border-b border-line p-2 sm:max-h-none sm:w-64 sm:border-r sm:border-b-0">
      <ProblemMessage error={state.error} />
      {found.map((item) => (
        <button
          key={item.key}
          type="button"
          onClick={() => onChoose(item.key)}
          aria-current={item.key === chosen || undefined}
          className={clsx('flex h-7 w-full items-center gap-2 rounded-control px-2 text-left transition-colors', item.key === chosen ? 'bg-press' : 'hover:bg-hover')}
        >
          <span className="min-w-0 flex-1 truncate font-mono text-code" title={item.key}>
            {item.key}
          </span>
          <span className="shrink-0 text-meta text-faint">{item.type}</span>
        </button>
      ))}
      {state.isLoading ? <Skeleton className="mt-1 h-7" /> : null}
      {!state.isLoading && !state.error && found.length === 0 && state.next === null ? <p className="px-2 py-3 text-meta text-faint">{pattern === '*' && type === 'any' ? 'No keys yet. They appear when a service writes some.' : 'No key fits.'}</p> : null}
      {!state.isLoading && state.next !== null ? (
        <Button size="small" variant="ghost" className="mt-1 w-full" onClick={goOn}>
          Find more
        </Button>
      ) : null}
    </nav>
  )
}
