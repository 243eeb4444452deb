import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

import { groupMembers, type GroupSearch } from './group-members'

const LISTEN = '0A'

/** TCP ports on which the living processes of a group listen, in order. Empty where the system does not say (not Linux). */
export function listeningPorts(search: GroupSearch): number[] {
  if (process.platform !== 'linux') return []
  const members = groupMembers(search)
  if (members.length === 0) return []
  const sockets = new Set(members.flatMap((member) => socketsOf(member.pid)))
  const ports = new Set<number>()
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const [inode, port] of parseListening(readOrEmpty(file))) if (sockets.has(inode)) ports.add(port)
  }
  return [...ports].sort((a, b) => a - b)
}

/** Inode and port of every listening socket in a text such as /proc/net/tcp. */
export function parseListening(text: string): [inode: string, port: number][] {
  const found: [string, number][] = []
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/)
    const [, local, , state] = fields
    const inode = fields[9]
    const port = local?.split(':')[1]
    if (state === LISTEN && inode !== undefined && port !== undefined) found.push([inode, Number.parseInt(port, 16)])
  }
  return found
}

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`
  try {
    return readdirSync(folder).flatMap((fd) => socketInode(`${folder}/${fd}`))
  } catch {
    return []
  }
}

function socketInode(link: string): string[] {
  try {
    const found = /^socket:\[(\d+)\]$/.exec(readlinkSync(link))
    return found ? [found[1]!] : []
  } catch {
    // Closed since the folder was read.
    return []
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
