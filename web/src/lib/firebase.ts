import { type FirebaseApp, initializeApp } from 'firebase/app'
import { z } from 'zod'

import { NetworkError } from './problem'

// What Firebase Hosting serves to every site of a project: nothing about the project is built in.
const SETTINGS_URL = '/__/firebase/init.json'
const settingsSchema = z.object({
  apiKey: z.string(),
  projectId: z.string(),
  authDomain: z.string().optional(),
  appId: z.string().optional(),
})

let started: Promise<FirebaseApp> | undefined

/** The project's Firebase app. Throws `NetworkError` when Hosting does not give its settings. */
export async function firebaseApp(): Promise<FirebaseApp> {
  started ??= start()
  try {
    return await started
  } catch (error) {
    started = undefined
    throw error
  }
}

async function start(): Promise<FirebaseApp> {
  const response = await fetch(SETTINGS_URL).catch((error: unknown) => {
    throw new NetworkError(error)
  })
  if (!response.ok) throw new NetworkError()
  const { authDomain, appId, ...needed } = settingsSchema.parse(await response.json())
  return initializeApp({
    ...needed,
    ...(authDomain === undefined ? {} : { authDomain }),
    ...(appId === undefined ? {} : { appId }),
  })
}
