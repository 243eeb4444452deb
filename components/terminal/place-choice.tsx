import { Select } from '@/components/ui/select'
import type { TerminalPlace } from '@/lib/contract/terminal'

/** Tells two places apart. */
export function placeKey({ deploymentId, part }: TerminalPlace): string {
  return `${deploymentId} ${part}`
}

/** A place in words: `Replica 1 of #12`. */
export function placeWords({ part, deploymentNumber }: Pick<TerminalPlace, 'part' | 'deploymentNumber'>): string {
  const what = /^\d+$/.test(part) ? `Replica ${Number(part) + 1}` : part.startsWith('run_') ? 'Run' : 'Pre-deploy command'
  return `${what} of #${deploymentNumber}`
}

/** Which of several to go into. */
export function PlaceChoice({ places, value, onChange }: { places: readonly TerminalPlace[]; value: TerminalPlace | null; onChange: (place: TerminalPlace) => void }) {
  const choose = (key: string) => {
    const place = places.find((each) => placeKey(each) === key)
    if (place) onChange(place)
  }
  return <Select label="Where" value={value ? placeKey(value) : ''} onValueChange={choose} options={places.map((place) => ({ value: placeKey(place), label: placeWords(place) }))} className="w-44" />
}
