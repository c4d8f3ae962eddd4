import { HttpClient } from '../../charts/http/index.ts'
import { versions } from './versions.ts'

/** The HTTP client of notifications: little patience, for a release waits for them. */
export const notifyClient = (): HttpClient => new HttpClient({ env: process.env, userAgent: `Pintle/${versions.pintle}`, timeout: 10_000, patience: 5000, maxBody: 4 << 20 })
