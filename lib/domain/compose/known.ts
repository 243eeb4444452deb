import { listed, shown, tell, type Entries, type Findings } from './value'

/** What is read of a service. */
const READ = new Set([
  'image', 'build', 'command', 'entrypoint', 'environment', 'env_file', 'ports', 'expose', 'volumes', 'depends_on', 'healthcheck', 'deploy', 'restart', 'profiles', 'scale', 'mem_limit', 'cpus', 'pids_limit',
  'stop_grace_period', 'read_only', 'container_name', 'hostname', 'networks', 'extends',
])

/** What has no meaning here, or is so anyway. */
const QUIET = new Set(['labels', 'annotations', 'logging', 'tty', 'stdin_open', 'pull_policy', 'platform', 'init', 'attach', 'links', 'develop', 'mem_reservation', 'domainname', 'label_file'])

/** What is in the specification and cannot be had. */
const LOST: Record<string, string> = {
  user: 'the user of its image is used',
  working_dir: 'the folder of its image is used',
  privileged: 'nothing runs with the rights of the machine',
  cap_add: 'no rights are added',
  cap_drop: 'rights are what the platform gives',
  devices: 'there are no devices of the machine',
  gpus: 'there are no devices of the machine',
  network_mode: 'it is in the network of its environment',
  extra_hosts: 'names lead to the services of the environment',
  dns: 'names are those of the environment',
  secrets: 'set them as variables',
  configs: 'put them into its image or into a volume',
  tmpfs: '/tmp can be written to anyway',
  external_links: 'it reaches the services of its environment',
  shm_size: 'shared memory has its usual size',
  pid: 'it sees its own processes only',
  ipc: 'it shares memory with nothing',
  runtime: 'that of the target is used',
  stop_signal: 'it is asked to end with SIGTERM',
  volumes_from: 'a volume is mounted by one service',
}

/** Says of everything else in a service what becomes of it. */
export function tellOthers(findings: Findings, entries: Entries): void {
  const others: string[] = []
  for (const [name, { at, value }] of entries) {
    if (READ.has(name) || QUIET.has(name) || name.startsWith('x-') || value.kind === 'nothing') continue
    if (Object.hasOwn(LOST, name)) tell(findings, at, `Its ${name} is left out: ${LOST[name]}.`)
    else others.push(shown(name))
  }
  const [first] = others
  if (first !== undefined) tell(findings, entries.get([...entries.keys()].find((name) => shown(name) === first) ?? '')?.at ?? null, `${listed(others)} ${others.length === 1 ? 'is' : 'are'} not known here and left out.`)
}
