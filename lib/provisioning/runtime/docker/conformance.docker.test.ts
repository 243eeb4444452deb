import { makeDockerSubject } from '@/test/docker/docker-subject'
import { conformance } from '../conformance'

conformance('docker', () => makeDockerSubject())
