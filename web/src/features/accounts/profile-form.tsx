import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'

import { Button } from '@/components/ui/button'
import { TextField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { formatDate } from '@/lib/format'

import { accountQueries, type ProfileForm as Values, profileForm, renameProfile } from './api'
import styles from './settings.module.css'

/** Name and facts of the account. */
export function ProfileForm() {
  const profile = useQuery(accountQueries.profile())
  if (profile.isPending) {
    return (
      <Loading label="Loading your profile">
        <Skeleton height="9rem" />
      </Loading>
    )
  }
  if (profile.isError) {
    return <Problem error={profile.error} onRetry={() => void profile.refetch()} />
  }
  return (
    <div className={styles['stack']}>
      <p className={styles['muted']}>
        {profile.data.email ?? 'Guest'} · since {formatDate(profile.data.createdAt)}
      </p>
      <NameForm name={profile.data.displayName ?? ''} />
    </div>
  )
}

function NameForm({ name }: { name: string }) {
  const client = useQueryClient()
  const renaming = useMutation({
    mutationFn: renameProfile,
    onSuccess: (found) => client.setQueryData(accountQueries.profile().queryKey, found),
  })
  const { register, handleSubmit, formState } = useForm<Values>({
    resolver: zodResolver(profileForm),
    defaultValues: { displayName: name },
  })
  return (
    <form
      noValidate
      className={styles['form']}
      onSubmit={(event) => {
        void handleSubmit((values) => renaming.mutate(values))(event)
      }}
    >
      <TextField
        label="Display name"
        autoComplete="name"
        error={formState.errors.displayName?.message}
        {...register('displayName')}
      />
      {renaming.error !== null && <Problem error={renaming.error} />}
      <Button type="submit" isPending={renaming.isPending}>
        Save
      </Button>
      {renaming.isSuccess && <p role="status">Saved.</p>}
    </form>
  )
}
