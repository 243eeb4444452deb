'use client'

import { clockIn } from '@/components/ui/clock-in'
import { RelativeTime } from '@/components/ui/relative-time'
import { useNow } from '@/components/ui/use-now'
import { CronSettings } from '@/lib/contract/service-settings'
import { nextDues } from '@/lib/domain/schedule'

import { useBrowserZone } from './use-browser-zone'

const SHOWN = 5

/** The next times at which a schedule is due, by its own clock and by the reader's; nothing while it cannot be read. */
export function DueTimes({ schedule, timeZone }: { schedule: string; timeZone: string }) {
  const here = useBrowserZone()
  const now = useNow(10_000)
  const isReadable = CronSettings.safeParse({ schedule, timeZone }).success
  if (here === null || !isReadable) return <p className="text-meta text-faint">The next five times are shown here once schedule and time zone can be read.</p>
  const times = nextDues(schedule, timeZone, { after: new Date(now), count: SHOWN })
  const isElsewhere = here !== timeZone
  return (
    <div className="rounded-control border border-line">
      <table className="w-full text-left">
        <caption className="sr-only">The next times at which it is due</caption>
        <thead>
          <tr className="text-meta text-faint [&>th]:px-2 [&>th]:py-1.5 sm:[&>th]:px-3 [&>th]:font-normal">
            <th scope="col">Next runs</th>
            <th scope="col">{timeZone}</th>
            {isElsewhere ? <th scope="col">Here, {here}</th> : null}
          </tr>
        </thead>
        <tbody className="[&_td]:px-2 [&_td]:py-1 sm:[&_td]:px-3">
          {times.map((time) => (
            <tr key={time.getTime()} className="border-t border-line">
              <td className="text-muted">
                <RelativeTime at={time.toISOString()} />
              </td>
              <td>{clockIn(time, timeZone)}</td>
              {isElsewhere ? <td className="text-muted">{clockIn(time, here)}</td> : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
