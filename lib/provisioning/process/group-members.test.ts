import { describe, expect, it } from 'vitest'

import { selectMembers } from './group-members'
import { parsePs, parseStat, type ProcessRow } from './process-table'

const BOOT = '00000000-0000-0000-0000-000000000001'
const MARK = 'HOME=/data/w/home'
const leader = { pid: 10, startTime: `${BOOT}:100` }

function row(pid: number, fields: Partial<ProcessRow> = {}): ProcessRow {
  return { pid, parent: 1, group: pid, session: pid, zombie: false, startTime: `${BOOT}:${pid * 10}`, ...fields }
}

describe('selectMembers', () => {
  it.each<[string, ProcessRow[], Record<number, string[]>, number[]]>([
    ['takes the leader and its group', [row(10), row(11, { group: 10 }), row(12)], {}, [10, 11]],
    ['takes what left the group but not the session', [row(10), row(11, { session: 10 })], {}, [10, 11]],
    ['takes a child that left both, by its parent', [row(10), row(11, { parent: 10 }), row(12, { parent: 11 })], {}, [10, 11, 12]],
    ['takes an orphan that left both, by its mark', [row(10), row(11)], { 11: [MARK] }, [10, 11]],
    ['leaves a process alone that got the pid of the leader', [row(10, { startTime: `${BOOT}:999` }), row(11, { group: 10 })], {}, []],
    ['takes the marked rest of a group whose leader ended', [row(11, { group: 10 })], { 11: [MARK] }, [11]],
    ['takes the rest of a group with an overwritten environment', [row(11, { group: 10 })], { 11: [] }, [11]],
    ['takes the rest of a group whose environment has what is left of a title', [row(11, { group: 10 })], { 11: ['7.0.0.1:29645'] }, [11]],
    ['leaves a leaderless group alone that lacks the mark', [row(11, { group: 10 })], { 11: ['HOME=/root'] }, []],
    ['leaves everything alone after a reboot', [row(11, { group: 10, startTime: '00000000-0000-0000-0000-000000000002:5' })], {}, []],
  ])('%s', (_, rows, environments, expected) => {
    const found = selectMembers(rows, { leader, marks: [MARK] }, (pid) => environments[pid] ?? null)
    expect(found.map((member) => member.pid)).toEqual(expected)
  })

  it('finds marked processes when no leader is known', () => {
    const found = selectMembers([row(10), row(11)], { leader: null, marks: [MARK] }, (pid) => (pid === 11 ? [MARK] : ['HOME=/root']))
    expect(found.map((member) => member.pid)).toEqual([11])
  })
})

describe('the process table', () => {
  it('reads a name that holds spaces and parentheses', () => {
    const line = `42 (tricky) R (x)) S 1 42 40 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 777 1000 10`
    expect(parseStat(line, BOOT)).toEqual({ pid: 42, parent: 1, group: 42, session: 40, zombie: false, startTime: `${BOOT}:777` })
  })
  it('reads a line of ps', () => {
    expect(parsePs(' 501   1   501 Z+   Fri Nov 20 10:00:00 2026 ')).toEqual({
      pid: 501,
      parent: 1,
      group: 501,
      session: 0,
      zombie: true,
      startTime: 'Fri Nov 20 10:00:00 2026',
    })
  })
  it('says nothing of a line it does not understand', () => expect(parseStat('', BOOT)).toBeNull())
})
