import { join } from 'node:path'

/** Where things lie below the data folder. The only place that knows. */
export function dataPaths(dataDir: string) {
  return {
    /** Checkout and working files of one build; removed when it ends. */
    build: (deploymentId: string) => join(dataDir, 'builds', deploymentId),
    inspection: (serviceId: string) => join(dataDir, 'builds', `inspect-${serviceId}`),
    /** Bare clones, one per repository address (by hash). */
    repositories: join(dataDir, 'repositories'),
    artifact: (artifactId: string) => join(dataDir, 'artifacts', artifactId),
    artifacts: join(dataDir, 'artifacts'),
    builds: join(dataDir, 'builds'),
    /** Build caches that live as long as the service. */
    cache: (serviceId: string) => join(dataDir, 'caches', serviceId),
    /** State, output and temporary files of one workload of the process runtime. */
    workload: (name: string) => join(dataDir, 'workloads', name),
    workloads: join(dataDir, 'workloads'),
    /** Content of one volume of the process runtime. */
    volume: (name: string) => join(dataDir, 'volumes', name),
    volumes: join(dataDir, 'volumes'),
    /** Folders that were sent, an archive each, named by its digest. */
    uploads: join(dataDir, 'uploads'),
    /** Copies of volumes and databases, a file each. */
    snapshots: join(dataDir, 'snapshots'),
    /** Data of a database that is made of a snapshot, for as long as that takes. */
    scratch: (restoreId: string) => join(dataDir, 'scratch', restoreId),
    scratches: join(dataDir, 'scratch'),
    /** What is remembered of one target's workloads, and their output, where the workloads are not processes of this machine. */
    target: (targetId: string) => join(dataDir, 'targets', targetId),
    /** Last routing table, so that the proxy serves before the worker has spoken. */
    routeTable: join(dataDir, 'ingress', 'table.json'),
    /** Certificates of the proxy, their keys sealed. */
    ingressCertificates: join(dataDir, 'ingress', 'certificates.json'),
    caddySecret: join(dataDir, 'ingress', 'caddy-secret'),
    /** Address of the Caddy that was told something. */
    caddyTold: join(dataDir, 'ingress', 'caddy-told'),
    ingressSocket: join(dataDir, 'ingress', 'admin.sock'),
    /** Sockets of workers, one per process, that serve terminals. Short, because the path of a socket may not be long. */
    terminals: join(dataDir, 'terminals'),
    /** What a Prometheus is to scrape, unless it is written elsewhere. */
    prometheusTargets: join(dataDir, 'prometheus', 'targets.json'),
    secrets: join(dataDir, 'secrets'),
    postgres: join(dataDir, 'postgres'),
  }
}
export type DataPaths = ReturnType<typeof dataPaths>
