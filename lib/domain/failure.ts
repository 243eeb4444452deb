import { FAILURE_TITLE } from './failure-title'

/**
 * Why a deployment failed. A failure is a value, not an error: the platform worked, the app did not. Each reason has
 * a title, a remedy and the place where it is mended; the message of one failure says what was found.
 */
export const FAILURE_REASONS = [
  'source_not_found',
  'source_not_allowed',
  'source_auth',
  'ref_not_found',
  'root_directory_missing',
  'no_recipe',
  'no_start_command',
  'command_invalid',
  'command_not_found',
  'install_failed',
  'build_failed',
  'build_timeout',
  'timed_out',
  'out_of_memory',
  'disk_full',
  'output_missing',
  'dockerfile_missing',
  'engine_missing',
  'builder_missing',
  'image_not_found',
  'image_auth',
  'image_push_failed',
  'wrong_node_version',
  'variable_unresolved',
  'port_unavailable',
  'snapshot_failed',
  'pre_deploy_failed',
  'crashed',
  'wrong_port',
  'health_deadline',
  'artifact_missing',
  'volume_missing',
  'interrupted',
  'internal',
] as const
export type FailureReason = (typeof FAILURE_REASONS)[number]

export type Failure = { reason: FailureReason; message: string }

export type Remedy = {
  title: string
  remedy: string
  /** The tab of the service panel where it is mended. */
  place: 'settings' | 'variables' | 'logs' | 'deployments'
}

export const REMEDY: Record<FailureReason, Remedy> = {
  source_not_found: { title: FAILURE_TITLE.source_not_found, remedy: 'Check the address in Settings → Source, and that this machine can reach it.', place: 'settings' },
  source_not_allowed: { title: FAILURE_TITLE.source_not_allowed, remedy: 'Choose another kind of source, or ask the operator to allow local sources.', place: 'settings' },
  source_auth: { title: FAILURE_TITLE.source_auth, remedy: 'Add an SSH key that may read the repository, and choose it in Settings → Source.', place: 'settings' },
  ref_not_found: { title: FAILURE_TITLE.ref_not_found, remedy: 'Check the name in Settings → Source.', place: 'settings' },
  root_directory_missing: { title: FAILURE_TITLE.root_directory_missing, remedy: 'Check the root directory in Settings → Source; it is relative to the repository.', place: 'settings' },
  no_recipe: { title: FAILURE_TITLE.no_recipe, remedy: 'Add a package.json or an index.html, or set a start command in Settings → Build.', place: 'settings' },
  no_start_command: { title: FAILURE_TITLE.no_start_command, remedy: 'Add a start script to package.json or a CMD to the Dockerfile, or set a start command in Settings → Build.', place: 'settings' },
  command_invalid: { title: FAILURE_TITLE.command_invalid, remedy: 'Commands run without a shell. Put pipes and && into a package.json script and call that.', place: 'settings' },
  command_not_found: { title: FAILURE_TITLE.command_not_found, remedy: 'Install the program on this machine, or change the command in Settings → Build.', place: 'settings' },
  install_failed: { title: FAILURE_TITLE.install_failed, remedy: 'Read the last lines of the build log; the same command fails on a clean checkout.', place: 'logs' },
  build_failed: { title: FAILURE_TITLE.build_failed, remedy: 'Read the last lines of the build log; the same command fails on a clean checkout.', place: 'logs' },
  build_timeout: { title: FAILURE_TITLE.build_timeout, remedy: 'Look for a command that waits for input or never ends, such as a watch mode.', place: 'logs' },
  timed_out: { title: FAILURE_TITLE.timed_out, remedy: 'Deploy again; if it takes as long, read the log up to where it stopped.', place: 'logs' },
  out_of_memory: { title: FAILURE_TITLE.out_of_memory, remedy: 'Let the build use less memory (fewer workers, smaller heap), or raise EASEL_BUILD_MEMORY_MIB.', place: 'logs' },
  disk_full: { title: FAILURE_TITLE.disk_full, remedy: 'Free space on the machine that runs Easel, then deploy again.', place: 'deployments' },
  output_missing: { title: FAILURE_TITLE.output_missing, remedy: 'Set the output directory in Settings → Build to where the build writes.', place: 'settings' },
  dockerfile_missing: { title: FAILURE_TITLE.dockerfile_missing, remedy: 'Check the path of the Dockerfile in Settings → Build; it is relative to the source.', place: 'settings' },
  engine_missing: { title: FAILURE_TITLE.engine_missing, remedy: 'Install the server of this engine and version on the machine that runs Easel, or use an environment on a Docker target.', place: 'settings' },
  builder_missing: { title: FAILURE_TITLE.builder_missing, remedy: 'Install the buildx plugin of Docker on the machine that runs Easel, or choose another builder.', place: 'settings' },
  image_not_found: { title: FAILURE_TITLE.image_not_found, remedy: 'Check the name and tag of the image, and that the Docker engine reaches its registry.', place: 'settings' },
  image_auth: { title: FAILURE_TITLE.image_auth, remedy: 'Add the registry with a user and password that may read the image, and choose it in Settings → Source.', place: 'settings' },
  image_push_failed: { title: FAILURE_TITLE.image_push_failed, remedy: 'Check that the registry is reachable and may be written to, in the settings of the organization.', place: 'deployments' },
  wrong_node_version: { title: FAILURE_TITLE.wrong_node_version, remedy: 'Change engines.node in package.json, or run Easel on a machine with that version.', place: 'settings' },
  variable_unresolved: { title: FAILURE_TITLE.variable_unresolved, remedy: 'Mend the reference in Variables: it names a service or a variable that does not exist.', place: 'variables' },
  port_unavailable: { title: FAILURE_TITLE.port_unavailable, remedy: 'Stop something that uses the ports of EASEL_WORKLOAD_PORTS, or widen the range.', place: 'settings' },
  snapshot_failed: { title: FAILURE_TITLE.snapshot_failed, remedy: 'Mend what is said, then deploy again; or choose in Settings → Snapshots what is copied before a deploy. The version that serves was not touched.', place: 'settings' },
  pre_deploy_failed: { title: FAILURE_TITLE.pre_deploy_failed, remedy: 'Read what it printed in the build log. The version that serves was not touched.', place: 'logs' },
  crashed: { title: FAILURE_TITLE.crashed, remedy: 'Read the last lines of the log; a missing variable is the usual cause.', place: 'logs' },
  wrong_port: { title: FAILURE_TITLE.wrong_port, remedy: 'Make it listen on the port in the variable PORT.', place: 'settings' },
  health_deadline: { title: FAILURE_TITLE.health_deadline, remedy: 'Check the health path and the grace in Settings → Health, and the log.', place: 'settings' },
  artifact_missing: { title: FAILURE_TITLE.artifact_missing, remedy: 'Deploy again: the kept build of this deployment was removed.', place: 'deployments' },
  volume_missing: { title: FAILURE_TITLE.volume_missing, remedy: 'Attach a volume where it is missing, then deploy again.', place: 'deployments' },
  interrupted: { title: FAILURE_TITLE.interrupted, remedy: 'Deploy again: the platform stopped in the middle and could not go on.', place: 'deployments' },
  internal: { title: FAILURE_TITLE.internal, remedy: 'Deploy again; if it fails the same way, look at the log of the platform.', place: 'deployments' },
}

/** A failure on its way up through stages: thrown by them, caught once by the pipeline. */
export class DeploymentFailure extends Error {
  constructor(
    readonly reason: FailureReason,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
    this.name = 'DeploymentFailure'
  }
}
