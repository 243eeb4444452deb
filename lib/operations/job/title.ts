import type { JobRow } from '../../db/queries/jobs'
import type { Task } from '../../queue/jobs'

type Named = Pick<JobRow, 'project' | 'environment' | 'service' | 'number'>

const deployment = ({ service, number }: Named) => `deployment ${number} of ${service}`
const environment = (row: Named) => `${row.environment} of ${row.project}`

const TITLES: Record<Task, (row: Named) => string> = {
  'run-deployment': (row) => `Build ${deployment(row)}`,
  'release-deployment': (row) => `Release ${deployment(row)}`,
  reconcile: (row) => `Make ${environment(row)} match the drawing`,
  'look-again': (row) => `Look at ${environment(row)} again`,
  'take-snapshot': (row) => `Take a snapshot in ${environment(row)}`,
  'restore-snapshot': (row) => `Restore a snapshot in ${environment(row)}`,
  'prove-snapshot': (row) => `Restore a snapshot of ${environment(row)} on trial`,
  'remove-snapshot': (row) => `Remove a snapshot of ${environment(row)}`,
  branch: (row) => `Copy data into ${environment(row)}`,
  rotate: (row) => `Rotate the password of ${row.service}`,
  'deliver-alerts': () => 'Send notifications',
  'issue-certificate': ({ service }) => `Ask for a certificate for ${service}`,
  inspect: (row) => `Read the source of ${row.service}`,
}

/** What a job is, in words. One that this version does not know, left by another, is named as it is. */
export function titleOf(row: Named & { task: string }): string {
  return row.task in TITLES ? TITLES[row.task as Task](row) : `${row.task} for ${row.service ?? environment(row)}`
}
