import type { ServiceTab } from '@/components/paths'
import type { EventType } from '@/lib/domain/event-type'
import { EVENT_TYPES } from '@/lib/domain/event-type'
import type { StateTone } from '@/lib/domain/service-state'

/** What the interface makes of an event type. `{subject}` is where the name of the thing stands, as a link when it still leads somewhere. */
export type EventWords = {
  /** The rest of the sentence after who did it. */
  did: string
  /** The whole sentence when the platform did it. */
  happened?: string
  tone?: StateTone
  /** The tab of the service panel that shows more. */
  tab?: ServiceTab
}

/** One sentence for everything that can happen. */
export const EVENT_WORDS: Record<EventType, EventWords> = {
  'account.registered': { did: 'created an account' },
  'account.signed_in': { did: 'signed in' },
  'account.signed_out': { did: 'signed out' },
  'account.refreshed': { did: 'continued a sign-in' },
  'account.reuse_detected': { did: 'used a refresh token twice; that sign-in was ended', tone: 'warning' },
  'account.password_changed': { did: 'changed their password' },
  'token.created': { did: 'created the API token {subject}' },
  'token.revoked': { did: 'revoked the API token {subject}' },
  'organization.updated': { did: 'renamed the organization to {subject}' },
  'member.updated': { did: 'changed the role of {subject}' },
  'member.removed': { did: 'removed {subject} from the organization', tone: 'quiet' },
  'invitation.created': { did: 'invited {subject}' },
  'invitation.revoked': { did: 'withdrew the invitation of {subject}' },
  'invitation.accepted': { did: 'joined the organization', happened: '{subject} joined the organization' },
  'ssh_key.created': { did: 'added the SSH key {subject}' },
  'ssh_key.deleted': { did: 'deleted the SSH key {subject}' },
  'registry.created': { did: 'added the registry {subject}' },
  'registry.updated': { did: 'changed the registry {subject}' },
  'registry.deleted': { did: 'deleted the registry {subject}' },
  'store.created': { did: 'added the snapshot store {subject}' },
  'store.updated': { did: 'changed the snapshot store {subject}' },
  'store.checked': { did: 'had the snapshot store {subject} tried' },
  'store.deleted': { did: 'deleted the snapshot store {subject}' },
  'channel.created': { did: 'added the notification channel {subject}' },
  'channel.updated': { did: 'changed the notification channel {subject}' },
  'channel.tested': { did: 'sent a test to the notification channel {subject}' },
  'channel.deleted': { did: 'deleted the notification channel {subject}' },
  'target.created': { did: 'added the target {subject}' },
  'target.updated': { did: 'changed the target {subject}' },
  'target.deleted': { did: 'deleted the target {subject}' },
  'target.checked': { did: 'had the target {subject} looked at' },
  'target.cleaned': { did: 'had the disk of {subject} cleaned' },
  'target.preferred': { did: 'made {subject} the target of new projects' },
  'project.created': { did: 'created the project {subject}' },
  'project.updated': { did: 'renamed a project to {subject}' },
  'project.deleted': { did: 'deleted the project {subject}' },
  'environment.created': { did: 'added the environment {subject}' },
  'environment.updated': { did: 'changed the environment {subject}' },
  'environment.deleted': { did: 'deleted the environment {subject}' },
  'environment.arranged': { did: 'rearranged the canvas of {subject}' },
  'environment.branched': { did: 'branched the environment {subject}' },
  'environment.composed': { did: 'drew a compose file in {subject}' },
  'branch.finished': { did: 'copied the data of {subject}', happened: 'All data of the branch {subject} is there', tone: 'good' },
  'branch.failed': { did: 'could not copy the data of {subject}', happened: 'Data of the branch {subject} could not be copied', tone: 'bad' },
  'branch.retried': { did: 'let the copies into {subject} go on' },
  'branch.cancelled': { did: 'cancelled the copies into {subject}', tone: 'quiet' },
  'changes.applied': { did: 'deployed the changes of {subject}' },
  'changes.discarded': { did: 'discarded changes in {subject}', tone: 'quiet' },
  'revision.restored': { did: 'set {subject} back to an earlier revision' },
  'service.created': { did: 'drew {subject}' },
  'service.updated': { did: 'changed {subject}', tab: 'settings' },
  'service.inspected': { did: 'had the source of {subject} read again', happened: 'The source of {subject} was read', tab: 'settings' },
  'service.stopped': { did: 'stopped {subject}' },
  'service.started': { did: 'started {subject}' },
  'service.deleted': { did: 'deleted {subject}' },
  'service.removed': { did: 'removed {subject}', happened: 'Everything of {subject} was taken down' },
  'service.crashed': { did: 'saw {subject} crash', happened: '{subject} crashed', tone: 'bad', tab: 'logs' },
  'service.unhealthy': { did: 'saw {subject} become unhealthy', happened: '{subject} stopped answering its health check', tone: 'warning', tab: 'logs' },
  'service.recovered': { did: 'saw {subject} recover', happened: '{subject} is healthy again', tone: 'good' },
  'service.exited': { did: 'saw {subject} end', happened: '{subject} ended with code 0 and stays as it is', tab: 'logs' },
  'service.gave_up': { did: 'saw {subject} given up', happened: '{subject} exited and is not started again', tone: 'bad', tab: 'logs' },
  'service.slept': { did: 'laid {subject} to sleep', happened: '{subject} was quiet and sleeps' },
  'service.woken': { did: 'woke {subject}', happened: 'A request woke {subject}' },
  'service.held': { did: 'held automatic deploys of {subject}', happened: 'Automatic deploys of {subject} were held', tone: 'warning', tab: 'deployments' },
  'service.unheld': { did: 'released the hold of {subject}', tab: 'deployments' },
  'upload.created': { did: 'sent the folder {subject}' },
  'dashboard.saved': { did: 'changed the charts of {subject}' },
  'group.created': { did: 'drew the group {subject}' },
  'group.updated': { did: 'changed the group {subject}' },
  'group.deleted': { did: 'took the frame {subject} away' },
  'volume.created': { did: 'drew the volume {subject}' },
  'volume.updated': { did: 'changed the volume {subject}' },
  'volume.attached': { did: 'attached the volume {subject}' },
  'volume.detached': { did: 'detached the volume {subject}' },
  'volume.deleted': { did: 'deleted the volume {subject}', tone: 'warning' },
  'volume.removed': { did: 'removed the volume {subject}', happened: 'The volume {subject} and its content were removed' },
  'snapshot.queued': { did: 'asked for a snapshot of {subject}', happened: 'A snapshot of {subject} is due', tab: 'snapshots' },
  'snapshot.taken': { did: 'took a snapshot of {subject}', happened: 'A snapshot of {subject} was taken', tone: 'good', tab: 'snapshots' },
  'snapshot.failed': { did: 'had a snapshot of {subject} fail', happened: 'A snapshot of {subject} failed', tone: 'bad', tab: 'snapshots' },
  'snapshot.cancelled': { did: 'cancelled a snapshot of {subject}', tab: 'snapshots' },
  'snapshot.proven': { did: 'had a snapshot of {subject} restored on trial', happened: 'A snapshot of {subject} was restored on trial, and all of it was read', tone: 'good', tab: 'snapshots' },
  'snapshot.disproven': { did: 'had a trial restore of {subject} fail', happened: 'A snapshot of {subject} could not be restored on trial', tone: 'bad', tab: 'snapshots' },
  'snapshot.trial_cancelled': { did: 'cancelled a trial restore of {subject}', tab: 'snapshots' },
  'snapshot.updated': { did: 'changed a snapshot of {subject}', tab: 'snapshots' },
  'snapshot.deleted': { did: 'deleted a snapshot of {subject}', happened: 'An old snapshot of {subject} was removed', tab: 'snapshots' },
  'snapshot.scheduled': { did: 'changed when snapshots of {subject} are taken', tab: 'snapshots' },
  'snapshot.restoring': { did: 'had a snapshot restored into {subject}', tone: 'warning', tab: 'snapshots' },
  'snapshot.restored': { did: 'restored {subject}', happened: '{subject} was restored from a snapshot', tone: 'good', tab: 'snapshots' },
  'snapshot.restore_cancelled': { did: 'cancelled a restore of {subject}', tab: 'snapshots' },
  'snapshot.restore_failed': { did: 'had a restore of {subject} fail', happened: 'A restore of {subject} failed', tone: 'bad', tab: 'snapshots' },
  'volume.file_read': { did: 'fetched a file from the volume {subject}' },
  'volume.file_written': { did: 'sent a file to the volume {subject}' },
  'volume.file_removed': { did: 'deleted files in the volume {subject}', tone: 'warning' },
  'volume.folder_made': { did: 'made a folder in the volume {subject}' },
  'variables.replaced': { did: 'changed the variables of {subject}', tab: 'variables' },
  'database.exposed': { did: 'let {subject} be reached from outside', tone: 'warning', tab: 'overview' },
  'database.hidden': { did: 'closed {subject} to everybody outside', tab: 'overview' },
  'data.written': { did: 'ran a statement that may write in {subject}', tone: 'warning', tab: 'data' },
  'rotation.started': { did: 'began to rotate the password of {subject}', tab: 'overview' },
  'rotation.admitted': { did: 'made a second password of {subject} valid', happened: '{subject} takes both passwords', tab: 'overview' },
  'rotation.written': { did: 'let references lead to another password of {subject}', happened: 'References lead to the other password of {subject}', tab: 'overview' },
  'rotation.failed': { did: 'could not rotate the password of {subject}', happened: 'The rotation of the password of {subject} stopped; both passwords are valid', tone: 'warning', tab: 'overview' },
  'rotation.retried': { did: 'let the rotation of the password of {subject} go on', tab: 'overview' },
  'rotation.cancelled': { did: 'cancelled the rotation of the password of {subject}', tone: 'quiet', tab: 'overview' },
  'rotation.returned': { did: 'took the password of {subject} back', happened: '{subject} is back at its former password', tab: 'overview' },
  'rotation.finished': { did: 'rotated the password of {subject}', happened: '{subject} refuses its former password', tab: 'overview' },
  'variable.revealed': { did: 'revealed a secret of {subject}', tone: 'warning', tab: 'variables' },
  'variable.regenerated': { did: 'had a secret of {subject} generated anew', tab: 'variables' },
  'variables.exported': { did: 'exported the variables of {subject}', tone: 'warning', tab: 'variables' },
  'shared_variables.replaced': { did: 'changed the shared variables of {subject}' },
  'shared_variable.revealed': { did: 'revealed a shared secret of {subject}', tone: 'warning' },
  'shared_variable.regenerated': { did: 'had a shared secret of {subject} generated anew' },
  'shared_variables.exported': { did: 'exported the shared variables of {subject}', tone: 'warning' },
  'terminal.created': { did: 'opened a terminal in {subject}', tone: 'warning', tab: 'terminal' },
  'deployment.queued': { did: 'deployed {subject}', happened: 'A deployment of {subject} was queued', tab: 'deployments' },
  'deployment.building': { did: 'began to build {subject}', happened: '{subject} began to build', tone: 'progress', tab: 'deployments' },
  'deployment.releasing': { did: 'released {subject}', happened: '{subject} is being released', tone: 'progress', tab: 'deployments' },
  'deployment.active': { did: 'brought {subject} live', happened: '{subject} went live', tone: 'good', tab: 'deployments' },
  'deployment.failed': { did: 'had a deployment of {subject} fail', happened: 'A deployment of {subject} failed', tone: 'bad', tab: 'deployments' },
  'deployment.cancelled': { did: 'cancelled a deployment of {subject}', happened: 'A deployment of {subject} was cancelled', tab: 'deployments' },
  'deployment.superseded': { did: 'overtook a deployment of {subject}', happened: 'A deployment of {subject} was overtaken by a newer one', tab: 'deployments' },
  'deployment.harmful': { did: 'undid a release of {subject} that did harm', happened: 'A release of {subject} did harm and was undone', tone: 'bad', tab: 'deployments' },
  'alert.fired': { did: 'saw an alert of {subject}', happened: 'An alert of {subject} fires', tone: 'bad' },
  'alert.resolved': { did: 'saw the end of an alert of {subject}', happened: 'An alert of {subject} is resolved', tone: 'good' },
  'alert.rule_saved': { did: 'changed the alert rule “{subject}”' },
  'alert.rule_removed': { did: 'removed the alert rule “{subject}”', tone: 'quiet' },
  'alert.silenced': { did: 'silenced alerts of {subject}', tone: 'quiet' },
  'alert.unsilenced': { did: 'ended a silence of {subject}' },
  'run.queued': { did: 'asked for a run of {subject}', happened: 'A run of {subject} is due', tab: 'runs' },
  'run.started': { did: 'began a run of {subject}', happened: 'A run of {subject} began', tone: 'progress', tab: 'runs' },
  'run.ended': { did: 'saw a run of {subject} end', happened: 'A run of {subject} ended', tab: 'runs' },
  'run.cancelled': { did: 'cancelled a run of {subject}', happened: 'A run of {subject} was cancelled', tab: 'runs' },
  'job.retried': { did: 'had a job retried: {subject}' },
  'job.discarded': { did: 'discarded a job: {subject}' },
}

/** The words of an event; one that this version does not know yet is named as it is. */
export function wordsOf(type: string): EventWords {
  const known = EVENT_TYPES.find((each) => each === type)
  return known === undefined ? { did: `${type.replace(/[._]/g, ' ')} {subject}`, happened: `${type.replace(/[._]/g, ' ')}: {subject}` } : EVENT_WORDS[known]
}

/** The sentence of an event in pieces: words before the subject, whether it is named, words after it. */
export function sentenceOf(type: string, byPlatform: boolean): { before: string; named: boolean; after: string; tellsActor: boolean } {
  const words = wordsOf(type)
  const sentence = byPlatform ? (words.happened ?? words.did) : words.did
  const [before = '', after] = sentence.split('{subject}')
  return { before, named: after !== undefined, after: after ?? '', tellsActor: !(byPlatform && words.happened !== undefined) }
}
