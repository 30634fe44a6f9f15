/** Imported before all schemas: parsers compiled by zod need eval, which the content security policy forbids. */
import { z } from 'zod'

z.config({ jitless: true })
